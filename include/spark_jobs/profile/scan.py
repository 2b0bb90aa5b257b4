"""One pass over a frame in Spark's Python workers: every column's figures and rows drawn evenly.

Arrow carries the values and numpy counts them, because Spark's own sketches and text minima are called value by value,
outside the code that it generates: a distinct count costs about 230 ns a value there and 8 ns here.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from spark_jobs.profile.column_state import ColumnState

SCHEMA = pa.schema([("place", pa.int32()), ("found", pa.binary())])
SAMPLE = -1
"""Place of the drawn rows among the columns."""
PRIORITY = "priority"


@dataclass(frozen=True)
class Read:
    """How a column comes: as ``value<place>``, of texts and decimals also ``key<place>``, of texts ``length<place>``.

    :param kind: number, time, boolean or text
    :param others: which of ``key``, ``length`` and ``unreadable`` come with it
    """

    place: int
    kind: str
    others: tuple[str, ...] = ()


def scanner(columns: Sequence[Read], rows: int) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What ``mapInArrow`` carries out.

    :param rows: how many to draw from each partition
    """

    def scan(batches: Iterable[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        states = [ColumnState() for _ in columns]
        task = TaskContext.get()
        sample = Sample(rows, task.partitionId() if task else 0)
        for batch in batches:
            for state, column in zip(states, columns, strict=True):
                others = {name: batch.column(f"{name}{column.place}") for name in column.others}
                state.see(column.kind, batch.column(f"value{column.place}"), **others)
            sample.see(batch.select([f"value{column.place}" for column in columns]))
        found = [zlib.compress(pickle.dumps(vars(state)), 1) for state in states]
        places = [*range(len(states)), SAMPLE]
        yield pa.RecordBatch.from_arrays(
            [pa.array(places, pa.int32()), pa.array([*found, sample.packed()])], schema=SCHEMA
        )

    return scan


class Sample:
    """Rows of least random priority: those of several partitions together are drawn evenly from all of them."""

    def __init__(self, limit: int, seed: int) -> None:
        self.limit = limit
        self.below = 1.0
        self._random = np.random.default_rng(seed)
        self._kept: list[Any] = []

    def see(self, batch: Any) -> None:
        """Draw from a batch."""
        priorities = self._random.random(batch.num_rows)
        chosen = priorities < self.below
        kept = pa.Table.from_batches([batch.filter(pa.array(chosen))])
        self._kept.append(kept.append_column(PRIORITY, pa.array(priorities[chosen])))
        if sum(table.num_rows for table in self._kept) > 2 * self.limit:
            self._shrink()

    def _shrink(self) -> None:
        together = pa.concat_tables(self._kept)
        priorities = together.column(PRIORITY).to_numpy()
        if len(priorities) > self.limit:
            self.below = float(np.partition(priorities, self.limit)[self.limit])
            together = together.filter(pa.array(priorities < self.below))
        self._kept = [together.combine_chunks()]

    def packed(self) -> bytes:
        """What was drawn, and below which priority everything was."""
        if not self._kept:
            return pickle.dumps((self.below, None))
        self._shrink()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._kept[0].schema) as writer:
            writer.write_table(self._kept[0])
        return pickle.dumps((self.below, sink.getvalue().to_pybytes()))


def merged(found: Iterable[tuple[int, bytes]], columns: int, rows: int) -> tuple[list[ColumnState], Any]:
    """States of all partitions together, and the drawn rows as an Arrow table (None where the frame has no rows).

    :param rows: how many to keep of those that were drawn
    """
    states = [ColumnState() for _ in range(columns)]
    samples = []
    for place, packed in found:
        if place == SAMPLE:
            samples.append(pickle.loads(packed))  # noqa: S301 - our own workers wrote it a moment ago
        else:
            states[place].merge(ColumnState(**pickle.loads(zlib.decompress(packed))))  # noqa: S301 - likewise
    tables = [pa.ipc.open_stream(stream).read_all() for _, stream in samples if stream is not None]
    together = pa.concat_tables(tables) if tables else None
    if together is None or not together.num_rows:
        return states, None
    below = min(limit for limit, _ in samples)
    priorities = together.column(PRIORITY).to_numpy()
    if (priorities < below).sum() > rows:
        below = float(np.partition(priorities, rows)[rows])
    return states, together.filter(pa.array(priorities < below)).drop_columns([PRIORITY])
