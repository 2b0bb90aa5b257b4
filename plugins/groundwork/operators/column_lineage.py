"""From which raw and looked-up columns the rules make each published column."""

from __future__ import annotations

from typing import NamedTuple

from groundwork.spec.contract import Contract
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Consent
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.ruleset import Ruleset


class ColumnSource(NamedTuple):
    """A column that a published one is made from.

    :param product: the product that is looked up; None for the product's own raw table
    """

    product: str | None
    column: str


def column_sources(contract: Contract, ruleset: Ruleset) -> dict[str, frozenset[ColumnSource]]:
    """Published column → all columns that its value depends on, through every rule in order."""
    landing = contract.landing.columns if contract.landing else contract.columns
    sources = {column.name: frozenset({ColumnSource(None, column.name)}) for column in landing}
    for rule in ruleset.rules:
        if isinstance(rule, Augment):
            sources[rule.column] = _union(sources, rule.reads)
        elif isinstance(rule, Enrich):
            keys = _union(sources, rule.reads)
            for here, there in rule.take.items():
                sources[here] = keys | {ColumnSource(rule.product, there)}
        elif isinstance(rule, Consent):
            for name in rule.columns:
                sources[name] = _union(sources, frozenset({name, rule.given}))
    return {column.name: sources[column.name] for column in contract.columns if column.name in sources}


def _union(sources: dict[str, frozenset[ColumnSource]], columns: frozenset[str]) -> frozenset[ColumnSource]:
    return frozenset().union(*(sources.get(column, frozenset()) for column in columns))
