"""Rules that no row can meet together: whoever wrote them hears of it before a batch is set aside whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from groundwork.spec.allowed_values import Allowed, conditions, or_null
from groundwork.spec.expression import parse_expression
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Consent, Hide
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.require import Require
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import Rule
from groundwork.spec.ruleset_file import RulesetSource

if TYPE_CHECKING:
    from groundwork.spec.errors import SpecError

MEND = "Change one of the two, or let one predicate tell the cases apart by 'or'"


def contradictions(source: RulesetSource) -> Iterator[SpecError]:
    """Require rules that cannot be met: by themselves, beside one before them, or after a change of case.

    Decided for conjunctions of comparisons of a column with literals, lists, ``is null`` and their negations, and for a
    predicate beside its own negation. A rule that only warns contradicts nothing.

    :param source: the ruleset
    """
    said = _Said()
    for index, rule in enumerate(source.ruleset.rules):
        if isinstance(rule, Require) and rule.otherwise != "warn":
            if problem := said.problem_of(rule):
                yield source.error(index, f"rule {rule.name!r} {problem}", MEND)
        elif isinstance(rule, Standardise):
            said.cleaned(rule)
        said.forget(_written(rule))


def _written(rule: Rule) -> frozenset[str]:
    if isinstance(rule, Augment):
        return frozenset({rule.column})
    if isinstance(rule, Enrich):
        return frozenset(rule.take)
    return frozenset(rule.columns) if isinstance(rule, Hide | Consent) else frozenset()


@dataclass
class _Said:
    """What the rules so far say about columns that have not been written since.

    :param columns: column → rule and what that allows
    :param predicates: rule, its predicate without ``not`` and brackets, whether it had a ``not``, and its columns
    """

    columns: dict[str, list[tuple[str, Allowed]]] = field(default_factory=dict)
    predicates: list[tuple[Require, str, bool]] = field(default_factory=list)

    def cleaned(self, rule: Standardise) -> None:
        for name in rule.columns:
            if rule.case == "upper" or rule.case == "lower":  # noqa: PLR1714 - what mypy can follow
                self.columns[name] = [(rule.name, Allowed(null=True, case=rule.case))]

    def problem_of(self, rule: Require) -> str | None:
        tree = parse_expression(rule.predicate)
        text, positive = _signed(tree)
        for other, known, sign in self.predicates:
            if known == text and sign != positive and not (rule.null_passes and other.null_passes):
                return f"is the opposite of rule {other.name!r}: no row meets both"
        self.predicates.append((rule, text, positive))
        for name, allowed in _by_column(tree, null_passes=rule.null_passes).items():
            if allowed.empty:
                return f"can never be met: it leaves no value of column {name!r}"
            before = self.columns.setdefault(name, [])
            if reduce(Allowed.and_, (found for _, found in before), allowed).empty:
                others = [other for other, found in before if found.and_(allowed).empty] or [before[-1][0]]
                return f"contradicts rule {others[0]!r}: no value of column {name!r} meets both"
            before.append((rule.name, allowed))
        return None

    def forget(self, columns: frozenset[str]) -> None:
        for name in columns:
            self.columns.pop(name, None)
        self.predicates = [said for said in self.predicates if not said[0].reads & columns]


def _signed(tree: exp.Expr) -> tuple[str, bool]:
    """The predicate's SQL without brackets and ``not`` around it, and whether it had no or an even number of these."""
    positive = True
    while isinstance(tree, exp.Paren | exp.Not):
        positive ^= isinstance(tree, exp.Not)
        tree = tree.this
    return tree.sql(dialect="spark").lower(), positive


def _by_column(tree: exp.Expr, *, null_passes: bool) -> dict[str, Allowed]:
    found: dict[str, Allowed] = {}
    for name, allowed in conditions(tree):
        this = or_null(allowed) if null_passes else allowed
        found[name] = found[name].and_(this) if name in found else this
    return found
