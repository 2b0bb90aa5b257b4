"""Cleans landing text before it is read as its declared type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from groundwork.spec.contract import Column as Declared
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import Rule
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.standardise_forms import in_form, is_text_form
from spark_jobs.rules.standardise_libraries import composed

if TYPE_CHECKING:
    from pyspark.sql import Column

Cleaning = Callable[["Column"], "Column"]
WHITE_SPACE = " \t\n\r\f\v\u00a0"


def standardised(builder: Builder, texts: Mapping[str, str], rules: Iterable[Rule]) -> None:
    """Bring landing columns' texts to what all standardise rules that name them make of them, in their order.

    Without the forms of text itself (phone, country …), which say nothing about the type that it reads as and cost more
    than all the rest. What one step leaves the next one reads in a projection of its own: each looks at its text
    several times, and would carry all before it out as often.

    :param texts: landing column → name of its text in the builder's frame
    :param rules: the ruleset's rules
    """
    from pyspark.sql import functions as F  # noqa: N812

    rules = list(rules)
    chains = {text: _steps(name, rules) for name, text in texts.items()}
    for place in range(max(map(len, chains.values()), default=0)):
        for text, steps in chains.items():
            if place < len(steps):
                builder.write(text, steps[place](F.col(text)), [text])
    builder.flush()


def _steps(name: str, rules: Iterable[Rule]) -> list[Cleaning]:
    steps: list[Cleaning] = []
    for rule in rules_of(name, rules):
        options = rule
        if rule.trim and not rule.unicode:
            steps.append(_trimmed)
            options = rule.model_copy(update={"trim": False})
        steps.append(partial(clean, rule=options))
        if rule.form and not is_text_form(rule.form):
            steps.append(partial(in_form, rule.form))
    return steps


def changes_no_value(declared: Declared, rules: Iterable[Rule]) -> bool:
    """Whether the column is cleaned, and every text that reads as its type reads the same after it.

    It does for numbers: reading passes over white space by itself, and a null token without a digit is no number. So
    cleaning, which is half of what reading costs, is left for the texts that do not read as they came.
    """
    own = rules_of(declared.name, rules)
    number = declared.type in ("int", "bigint") or declared.type.startswith("decimal")
    digits = any(letter.isdigit() for rule in own for token in rule.null_tokens for letter in token)
    more = any(rule.form or rule.unicode for rule in own)
    return bool(own) and number and not digits and not more


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


def _trimmed(text: Column) -> Column:
    """The text without white space at its ends. To see that there is none takes a tenth of Spark's trimming."""
    from pyspark.sql import functions as F  # noqa: N812

    first, last = (F.instr(F.lit(WHITE_SPACE), F.substring(text, place, 1)) > 0 for place in (1, -1))
    return F.when(first | last, F.btrim(text, F.lit(WHITE_SPACE))).otherwise(text)
