"""Rules that several products share, and the file in which a product includes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from groundwork.spec.base import Declared, Frozen, Identifier
from groundwork.spec.gate import Gate
from groundwork.spec.ruleset import MAXIMUM_RULES, Rule


class Fragment(Declared):
    """Rules of a domain (``rules/shared/<name>.yaml``), carried out where a product's ruleset includes them."""

    name: Identifier = Field(description="The fragment's name; equal to the file's stem.")
    version: str = Field(description="The fragment's own version.")
    owner: str = Field(description="User name of the steward who answers for it.")
    description: str = Field(default="", description="What the rules are for, in one sentence.")
    rules: tuple[Rule, ...] = Field(min_length=1, max_length=MAXIMUM_RULES, description="Carried out in this order.")


class Include(Frozen):
    """An entry among a product's rules that stands for the rules of a fragment."""

    include: Identifier = Field(description="Name of the fragment whose rules are carried out here.")


def _entry(item: Any) -> str:
    return "include" if isinstance(item, Include) or (isinstance(item, dict) and "include" in item) else "rule"


Entry = Annotated[Annotated[Include, Tag("include")] | Annotated[Rule, Tag("rule")], Discriminator(_entry)]


class RulesetFile(Declared):
    """A product's ruleset as it stands in its file; see ``Ruleset`` for what becomes of it."""

    product: Identifier = Field(description="The product; equal to the file's stem.")
    version: str = Field(description="The ruleset's own version.")
    owner: str = Field(description="User name of the steward who answers for it.")
    gate: Gate = Field(default=Gate(), description="When a batch may be published.")
    rules: tuple[Entry, ...] = Field(
        default=(), max_length=MAXIMUM_RULES, description="Carried out in this order; an entry can include a fragment."
    )
