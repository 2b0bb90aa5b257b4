"""The low-code rules of a data product."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, model_validator

from groundwork.spec.base import Declared, Frozen, Identifier, problem_at
from groundwork.spec.gate import Gate
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Compliance
from groundwork.spec.rules.deduplicate import Deduplicate
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.require import Require
from groundwork.spec.rules.standardise import Standardise

MAXIMUM_RULES = 250
BUILT_IN = re.compile(r"(readable|required|typed|computed)_.+|primary_key")
"""Names under which a job reports what it checks for every product; no rule of a person's is named so."""

Rule = Annotated[
    Standardise | Augment | Deduplicate | Enrich | Compliance | Require,
    Field(discriminator="kind"),
]


class IncludedFragment(Frozen):
    """A fragment whose rules a ruleset includes, as it was when the ruleset was read."""

    name: Identifier
    version: str
    owner: str


class Ruleset(Declared):
    """The rules of one data product, those of the fragments that its file includes among them, in their order."""

    product: Identifier = Field(description="The product; equal to the file's stem.")
    version: str = Field(description="The ruleset's own version.")
    owner: str = Field(description="User name of the steward who answers for it.")
    gate: Gate = Field(default=Gate(), description="When a batch may be published.")
    fragments: tuple[IncludedFragment, ...] = Field(default=(), description="Fragments whose rules are among these.")
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
