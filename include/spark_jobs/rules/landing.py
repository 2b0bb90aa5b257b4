"""The landing columns of a batch: cleaned, standardised and read as their declared types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.contract import Column as Declared
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.run import FrozenRun
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.reading import has_value, read_as
from spark_jobs.rules.standardise import changes_no_value, clean, rules_of, standardised
from spark_jobs.rules.standardise_forms import in_form
from spark_jobs.rules.violations import Violation, builtin
from spark_jobs.tables import landing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

TEXT = "_text_"
"""Prefix of the text of columns that are read as another type: cleaned, or null where it was read as it came."""
FORM = "_form_"
"""Prefix of a text in its standard form; null where it could not be brought to it."""


def read_landing(run: FrozenRun, raw: DataFrame, system: Sequence[Column]) -> Builder:
    """Begins a batch's plan with the landing columns as their declared types.

    :param raw: the batch's rows of the raw table
    :param system: columns to carry along as they are
    """
    from pyspark.sql import functions as F  # noqa: N812

    texts = [F.col(column.name).alias(_text_name(column)) for column in landing_columns(run.contract)]
    at_once = {column.name: _text_name(column) for column in landing_columns(run.contract) if not _later(run, column)}
    builder = Builder(raw.select(*texts, *system))
    standardised(builder, at_once, run.ruleset.rules)
    _bring_to_forms(builder, run)
    _read_types(builder, run)
    return builder


def _later(run: FrozenRun, column: Declared) -> bool:
    """Whether the column is read as it came first, or brought to a form."""
    rules = run.ruleset.rules
    return changes_no_value(column, rules) or any(rule.form for rule in rules_of(column.name, rules))


def _text_name(column: Declared) -> str:
    return column.name if column.type == "string" else TEXT + column.name


def _bring_to_forms(builder: Builder, run: FrozenRun) -> None:
    """Carry out the rules of columns that are brought to a form.

    Rules of one number of different columns stand in one projection; columns that need another's come last.
    """
    chains = [(column, rules_of(column.name, run.ruleset.rules)) for column in landing_columns(run.contract)]
    chains = [(column, rules) for column, rules in chains if any(rule.form for rule in rules)]
    depending = [(column, rules) for column, rules in chains if any(rule.beside for rule in rules)]
    for group in ([chain for chain in chains if chain not in depending], depending):
        for stage in range(max((len(rules) for _, rules in group), default=0)):
            _carry_out(builder, [(column, rules[stage]) for column, rules in group if stage < len(rules)])
    builder.rule = ""


def _carry_out(builder: Builder, stage: Sequence[tuple[Declared, Standardise]]) -> None:
    """One rule a column: cleaned, brought to its form, and held against it, in a projection each."""
    from pyspark.sql import functions as F  # noqa: N812

    for column, rule in stage:
        text, builder.rule = _text_name(column), rule.name
        builder.write(text, clean(F.col(text), rule), [text])
    for column, rule in stage:
        if rule.form:
            text, builder.rule = _text_name(column), rule.name
            beside = F.col(rule.beside) if rule.beside else None
            made = in_form(rule.form, F.col(text), beside)
            builder.write(FORM + column.name, made, {text, *({rule.beside} if rule.beside else ())})
    for column, rule in stage:
        if rule.form:
            text, form, builder.rule = _text_name(column), FORM + column.name, rule.name
            message = rule.description or f"{column.name} is not {rule.form.meaning}"
            violation = Violation(rule.name, rule.kind, rule.otherwise, column.name, message)
            builder.violate(violation, (F.col(text) != "") & F.col(form).isNull(), [text, form])
            builder.write(text, F.col(form), [form])


def _read_types(builder: Builder, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    typed = [column for column in landing_columns(run.contract) if column.type != "string"]
    for column in typed:
        builder.write(column.name, read_as(F.col(TEXT + column.name), column), [TEXT + column.name])
    builder.flush()
    as_they_came = [column for column in typed if changes_no_value(column, run.ruleset.rules)]
    for column in as_they_came:
        builder.write(TEXT + column.name, F.when(F.col(column.name).isNull(), F.col(TEXT + column.name)))
    unread = {column.name: TEXT + column.name for column in as_they_came}
    standardised(builder, unread, run.ruleset.rules)
    for column in as_they_came:
        builder.write(column.name, F.coalesce(F.col(column.name), read_as(F.col(TEXT + column.name), column)))
    builder.flush()
    for column in typed:
        shape = f" written as {column.format}" if column.format else ""
        violation = builtin("readable", column.name, f"{column.name} cannot be read as {column.type}{shape}")
        # From the column that was read, in a projection of its own: reading every value twice is what would cost.
        builder.violate(violation, has_value(F.col(TEXT + column.name), column) & F.col(column.name).isNull())
    builder.flush()
