"""The low-code rules of a data product."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from groundwork.spec.base import Declared, Frozen, Identifier, problem_at
from groundwork.spec.errors import SpecError
from groundwork.spec.expression import columns_of

Action = Literal["quarantine", "drop", "warn", "fail"]
"""What happens to a row that breaks a rule: it is set aside with the reason, left out and counted, published and
counted, or the whole batch is refused."""

MAXIMUM_RULES = 250
BUILT_IN = re.compile(r"(readable|required|typed)_.+|primary_key")
"""Names under which a job reports what it checks for every product; no rule of a person's is named so."""


def _checked(expression: str) -> str:
    try:
        columns_of(expression)
    except SpecError as error:
        raise ValueError(str(error)) from error
    return expression


class _Rule(Frozen):
    """What all rules have: a name that appears in reasons and reports, and a sentence for people."""

    name: Identifier = Field(description="Name in reasons and reports; unique in the ruleset.")
    description: str = Field(default="", description="One sentence for people.")


class Standardise(_Rule):
    """Cleans landing text before it is read as its declared type.

    :param columns: landing columns
    :param trim: cut white space at both ends
    :param null_tokens: texts that mean null
    :param case: upper or lower
    """

    kind: Literal["standardise"]
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Landing columns.")
    trim: bool = Field(default=True, description="Cut white space at both ends.")
    null_tokens: tuple[str, ...] = Field(default=(), description="Texts that mean null, compared after trimming.")
    case: Literal["upper", "lower"] | None = Field(default=None, description="Change the letters' case.")


class Augment(_Rule):
    """Adds or replaces a column by a Spark SQL expression.

    :param column: the column to write
    :param expression: deterministic scalar expression over columns that exist by then
    """

    kind: Literal["augment"]
    column: Identifier = Field(description="Column to write.")
    expression: str = Field(description="Deterministic Spark SQL scalar expression over columns that exist by then.")

    @field_validator("expression")
    @classmethod
    def _parses(cls, value: str) -> str:
        return _checked(value)


class Enrich(_Rule):
    """Takes columns from another published product, pinned to one snapshot for the whole run.

    :param product: the product to look up
    :param match: column here → column there; together they must be unique there
    :param take: new column here → column there
    :param missing: what happens to a row without a match; ``keep`` leaves the taken columns null
    """

    kind: Literal["enrich"]
    product: Identifier = Field(description="Published product to look up.")
    match: dict[Identifier, Identifier] = Field(min_length=1, description="Column here: column there.")
    take: dict[Identifier, Identifier] = Field(min_length=1, description="New column here: column there.")
    missing: Literal["keep", "quarantine", "drop", "warn", "fail"] = Field(
        default="quarantine", description="What happens to a row without a match; keep leaves the new columns null."
    )


class Comply(_Rule):
    """Hides personal data.

    :param columns: columns to hide
    :param method: ``redact`` replaces by ``***``, ``tokenise`` by a keyed HMAC-SHA-256 (equal values stay equal),
        ``year`` keeps only the year of a date (1 January), ``remove`` leaves the column out of the table
    """

    kind: Literal["comply"]
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Columns to hide.")
    method: Literal["redact", "tokenise", "year", "remove"] = Field(
        description="redact: ***; tokenise: keyed HMAC; year: only the year of a date; remove: leave the column out."
    )


class Require(_Rule):
    """A predicate every row has to meet; null counts as met only with ``null_passes``.

    :param predicate: Spark SQL boolean expression
    :param otherwise: what happens to a row that does not meet it
    :param null_passes: whether a predicate that is null counts as met
    """

    kind: Literal["require"]
    predicate: str = Field(description="Spark SQL boolean expression.")
    otherwise: Action = Field(default="quarantine", description="What happens to a row that does not meet it.")
    null_passes: bool = Field(default=False, description="Whether a predicate that is null counts as met.")

    @field_validator("predicate")
    @classmethod
    def _parses(cls, value: str) -> str:
        return _checked(value)


Rule = Annotated[Standardise | Augment | Enrich | Comply | Require, Field(discriminator="kind")]


class Gate(Frozen):
    """When a batch may be published.

    :param maximum_quarantined: share (0–1) of the batch's rows that may be quarantined
    :param minimum_published: rows that must remain
    """

    maximum_quarantined: float = Field(default=0.05, ge=0, le=1, description="Share of rows that may be quarantined.")
    minimum_published: int = Field(default=1, ge=0, description="Rows that must remain.")


class Ruleset(Declared):
    """The rules of one data product, carried out in their order."""

    product: Identifier = Field(description="The product; equal to the file's stem.")
    version: str = Field(description="The ruleset's own version.")
    owner: str = Field(description="User name of the steward who answers for it.")
    gate: Gate = Field(default=Gate(), description="When a batch may be published.")
    rules: tuple[Rule, ...] = Field(default=(), max_length=MAXIMUM_RULES, description="Carried out in this order.")

    @model_validator(mode="after")
    def _ordered_and_unique(self) -> Ruleset:
        seen: set[str] = set()
        typed = False
        for index, rule in enumerate(self.rules):
            typed = typed or rule.kind != "standardise"
            if problem := self._problem(rule, seen, typed):
                raise problem_at(f"rule {rule.name!r} {problem}", "rules", index)
            seen.add(rule.name)
        return self

    def _problem(self, rule: Rule, seen: set[str], typed: bool) -> str | None:
        if rule.name in seen:
            return "is named as an earlier one; give each its own name"
        if BUILT_IN.fullmatch(rule.name):
            return "is named as a built-in rule; choose another name"
        if isinstance(rule, Standardise) and typed:
            return "works on landing text and so stands before the rules of other kinds"
        if isinstance(rule, Enrich) and rule.product == self.product:
            return "looks its own product up, which is not published before it"
        return None

    @property
    def look_ups(self) -> tuple[str, ...]:
        """Products that the rules look up, each once, in order."""
        return tuple(dict.fromkeys(rule.product for rule in self.rules if isinstance(rule, Enrich)))


def rule_columns(rule: Rule) -> frozenset[str]:
    """Columns that a rule reads, lower case."""
    if isinstance(rule, Standardise | Comply):
        return frozenset(rule.columns)
    if isinstance(rule, Enrich):
        return frozenset(rule.match)
    return columns_of(rule.expression if isinstance(rule, Augment) else rule.predicate)
