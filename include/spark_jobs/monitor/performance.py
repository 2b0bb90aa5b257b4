"""How good the captured answers were, where labels have arrived: exact, from one line for each distinct probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec.feature_contract import LABEL_KNOWN_AT
from groundwork.spec.model_run import CaptureWindow, ModelRun

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

CALIBRATION_BINS = 10
SMALLEST = 2.220446049250313e-16
"""Probabilities are kept so far from 0 and 1 in the logarithm, as scikit-learn keeps them (the precision of double)."""


def labelled_rows(run: ModelRun, rows: DataFrame, features: DataFrame, window: CaptureWindow) -> DataFrame:
    """Valid rows whose label had arrived when the window ended, as probability and label.

    :param rows: captured rows
    :param features: the feature table, which holds the labels
    """
    from pyspark.sql import functions as F  # noqa: N812

    key = run.contract.primary_key
    label = F.col(run.model.features.label.name)
    arrived = label.isNotNull() & (F.col(LABEL_KNOWN_AT) <= F.lit(window.until).cast("timestamp"))
    labels = features.where(arrived).select(*key, label.alias("label"))
    asked = rows.where("_valid").select(
        *(F.col(f"_key.{name}").alias(name) for name in key), F.col("_probability").alias("probability")
    )
    return asked.join(labels, list(key)).select("probability", "label")


def performance(labelled: DataFrame) -> tuple[int, dict[str, float | None]]:
    """Number of rows, and every metric; None where it is not defined.

    ``roc_auc`` by ranks: the share of pairs of a true and a false row in which the true one has the larger probability,
    ties counting half. ``average_precision`` as scikit-learn has it: precision at every distinct probability, weighted
    with the gain of recall. ``calibration_error`` as the evaluation has it: mean distance of predicted and observed
    share in ten bins of equally many rows, weighted with their rows; rows of one probability that lies in two bins
    count in each with their mean label, as which of them comes first says nothing.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    one = F.col("label").cast("int")
    groups = labelled.groupBy("probability").agg(F.count(one).alias("rows"), F.sum(one).alias("true"))
    below = Window.orderBy("probability").rowsBetween(Window.unboundedPreceding, -1)
    above = Window.orderBy(F.desc("probability")).rowsBetween(Window.unboundedPreceding, Window.currentRow)
    ranked = groups.withColumns(
        {
            "false_below": F.coalesce(F.sum(F.col("rows") - F.col("true")).over(below), F.lit(0)),
            "true_above": F.sum("true").over(above),
            "rows_above": F.sum("rows").over(above),
            "rows_below": F.coalesce(F.sum("rows").over(below), F.lit(0)),
            "all": F.sum("rows").over(Window.partitionBy()),
        }
    )
    row = ranked.agg(*(figure.alias(name) for name, figure in _figures().items())).first()
    assert row is not None, "a global aggregate has one row"
    found = row.asDict()
    return found["rows"] or 0, _metrics(found)


def _figures() -> dict[str, Column]:
    from pyspark.sql import functions as F  # noqa: N812

    p, rows, true = F.col("probability"), F.col("rows").cast("double"), F.col("true").cast("double")
    false = rows - true
    kept = F.least(F.greatest(p, F.lit(SMALLEST)), F.lit(1 - SMALLEST))
    bins = {f"off {index}": F.sum(_rows_in(index) * (p - true / rows)) for index in range(CALIBRATION_BINS)}
    return {
        "rows": F.sum("rows"),
        "true": F.sum("true"),
        "pairs": F.sum(true * (F.col("false_below") + false / 2)),
        "precision": F.sum(true * F.col("true_above") / F.col("rows_above")),
        "log_loss": -F.sum(true * F.log(kept) + false * F.log(1 - kept)),
        "brier_score": F.sum(true * (1 - p) * (1 - p) + false * p * p),
        **bins,
    }


def _rows_in(bin_: int) -> Column:
    """How many of a probability's rows lie in a bin, when all are put in order and cut into bins as equal as can be."""
    from pyspark.sql import functions as F  # noqa: N812

    count = F.least(F.col("all"), F.lit(CALIBRATION_BINS))
    each, larger = F.floor(F.col("all") / count), F.col("all") % count
    begin, end = (F.lit(place) * each + F.least(F.lit(place), larger) for place in (bin_, bin_ + 1))
    first, last = F.col("rows_below"), F.col("rows_below") + F.col("rows")
    return F.when(F.lit(bin_) < count, F.greatest(F.least(last, end) - F.greatest(first, begin), F.lit(0))).otherwise(0)


def _metrics(found: dict[str, Any]) -> dict[str, float | None]:
    rows, true = found["rows"] or 0, found["true"] or 0
    false = rows - true
    off = sum(abs(found[f"off {index}"] or 0.0) for index in range(CALIBRATION_BINS))
    return {
        "roc_auc": found["pairs"] / (true * false) if true and false else None,
        "average_precision": found["precision"] / true if true and false else None,
        "log_loss": found["log_loss"] / rows if rows else None,
        "brier_score": found["brier_score"] / rows if rows else None,
        "calibration_error": off / rows if rows else None,
    }
