"""Puts a batch's columns and violation bits together, in few projections, and knows which rule made each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException

from spark_jobs.errors import SPARK_ERRORS, JobError, cause
from spark_jobs.rules.violations import Violation

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class Step:
    """One column as a rule makes it, and the frame it is made on: enough to try the rule alone."""

    rule: str
    frame: DataFrame
    column: Column


@dataclass
class Builder:
    """Puts columns that do not read each other into one projection: hundreds of projections are slow to analyse.

    :param attempts: an expression that fails on a row sets that row aside, instead of ending the job
    """

    frame: DataFrame
    rule: str = ""
    attempts: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def write(self, name: str, value: Column, reads: Iterable[str] = ()) -> None:
        if name in self.columns or self.columns.keys() & set(reads):
            self.flush()
        self.columns[name] = value
        self.origins[name] = self.rule

    def violate(self, violation: Violation, broken: Column, reads: Iterable[str] = ()) -> None:
        from pyspark.sql import functions as F  # noqa: N812

        self.write(f"_v{len(self.violations)}", F.coalesce(broken, F.lit(False)), reads)
        self.violations.append(violation)

    def unread(self, column: str) -> Column:
        """Whether a reason that keeps the row from being published says already why the column has no value."""
        from pyspark.sql import functions as F  # noqa: N812

        said = [
            F.col(f"_v{place}")
            for place, item in enumerate(self.violations)
            if item.column == column and item.action != "warn"
            if item.kind == "standardise" or item.rule.startswith("readable_")
        ]
        return reduce(lambda left, right: left | right, said, F.lit(False))

    def flush(self) -> DataFrame:
        """Carry out what is waiting.

        :raises JobError: a column cannot be made; names its rule
        """
        steps = [Step(self.origins[name], self.frame, column) for name, column in self.columns.items()]
        try:
            self.frame = self.frame.withColumns(self.columns) if self.columns else self.frame
        except AnalysisException:
            blame(steps, lambda step: step.frame.select(step.column))
            raise
        self.steps += [step for step in steps if step.rule]
        self.columns, self.origins = {}, {}
        return self.frame

    def type_of(self, name: str) -> str:
        return self.flush().schema[name].dataType.simpleString()


def blame(steps: Iterable[Step], attempt: Callable[[Step], object]) -> None:
    for step in steps:
        try:
            attempt(step)
        except SPARK_ERRORS as error:
            reason = cause(error)
            raise JobError(f"rule {step.rule!r} cannot be carried out: {reason}") from error
