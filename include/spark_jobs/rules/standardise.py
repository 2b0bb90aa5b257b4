"""Cleans landing text before it is read as its declared type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from groundwork.spec.contract import Column as Declared
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import Rule

if TYPE_CHECKING:
    from pyspark.sql import Column

WHITE_SPACE = " \t\n\r\f\v\u00a0"


def standardise(name: str, text: Column, rules: Iterable[Rule]) -> Column:
    """A landing column's text after all standardise rules that name it, in their order.

    :param name: the landing column
    :param text: its text
    :param rules: the ruleset's rules
    """
    for rule in _cleaning(name, rules):
        text = _clean(text, rule)
    return text


def changes_no_value(declared: Declared, rules: Iterable[Rule]) -> bool:
    """Whether the column is cleaned, and every text that reads as its type reads the same after it.

    It does for numbers: reading passes over white space by itself, and a null token without a digit is no number. So
    cleaning, which is half of what reading costs, is left for the texts that do not read as they came.
    """
    cleaning = _cleaning(declared.name, rules)
    number = declared.type in ("int", "bigint") or declared.type.startswith("decimal")
    digits = any(letter.isdigit() for rule in cleaning for token in rule.null_tokens for letter in token)
    return bool(cleaning) and number and not digits


def _cleaning(name: str, rules: Iterable[Rule]) -> list[Standardise]:
    return [rule for rule in rules if isinstance(rule, Standardise) and name in rule.columns]


def _clean(text: Column, rule: Standardise) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    if rule.trim:
        text = F.btrim(text, F.lit(WHITE_SPACE))
    if rule.null_tokens:
        text = F.when(~text.isin(*rule.null_tokens), text)
    if rule.case:
        text = F.upper(text) if rule.case == "upper" else F.lower(text)
    return text
