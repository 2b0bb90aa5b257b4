"""The internal form of a quality check: Great Expectations' names and kwargs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from groundwork.spec.base import Frozen, problem_at
from groundwork.spec.expectation_bounds import IGNORE_PAIR, IGNORE_ROW, check_bounds, check_like_pattern
from groundwork.spec.expectation_kwargs import KINDS
from groundwork.spec.expectation_types import TYPES, ExpectationType
from groundwork.spec.expression import columns_of
from groundwork.spec.odcs_operators import declared_operator
from groundwork.spec.quality_query import check_query
from groundwork.spec.row_condition import row_filter

Severity = Literal["critical", "warning", "info"]
_NAMES_ONLY = ("expect_table_columns_to_match_ordered_list", "expect_column_to_exist")
"""Types whose ``column`` or ``column_list`` are names that a table may lack."""


class Expectation(Frozen):
    """One check on the audited table.

    :param name: the contract's or suite's name for it, unique in the product
    :param type: an expectation type of Great Expectations, or one of ours for what only ODCS can say
    :param kwargs: that expectation's kwargs; ``mostly`` is the share (0–1) of non-null values that must meet it,
        ``row_condition`` a predicate of the rows that it looks at
    :param severity: ``critical`` blocks the publish, ``warning`` and ``info`` are reported
    :param description: one sentence for people
    :param notes: further sentences for people
    :param meta: what a suite's author keeps beside it
    """

    name: str = Field(min_length=1, max_length=200)
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Severity = "critical"
    description: str = ""
    notes: tuple[str, ...] = ()
    meta: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _supported(self) -> Expectation:
        with _about("type"):
            known = _known_type(self.type)
        missing, unknown = known.required - self.kwargs.keys(), self.kwargs.keys() - known.required - known.optional
        if missing or unknown:
            raise problem_at(
                f"{self.type} needs {sorted(known.required)} and may have {sorted(known.optional)}; "
                f"missing: {sorted(missing)}, unknown: {sorted(unknown)}",
                *("kwargs", *sorted(unknown)[:1]),
            )
        for key, value in self.kwargs.items():
            with _about("kwargs", key):
                KINDS[key](key, value)
        with _about("kwargs"):
            self._check_together()
        return self

    def _check_together(self) -> None:
        kwargs = self.kwargs
        if "min_value" in TYPES[self.type].optional:
            with _about("kwargs", "max_value" if "max_value" in kwargs else "min_value"):
                check_bounds(self.type, kwargs.get("min_value"), kwargs.get("max_value"))
        if (ignored := kwargs.get("ignore_row_if")) is not None:
            known = IGNORE_PAIR if "column_A" in kwargs else IGNORE_ROW
            if ignored not in known:
                raise problem_at(
                    f"ignore_row_if must be one of {', '.join(known)}, not {ignored!r}", "kwargs", "ignore_row_if"
                )
        for pattern in kwargs.get("like_pattern_list", [kwargs["like_pattern"]] if "like_pattern" in kwargs else ()):
            with _about("kwargs", "like_pattern_list" if "like_pattern_list" in kwargs else "like_pattern"):
                check_like_pattern(pattern, kwargs.get("escape", "\\"))
        if self.type.startswith("odcs_") and self.executable:
            declared_operator(kwargs)
        if self.type == "odcs_invalid_values" and ("valid_values" in kwargs) == ("pattern" in kwargs):
            raise ValueError("invalidValues needs arguments: either {validValues: [...]} or {pattern: '...'}")
        if "condition_parser" in kwargs and "row_condition" not in kwargs:
            raise problem_at(
                "condition_parser goes with row_condition; add that, or remove it", "kwargs", "condition_parser"
            )
        self._check_sql()

    def _check_sql(self) -> None:
        for key in self.kwargs.keys() & {"query", "unexpected_rows_query"}:
            with _about("kwargs", key):
                check_query(self.kwargs[key], figure=key == "query")
        with _about("kwargs", "row_condition"):
            _ = self.row_filter

    @property
    def executable(self) -> bool:
        """Whether a machine can carry it out; a text is for people to judge."""
        return self.type != "odcs_text"

    @property
    def row_filter(self) -> str | None:
        """Spark SQL predicate of the rows that it looks at; None: all."""
        condition = self.kwargs.get("row_condition")
        return None if condition is None else row_filter(condition, self.kwargs.get("condition_parser"))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values it judges; they must be there."""
        if self.type in _NAMES_ONLY:
            return ()
        keys = ("column", "column_A", "column_B", "sensitive")
        return (*self.kwargs.get("column_list", ()), *(self.kwargs[key] for key in keys if key in self.kwargs))

    @property
    def read_columns(self) -> frozenset[str]:
        """All columns it reads, its row condition's among them."""
        return frozenset(self.columns) | (columns_of(self.row_filter) if self.row_filter else frozenset())


@contextmanager
def _about(*at: str) -> Iterator[None]:
    """Let what is refused inside be told of that key, unless it says itself of which."""
    try:
        yield
    except PydanticCustomError:
        raise
    except ValueError as error:
        raise problem_at(str(error), *at) from error


def _known_type(kind: str) -> ExpectationType:
    if kind not in TYPES:
        near = get_close_matches(kind, TYPES, n=3, cutoff=0.5)
        mend = f"the nearest are {', '.join(near)}" if near else "see the list in docs/rules/checks.md"
        raise ValueError(f"there is no expectation {kind!r}; {mend}")
    known = TYPES[kind]
    if known.carried == "nowhere":
        raise ValueError(f"{kind} cannot be carried out: {known.why}")
    return known
