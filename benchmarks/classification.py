"""How well personal data is found: a labelled corpus, per kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

from benchmarks.jobs_program import figures_of
from benchmarks.table import Table

HEADER = ("kind", "columns", "precision", "recall", "F1")


def measure() -> list[Table]:
    """Runs it in the jobs environment.

    :raises BenchmarkError: it failed
    """
    return [classification_table(figures_of("benchmarks.classification_pass"))]


def classification_table(figures: Mapping[str, Any]) -> Table:
    """One line a kind, of the half that no threshold was chosen on.

    :param figures: what ``benchmarks.classification_pass`` printed
    """
    found: dict[str, dict[str, int]] = figures["halves"]["test"]
    asked = {kind: count for kind, count in found.items() if count["right"] + count["missing"]}
    checked = [count for kind, count in asked.items() if kind in figures["checksummed"]]
    rows = [_row(kind, count) for kind, count in found.items()]
    rows.append(("mean of all kinds", *_mean(asked.values())))
    rows.append(("mean of checksummed kinds", *_mean(checked)))
    note = (
        f"{figures['columns']['test']} columns of {figures['values']} values, {figures['nothing_personal']} of them "
        "with nothing personal that resembles it (order numbers, ISBN, IMEI, airports, companies, versions …); "
        f"{figures['columns']['tuning']} others, of other locales and under other names, served to choose thresholds "
        f"and are not in the table. 20 columns take {figures['seconds_for_20']:.2f} s, "
        f"{figures['processor_for_20']:.2f} s of processor time."
    )
    return Table("Classification of personal data", HEADER, tuple(rows), note)


def scores(count: Mapping[str, int]) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 where nothing was found or asked for."""
    right, wrong, missing = count["right"], count["wrong"], count["missing"]
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missing) if right + missing else 0.0
    return precision, recall, 2 * right / (2 * right + wrong + missing)


def _row(kind: str, count: Mapping[str, int]) -> tuple[str, ...]:
    return (kind, str(count["right"] + count["missing"]), *(f"{score:.3f}" for score in scores(count)))


def _mean(counts: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    listed = list(counts)
    columns = sum(count["right"] + count["missing"] for count in listed)
    means = (fmean(values) for values in zip(*map(scores, listed), strict=True))
    return (str(columns), *(f"{mean:.3f}" for mean in means))
