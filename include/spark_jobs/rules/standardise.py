"""Cleans landing text before it is read as its declared type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from groundwork.spec.ruleset import Rule, Standardise

if TYPE_CHECKING:
    from pyspark.sql import Column

WHITE_SPACE = " \t\n\r\f\v\u00a0"


def standardise(name: str, text: Column, rules: Iterable[Rule]) -> Column:
    """A landing column's text after all standardise rules that name it, in their order.

    :param name: the landing column
    :param text: its text
    :param rules: the ruleset's rules
    """
    for rule in rules:
        if isinstance(rule, Standardise) and name in rule.columns:
            text = _clean(text, rule)
    return text


def _clean(text: Column, rule: Standardise) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    if rule.trim:
        text = F.btrim(text, F.lit(WHITE_SPACE))
    if rule.null_tokens:
        text = F.when(~text.isin(*rule.null_tokens), text)
    if rule.case:
        text = F.upper(text) if rule.case == "upper" else F.lower(text)
    return text
