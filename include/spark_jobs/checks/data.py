"""What a suite is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import DataType


@dataclass(frozen=True)
class Data:
    """The checked rows.

    :param batch: the batch's rows; checks of values read them
    :param branch: all rows of the branch; row count, uniqueness and SQL read them
    :param branch_rows: how many the branch has
    :param columns: the contract's columns, in its order; what the table has beside them no suite declares
    :param classified: columns whose values are shown nowhere
    :param order: columns that order the batch's rows as they came
    """

    batch: DataFrame
    branch: DataFrame
    branch_rows: int
    columns: tuple[str, ...]
    classified: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    types: dict[str, DataType] = field(init=False)

    def __post_init__(self) -> None:
        types = {item.name: item.dataType for item in self.batch.schema.fields}
        object.__setattr__(self, "types", types)


def flag(row_filter: str) -> str:
    """Name of the column that says whether a row meets the filter."""
    return f"_rows_{hashlib.sha256(row_filter.encode()).hexdigest()[:12]}"


def looked_at(row_filter: str | None) -> Column:
    """Whether a row is looked at, in a frame with flags."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.lit(True) if row_filter is None else F.col(flag(row_filter))


def with_flags(frame: DataFrame, row_filters: Iterable[str | None]) -> DataFrame:
    """The frame with one column a filter, so that checks which share one evaluate it once a row."""
    from pyspark.sql import functions as F  # noqa: N812

    wanted = dict.fromkeys(text for text in row_filters if text is not None)
    return frame.withColumns({flag(text): F.coalesce(F.expr(text), F.lit(False)) for text in wanted})


def where(frame: DataFrame, row_filter: str | None) -> DataFrame:
    """The rows that are looked at, of a frame without flags."""
    return frame if row_filter is None else frame.where(row_filter)
