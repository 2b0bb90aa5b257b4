"""Holds what a ruleset's gate looks at against the contract: a figure that no batch has would never be unusual."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundwork.spec.contract import PERSONAL, Contract
from groundwork.spec.errors import SpecError
from groundwork.spec.gate import OF_WHAT, Anomaly
from groundwork.spec.ruleset import BUILT_IN, Ruleset
from groundwork.spec.yaml_file import YamlFile

NUMERIC = ("int", "bigint", "double", "decimal")
COUNTS_VALUES = re.compile(r"expect_(column_value|column_pair_values|compound_columns|select_column|multicolumn)")
"""Expectations that count unexpected values; the others observe one."""


def gate_problems(file: YamlFile, ruleset: Ruleset, contract: Contract) -> Iterator[SpecError]:
    """Every figure of the gate that no batch of the product will have.

    :param file: the ruleset's file
    :param ruleset: what it says
    :param contract: the product's contract
    """
    for index, anomaly in enumerate(ruleset.gate.anomalies):
        if found := _problem(anomaly, ruleset, contract):
            yield file.error(("gate", "anomalies", index), *found)


def _problem(anomaly: Anomaly, ruleset: Ruleset, contract: Contract) -> tuple[str, str] | None:
    if anomaly.figure == "age_hours" and contract.event_time is None:
        return (
            "age_hours is not known, for the contract names no event time",
            "Add groundwork.eventTime to the contract",
        )
    kind, of = OF_WHAT.get(anomaly.figure), anomaly.of or ""
    if kind == "rule" and not BUILT_IN.fullmatch(of) and of not in (names := [rule.name for rule in ruleset.rules]):
        return f"rule {of!r} is not there", f"Rules: {', '.join(names)}"
    if kind == "check":
        return _check_problem(anomaly, contract)
    return _column_problem(anomaly, contract) if kind == "column" else None


def _column_problem(anomaly: Anomaly, contract: Contract) -> tuple[str, str] | None:
    column = contract.column(anomaly.of or "")
    if column is None:
        return f"column {anomaly.of!r} is not there", f"Columns: {', '.join(each.name for each in contract.columns)}"
    if anomaly.figure == "mean" and not column.type.startswith(NUMERIC):
        return f"{column.name!r} is a {column.type} and has no mean", "Use a numeric column, or another figure"
    if anomaly.figure == "mean" and column.classification in PERSONAL:
        return f"the mean of {column.name!r} is kept nowhere, for the column is personal", "Use another figure"
    return None


def _check_problem(anomaly: Anomaly, contract: Contract) -> tuple[str, str] | None:
    checks = {each.name: each.type for each in contract.expectations}
    if anomaly.of not in checks:
        return f"check {anomaly.of!r} is not there", f"Checks of the contract: {', '.join(checks) or 'none'}"
    wanted = "unexpected_share" if COUNTS_VALUES.match(checks[anomaly.of]) else "observed_value"
    if anomaly.figure != wanted:
        return f"{checks[anomaly.of]} has no {anomaly.figure}", f"Use {wanted}"
    return None
