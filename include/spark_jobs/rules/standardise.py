"""Cleans landing text before it is read as its declared type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from groundwork.spec.contract import Column as Declared
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import Rule
from spark_jobs.rules.standardise_forms import in_form, is_text_form
from spark_jobs.rules.standardise_libraries import composed

if TYPE_CHECKING:
    from pyspark.sql import Column

WHITE_SPACE = " \t\n\r\f\v\u00a0"


def standardise(name: str, text: Column, rules: Iterable[Rule]) -> Column:
    """A landing column's text after all standardise rules that name it, in their order.

    Without the forms of text itself (phone, country …), which say nothing about the type that it reads as and cost more
    than all the rest.

    :param name: the landing column
    :param text: its text
    :param rules: the ruleset's rules
    """
    for rule in rules_of(name, rules):
        text = clean(text, rule)
        if rule.form and not is_text_form(rule.form):
            text = in_form(rule.form, text)
    return text


def changes_no_value(declared: Declared, rules: Iterable[Rule]) -> bool:
    """Whether the column is cleaned, and every text that reads as its type reads the same after it.

    It does for numbers: reading passes over white space by itself, and a null token without a digit is no number. So
    cleaning, which is half of what reading costs, is left for the texts that do not read as they came.
    """
    cleaning = rules_of(declared.name, rules)
    number = declared.type in ("int", "bigint") or declared.type.startswith("decimal")
    digits = any(letter.isdigit() for rule in cleaning for token in rule.null_tokens for letter in token)
    more = any(rule.form or rule.unicode for rule in cleaning)
    return bool(cleaning) and number and not digits and not more


def rules_of(name: str, rules: Iterable[Rule]) -> list[Standardise]:
    """The standardise rules that name a landing column, in their order."""
    return [rule for rule in rules if isinstance(rule, Standardise) and name in rule.columns]


def clean(text: Column, rule: Standardise) -> Column:
    """The text as the rule's cleaning options leave it, before it is brought to a form."""
    from pyspark.sql import functions as F  # noqa: N812

    if rule.unicode:
        text = composed(text)
    if rule.trim:
        text = F.btrim(text, F.lit(WHITE_SPACE))
    if rule.collapse_white_space:
        text = F.regexp_replace(text, f"[{WHITE_SPACE}]+", " ")
    if rule.null_tokens:
        text = F.when(~text.isin(*rule.null_tokens), text)
    if rule.case:
        text = {"upper": F.upper, "lower": F.lower, "title": F.initcap}[rule.case](text)
    return text
