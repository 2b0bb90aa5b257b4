"""What the workers find and the driver puts together, without Spark in between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from spark_jobs.profile.column_state import NUMBER
from spark_jobs.profile.scan import Read, Sample, merged, scanner

READ = [Read(0, NUMBER)]


def part(numbers: Any, batch: int = 1_000) -> list[pa.RecordBatch]:
    table = pa.table({"value0": pa.array(numbers, pa.int64())})
    return table.to_batches(max_chunksize=batch)


def found(parts: list[Any], drawn: int, kept: int) -> tuple[Any, Any]:
    scan = scanner(READ, drawn)
    packed = [pair for numbers in parts for out in scan(iter(part(numbers))) for pair in out.to_pylist()]
    return merged([(pair["place"], pair["found"]) for pair in packed], 1, kept)


def test_partitions_make_one_column() -> None:
    (state,), sample = found([range(10), [], range(5, 20)], drawn=100, kept=100)
    assert (state.rows, state.minimum, state.maximum, state.mean) == (25, 0, 19, (45 + 180) / 25)
    assert len(state.counted) == 20
    assert sorted(sample.column("value0").to_pylist()) == sorted([*range(10), *range(5, 20)])


def test_no_more_rows_are_drawn_than_asked_for() -> None:
    _, sample = found([range(30_000), range(30_000, 60_000)], drawn=2_000, kept=2_500)
    assert sample.num_rows == 2_500
    assert len(set(sample.column("value0").to_pylist())) == 2_500


def test_parts_of_different_size_are_drawn_from_evenly() -> None:
    # 200 parts of 100 and of 900 rows; each keeps at most 150, so that the large ones say below which priority
    # everything was kept.
    small, large = 0, 0
    for seed in range(200):
        samples = [Sample(150, 2 * seed), Sample(150, 2 * seed + 1)]
        for sample, numbers in zip(samples, (np.zeros(100), np.ones(900)), strict=True):
            for batch in part(numbers, 64):
                sample.see(batch)
        packed = [(-1, sample.packed()) for sample in samples]
        _, drawn = merged(packed, 1, 10_000)
        ones = sum(drawn.column("value0").to_pylist())
        small, large = small + drawn.num_rows - ones, large + ones
    assert large == 200 * 150
    # A sixth of the small parts' rows: 3,333, give or take four standard deviations.
    assert abs(small - 200 * 100 / 6) < 4 * np.sqrt(200 * 100 / 6)


def test_the_same_rows_are_drawn_again() -> None:
    once, again = (found([range(9_000)], drawn=100, kept=100)[1] for _ in range(2))
    assert once.equals(again)
