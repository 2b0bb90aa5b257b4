"""What all kinds of rule have."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Frozen, Identifier
from groundwork.spec.errors import SpecError
from groundwork.spec.expression import columns_of

NUMBERS = ("int", "bigint", "double", "decimal")
TIMES = ("date", "timestamp")
TEXT = ("string",)
Action = Literal["quarantine", "drop", "warn", "fail"]
"""What happens to a row that breaks a rule: it is set aside with the reason, left out and counted, published and
counted, or the whole batch is refused."""


def checked_expression(expression: str) -> str:
    """The expression as it stands.

    :raises ValueError: it does not parse, or holds what may not stand in a rule
    """
    try:
        columns_of(expression)
    except SpecError as error:
        raise ValueError(str(error)) from error
    return expression


class RuleBase(Frozen):
    """What all rules have: a name that appears in reasons and reports, a sentence for people, and who answers for it.

    :param owner: user name; the owner of the file that the rule stands in where left out
    """

    name: Identifier = Field(description="Name in reasons and reports; unique in the ruleset.")
    description: str = Field(default="", description="One sentence for people.")
    owner: str = Field(default="", description="Who answers for the rule; the file's owner where left out.")

    @property
    def narrow(self) -> bool:
        """Whether Spark carries it out row by row in code of its own: no shuffle, no other table, no Python."""
        return True

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Column → types, of those that the rule can only be carried out on; ``decimal`` of any precision."""
        return {}
