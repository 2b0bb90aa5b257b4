"""Holds a ruleset's columns against its contract."""

from __future__ import annotations

from collections.abc import Iterable

from groundwork.spec.contract import SYSTEM_COLUMNS, Contract
from groundwork.spec.errors import SpecError
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.base import RuleBase
from groundwork.spec.rules.comply import Hide, Remove
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.ruleset import Rule, Ruleset
from groundwork.spec.ruleset_file import RulesetSource


def column_problems(source: RulesetSource, contract: Contract) -> list[SpecError]:
    """Every rule that names a column which is not there by then, or writes what it may not.

    :param source: the ruleset
    :param contract: the product's contract
    """
    return _Walk(source, contract).problems_of(source.ruleset)


class _Walk:
    """Goes through the rules in their order and knows which columns there are at each."""

    def __init__(self, source: RulesetSource, contract: Contract) -> None:
        self.source = source
        self.contract = contract
        landing = contract.landing.columns if contract.landing else contract.columns
        self.here = {column.name for column in landing}
        self.types = {column.name: column.type for column in landing}
        self.removed: dict[str, str] = {}
        self.problems: list[SpecError] = []

    def problems_of(self, ruleset: Ruleset) -> list[SpecError]:
        for index, rule in enumerate(ruleset.rules):
            self._reads(index, rule, rule.reads)
            self._needs(index, rule)
            if isinstance(rule, Hide):
                self._hides(index, rule)
            self._writes(index, rule)
        for column in self.contract.columns:
            if column.name not in self.here:
                by = f"; rule {self.removed[column.name]!r} removed it" if column.name in self.removed else ""
                problem = f"no rule makes the contract's column {column.name!r}{by}"
                self.problems.append(self.source.file.error(("rules",), problem, "Add an augment rule"))
        flag = self.contract.delete_flag
        if flag is not None and flag.column not in self.here:
            problem = f"no rule makes the column {flag.column!r} of the contract's groundwork.deleteFlag"
            self.problems.append(
                self.source.file.error(("rules",), problem, "Name a landing field there, or add a rule")
            )
        return self.problems

    def _problem(self, index: int, rule: RuleBase, problem: str, mend: str) -> None:
        self.problems.append(self.source.error(index, f"rule {rule.name!r} {problem}", mend))

    def _reads(self, index: int, rule: Rule, names: Iterable[str]) -> None:
        for name in sorted(set(names) - self.here):
            why = f"which rule {self.removed[name]!r} removed" if name in self.removed else "which is not there"
            mend = f"Columns at this point: {', '.join(sorted(self.here))}"
            self._problem(index, rule, f"names column {name!r}, {why}", mend)

    def _needs(self, index: int, rule: Rule) -> None:
        """Types are known of columns that no rule has written yet."""
        for name, types in rule.needs.items():
            found = self.types.get(name)
            if found is not None and found.partition("(")[0] not in types:
                self._problem(index, rule, f"needs column {name!r} as {' or '.join(types)}", f"It is a {found} here")

    def _writes(self, index: int, rule: Rule) -> None:
        added = {rule.column} if isinstance(rule, Augment) else set(rule.take) if isinstance(rule, Enrich) else set()
        for name in sorted(added & SYSTEM_COLUMNS.keys()):
            self._problem(index, rule, f"writes system column {name!r}", "Choose another name")
        if isinstance(rule, Enrich):
            for name in sorted(added & self.here):
                self._problem(index, rule, f"takes {name!r}, which is there already", "Take it under another name")
        self.here |= added
        for name in added | (set(rule.columns) if isinstance(rule, Hide) else set()):
            self.types.pop(name, None)
        for name in added & self.removed.keys():
            del self.removed[name]

    def _hides(self, index: int, rule: Hide) -> None:
        if isinstance(rule, Remove):
            self.here -= set(rule.columns)
            self.removed.update(dict.fromkeys(rule.columns, rule.name))
            return
        for name in rule.columns:
            column = self.contract.column(name)
            told = name in self.types and name in rule.needs
            if column is not None and not told and column.type.partition("(")[0] not in rule.types:
                mend = f"Declare it as {' or '.join(rule.types)}, or use another method"
                self._problem(index, rule, f"cannot {rule.method} {name!r}, a {column.type}", mend)
