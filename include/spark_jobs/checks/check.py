"""One expectation on its way through the passes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.quality_query import query_columns
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.data import Data, looked_at

if TYPE_CHECKING:
    from pyspark.sql import Column

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Measures:
    """Aggregates by name; those of one name are the same and computed once.

    :param generated: what Spark generates code for
    :param interpreted: what it does not, and Python
    """

    generated: dict[str, Column] = field(default_factory=dict)
    interpreted: dict[str, Column] = field(default_factory=dict)

    def __or__(self, other: Measures) -> Measures:
        return Measures(self.generated | other.generated, self.interpreted | other.interpreted)


@dataclass(frozen=True)
class Key:
    """Columns whose distinct values are counted, with one shuffle for all checks that need them.

    :param columns: in the order of their names, as the order does not matter
    :param whole: of the whole branch, else of the batch
    :param row_filter: predicate of the rows looked at
    """

    columns: tuple[str, ...]
    whole: bool
    row_filter: str | None


class Check(ABC):
    """Says what it needs measured, and makes its result of the figures.

    :param expectation: what is expected
    :param data: the rows
    """

    def __init__(self, expectation: Expectation, data: Data) -> None:
        self.expectation = expectation
        self.kwargs = expectation.kwargs
        self.data = data
        self.row_filter = expectation.row_filter

    def measures(self) -> Measures:
        """Aggregates over the batch's rows."""
        return Measures()

    def follow_up(self, _found: Found) -> Measures:
        """Aggregates over the batch's rows that need the first ones."""
        return Measures()

    def key_measures(self) -> tuple[Key, dict[str, Column]] | None:
        """Aggregates over the distinct values of a key; each with its number of rows in ``_n``."""
        return None

    @abstractmethod
    def result(self, found: Found) -> ExpectationResult:
        """What it found; ``found`` holds every figure it asked for."""

    @property
    def looked_at(self) -> Column:
        """Whether a row is looked at."""
        return looked_at(self.row_filter)

    def named(self, figure: str, *parts: str) -> str:
        """A figure's name: the same for all checks that look at the same rows."""
        return " ".join(("check", figure, *parts, self.row_filter or ""))

    def own(self, figure: str) -> str:
        """A figure's name that no other check has."""
        return f"check {figure} of {self.expectation.name}"

    def count(self, condition: Column | None = None) -> Column:
        """How many of the rows looked at meet the condition; one that is null is not met."""
        from pyspark.sql import functions as F  # noqa: N812

        if self.row_filter is None:
            return F.count(F.lit(1) if condition is None else F.when(condition, 1))
        return F.count(F.when(self.looked_at if condition is None else self.looked_at & condition, 1))

    def answer(self, *, success: bool, **more: Any) -> ExpectationResult:
        """The result, with what every one tells."""
        told = self.expectation
        return ExpectationResult(
            name=told.name,
            type=told.type,
            kwargs=told.kwargs,
            severity=told.severity,
            description=told.description,
            meta=told.meta,
            success=bool(success),
            **more,
        )

    @property
    def read_columns(self) -> frozenset[str]:
        """All columns that it reads, a query's among them."""
        query = self.kwargs.get("query") or self.kwargs.get("unexpected_rows_query")
        return self.expectation.read_columns | (query_columns(query) if query else frozenset())

    def hidden(self, *columns: str) -> bool:
        """Whether values of these columns may not be shown."""
        return any(column in self.data.classified for column in columns)
