"""Personal columns that would be published as they came."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from groundwork.spec.contract import PERSONAL, Contract
from groundwork.spec.errors import SpecError
from groundwork.spec.expression import parse_expression
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Consent, Hide
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.ruleset import Rule
from groundwork.spec.ruleset_file import RulesetSource


def personal_problems(source: RulesetSource, contract: Contract) -> Iterator[SpecError]:
    """Every published column that is declared as personal, in the files or in the table, and that nothing protects.

    What protects it is a comply rule that hides it or asks for consent, or an exemption in the contract. A column that
    an expression makes of others is judged as the table declares it, and by its values when it is there; one that is a
    copy of another is judged as that one.

    :param source: the ruleset
    :param contract: the product's contract
    """
    landing = contract.landing.columns if contract.landing else ()
    personal = {column.name for column in landing if column.classification in PERSONAL}
    protected: set[str] = set()
    for rule in source.ruleset.rules:
        _follow(rule, personal, protected)
    for column in contract.columns:
        declared = column.classification in PERSONAL or column.name in personal
        if declared and column.name not in protected and not column.exemption:
            yield source.file.error(
                ("rules",),
                f"personal column {column.name!r} would be published as it came",
                "Hide or remove it by a comply rule, or say in the contract why consumers may see it: "
                "customProperties: [{property: groundwork.exemption, value: <reason>}] at the column",
            )


def _follow(rule: Rule, personal: set[str], protected: set[str]) -> None:
    """What a rule does to the sets of personal and of protected columns."""
    if isinstance(rule, Hide | Consent):
        protected |= set(rule.columns)
    written = {rule.column} if isinstance(rule, Augment) else set(rule.take) if isinstance(rule, Enrich) else set()
    copied = _copied(rule)
    for name in written:
        for columns in (personal, protected):
            (columns.add if copied in columns else columns.discard)(name)


def _copied(rule: Rule) -> str:
    """The column that the rule's column is a mere copy of."""
    if not (isinstance(rule, Augment) and rule.expression):
        return ""
    tree = parse_expression(rule.expression)
    return tree.name.lower() if isinstance(tree, exp.Column) else ""
