"""Classifies the labelled corpus; prints what was found of each kind, and the seconds it took."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

from benchmarks.classification_corpus.column import ROWS, LabelledColumn
from benchmarks.classification_corpus.identifiers import identifier_columns
from benchmarks.classification_corpus.negatives import negative_columns
from benchmarks.classification_corpus.others import other_columns
from benchmarks.classification_corpus.people import people_columns
from spark_jobs.classification.classify import classify
from spark_jobs.classification.identifiers import IDENTIFIERS


def corpus() -> list[LabelledColumn]:
    """Every labelled column of both halves."""
    return list(chain(identifier_columns(), people_columns(), other_columns(), negative_columns()))


def counts(columns: Iterable[LabelledColumn]) -> dict[str, dict[str, int]]:
    """Kind → how many columns were found rightly, wrongly and not at all.

    A column proposed as another kind than its own is both a wrong one of that kind and a missing one of its own.
    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for column in columns:
        found = classify(column.name, column.values)
        kind = found.kind.name if found else None
        if kind == column.kind:
            right.update(filter(None, [kind]))
        else:
            wrong.update(filter(None, [kind]))
            missing.update(filter(None, [column.kind]))
    kinds = sorted({*right, *wrong, *missing})
    return {kind: {"right": right[kind], "wrong": wrong[kind], "missing": missing[kind]} for kind in kinds}


def main() -> dict[str, Any]:
    """Both halves, and what 20 columns cost."""
    columns = corpus()
    for column in columns:
        _ = column.values  # made before the clock runs
    began, used = time.perf_counter(), time.process_time()
    halves = {half: counts(column for column in columns if column.half == half) for half in ("tuning", "test")}
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    return {
        "columns": {half: sum(column.half == half for column in columns) for half in halves},
        "nothing_personal": sum(column.half == "test" and column.kind is None for column in columns),
        "values": ROWS,
        "seconds_for_20": 20 * seconds / len(columns),
        "processor_for_20": 20 * processor / len(columns),
        "checksummed": [identifier.kind for identifier in IDENTIFIERS if identifier.checksum],
        "halves": halves,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
