"""Holds standardise rules against the landing columns of their contract."""

from __future__ import annotations

from collections.abc import Iterator

from groundwork.spec.contract import Column, Contract
from groundwork.spec.errors import SpecError
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset_file import RulesetSource

NUMBERS = ("int", "bigint", "double", "decimal")
READABLE_AS: dict[str, tuple[str, ...]] = {
    "date": ("date", "timestamp"),
    "timestamp": ("timestamp",),
    "number": NUMBERS,
    "quantity": NUMBERS,
    "boolean": ("boolean",),
}
"""Form → types, besides string, that its text can be read as; where the form is not named, none."""


def standardise_problems(source: RulesetSource, contract: Contract) -> Iterator[SpecError]:
    """Forms that do not go with the declared type of their column, and columns of countries that hold none.

    Columns that are not there are told elsewhere.

    :param source: the ruleset
    """
    landing = {column.name: column for column in (contract.landing.columns if contract.landing else contract.columns)}
    rules = [
        (index, rule) for index, rule in enumerate(source.ruleset.rules) if isinstance(rule, Standardise) and rule.form
    ]
    depending = {name for _, rule in rules if rule.beside for name in rule.columns}
    for index, rule in rules:
        for name in rule.columns:
            if name in landing and (problem := _misfit(rule, landing[name])):
                yield source.error(index, f"rule {rule.name!r} {problem[0]}", problem[1], ("as",))
        if (beside := landing.get(rule.beside or "")) and (beside.type != "string" or beside.name in depending):
            why = f"a {beside.type}" if beside.type != "string" else "which is itself standardised by another column"
            problem_text = f"rule {rule.name!r} takes the country from {beside.name!r}, {why}"
            yield source.error(index, problem_text, "Name a text column that depends on no other", ("as",))


def _misfit(rule: Standardise, column: Column) -> tuple[str, str] | None:
    """What is wrong with this form for this column, and the mend."""
    form = rule.form.type if rule.form else ""
    types = READABLE_AS.get(form, ())
    if column.type != "string" and column.type.partition("(")[0] not in types:
        mend = f"Declare it as {' or '.join(('string', *types))}, or use another form"
        return f"makes a {form} of {column.name!r}, a {column.type}", mend
    if column.format:
        said = f"brings {column.name!r} to ISO's form, and the contract says that it is written as {column.format}"
        return said, "Leave the format out of the contract: the rule's formats are what is read"
    return None
