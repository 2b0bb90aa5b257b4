"""What is known of a column after some of its values: grows by batches of Arrow, and two of them make one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spark_jobs.profile.sketch import add, empty

COUNTED = 1_000
"""A column with at most so many different values has each of them counted."""
NUMBER, TIME, BOOLEAN, TEXT = "number", "time", "boolean", "text"


@dataclass
class ColumnState:
    """Figures of a column.

    :param numbers: finite numbers; ``mean`` and ``squares``, the sum of squared differences from it, are theirs
    :param counted: key → [rows, value] while there are few, None once there were more than ``COUNTED``
    :param registers: of the sketch that counts on from there
    """

    rows: int = 0
    nulls: int = 0
    empty: int = 0
    unreadable: int = 0
    not_finite: int = 0
    minimum: Any = None
    maximum: Any = None
    numbers: int = 0
    mean: float = 0.0
    squares: float = 0.0
    shortest: int | None = None
    longest: int | None = None
    characters: int = 0
    counted: dict[int, list[Any]] | None = field(default_factory=dict)
    registers: Any = None

    def see(self, kind: str, value: Any, key: Any = None, length: Any = None, unreadable: Any = None) -> None:
        """Take in a batch.

        :param value: Arrow array of the values
        :param key: 64-bit integers, equal for equal values; where left out they are made here
        :param length: characters of each text
        :param unreadable: whether each is null because its text does not read as the column's type
        """
        self.rows += len(value)
        self.nulls += value.null_count
        if unreadable is not None:
            self.unreadable += pc.sum(unreadable).as_py() or 0
        value = value.drop_null()
        if not len(value):
            return
        if kind == TEXT:
            self._lengths(length.drop_null().to_numpy())
        key = (_key(value) if key is None else key.drop_null()).to_numpy(zero_copy_only=False)
        self._distinct(value, key)
        if kind == NUMBER:
            value = self._number(value)
        self._range(*pc.min_max(value).as_py().values())

    def merge(self, other: ColumnState) -> None:
        """Take in what was found of other rows of the column."""
        for name in ("rows", "nulls", "empty", "unreadable", "not_finite", "characters"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self._range(other.minimum, other.maximum)
        self._moments(other.numbers, other.mean, other.squares)
        self.shortest, self.longest = _wider(self.shortest, self.longest, other.shortest, other.longest)
        if self.counted is not None and other.counted is not None:
            for key, (rows, value) in other.counted.items():
                self.counted.setdefault(key, [0, value])[0] += rows
            if len(self.counted) > COUNTED:
                self._give_up()
            return
        self._give_up()
        if other.registers is not None:
            np.maximum(self.registers, other.registers, out=self.registers)
        elif other.counted:
            add(self.registers, np.fromiter(other.counted, np.int64))

    def _range(self, least: Any, greatest: Any) -> None:
        self.minimum, self.maximum = _wider(self.minimum, self.maximum, least, greatest)

    def _lengths(self, lengths: Any) -> None:
        self.shortest, self.longest = _wider(self.shortest, self.longest, int(lengths.min()), int(lengths.max()))
        self.characters += int(lengths.sum(dtype=np.int64))
        self.empty += int((lengths == 0).sum())

    def _number(self, value: Any) -> Any:
        """See the numbers; gives the finite ones."""
        numbers = value.cast(pa.float64()).to_numpy(zero_copy_only=False)
        finite = np.isfinite(numbers)
        if not finite.all():
            self.not_finite += int((~finite).sum())
            value, numbers = value.filter(pa.array(finite)), numbers[finite]
        if len(numbers):
            mean = float(numbers.mean())
            apart = numbers - mean
            self._moments(len(numbers), mean, float(np.dot(apart, apart)))
        return value

    def _moments(self, numbers: int, mean: float, squares: float) -> None:
        """Chan, Golub and LeVeque's update of mean and squares."""
        if not numbers:
            return
        together, apart = self.numbers + numbers, mean - self.mean
        self.squares += squares + apart * apart * self.numbers * numbers / together
        self.mean += apart * numbers / together
        self.numbers = together

    def _distinct(self, value: Any, keys: Any) -> None:
        if self.counted is None:
            add(self.registers, keys)
            return
        found = pc.value_counts(pa.array(keys))
        if len(found) <= COUNTED:
            self._count(value, keys, found)
        if len(found) > COUNTED or len(self.counted) > COUNTED:
            self._give_up()
            add(self.registers, keys)

    def _count(self, value: Any, keys: Any, found: Any) -> None:
        assert self.counted is not None, "a column that is not counted any more has a sketch"
        different = found.field(0)
        unknown = [key for key in different.to_pylist() if key not in self.counted]
        if unknown:
            places = pc.index_in(pa.array(unknown, pa.int64()), value_set=pa.array(keys))
            for key, first in zip(unknown, value.take(places).to_pylist(), strict=True):
                self.counted[key] = [0, first]
        for key, rows in zip(different.to_pylist(), found.field(1).to_pylist(), strict=True):
            self.counted[key][0] += rows

    def _give_up(self) -> None:
        """From now on only sketch."""
        if self.counted is None:
            return
        self.registers = empty()
        add(self.registers, np.fromiter(self.counted, np.int64))
        self.counted = None


def _key(value: Any) -> Any:
    """The bits of numbers, times and truth values as integers; -0.0 is 0.0, and every NaN is one."""
    if pa.types.is_floating(value.type):
        numbers = value.cast(pa.float64()).to_numpy(zero_copy_only=False) + 0.0
        return pa.array(np.where(np.isnan(numbers), np.nan, numbers).view(np.int64))
    if pa.types.is_date32(value.type):
        value = value.cast(pa.int32())
    return value.cast(pa.int64())


def _wider(least: Any, greatest: Any, less: Any, more: Any) -> tuple[Any, Any]:
    return (
        less if least is None or (less is not None and less < least) else least,
        more if greatest is None or (more is not None and more > greatest) else greatest,
    )
