"""What stands in the feature table for some batches: counted, profiled, and computed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from groundwork.decisions.features import FeatureFigures, decide_features
from groundwork.spec.decision import Decision
from groundwork.spec.feature_contract import LABEL_KNOWN_AT, PREDICTION_TIME
from groundwork.spec.model_report import FeatureProfile
from spark_jobs.aggregate import aggregate
from spark_jobs.features.leak_audit import LeakAudit, leak_audit
from spark_jobs.features.sources import Sources
from spark_jobs.profile.batch import HASH, hashed

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class FeatureAudit:
    """What was found on the branch."""

    decision: Decision
    rows: int
    unlabelled: int
    leaks: LeakAudit
    profile: tuple[FeatureProfile, ...]


def audit_features(sources: Sources, written: DataFrame) -> FeatureAudit:
    """Look at the rows where they were written.

    :param written: the batches' rows of the feature table
    """
    expected = sources.predicted.count()
    found = _figures(sources, written, expected)
    leaks = leak_audit(sources, written)
    figures = FeatureFigures(
        expected=expected,
        rows=found["rows"],
        duplicates=_duplicates(sources, written),
        incomplete_keys=found["incomplete"],
        untimed=found["untimed"],
        known_before=found["known_before"],
        audited=leaks.rows,
    )
    profile = tuple(
        FeatureProfile(
            name=feature.name,
            type=feature.type,
            nulls=found["rows"] - found[f"values {feature.name}"],
            distinct=found[f"distinct {feature.name}"],
            minimum=_text(found[f"minimum {feature.name}"]),
            maximum=_text(found[f"maximum {feature.name}"]),
            mean=found.get(f"mean {feature.name}"),
        )
        for feature in sources.view.features
    )
    decision = decide_features(figures, leaks.differences)
    return FeatureAudit(decision, found["rows"], found["unlabelled"], leaks, profile)


def _figures(sources: Sources, written: DataFrame, rows: int) -> dict[str, Any]:
    from pyspark.sql import functions as F  # noqa: N812

    def count(condition: Column) -> Column:
        return F.count(F.when(condition, 1))

    label = F.col(sources.view.label.name)
    incomplete = F.lit(False)
    for name in sources.key:
        incomplete |= F.col(name).isNull()
    generated = {
        "rows": F.count(F.lit(1)),
        "unlabelled": count(label.isNull()),
        "incomplete": count(incomplete),
        "untimed": count(F.col(PREDICTION_TIME).isNull()),
        "known_before": count(label.isNotNull() & (F.col(LABEL_KNOWN_AT) <= F.col(PREDICTION_TIME))),
    }
    interpreted: dict[str, Column] = {}
    for feature in sources.view.features:
        value, number = F.col(feature.name), feature.type == "number"
        generated[f"values {feature.name}"] = F.count(value)
        interpreted[f"distinct {feature.name}"] = F.hll_sketch_estimate(
            F.hll_sketch_agg(F.col(f"{HASH}{feature.name}"))
        )
        place = generated if number else interpreted
        place[f"minimum {feature.name}"] = F.min(value)
        place[f"maximum {feature.name}"] = F.max(value)
        if number:
            generated[f"mean {feature.name}"] = F.avg(value.cast("double"))
    values = {feature.name: F.col(feature.name) for feature in sources.view.features}
    return aggregate(hashed(written, values), generated, interpreted, rows)


def _duplicates(sources: Sources, written: DataFrame) -> int:
    return written.groupBy(*sources.key).count().where("count > 1").count()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:100]
