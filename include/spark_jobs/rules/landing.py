"""The landing columns of a batch: cleaned, standardised and read as their declared types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.run import FrozenRun
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.reading import has_value, read_as
from spark_jobs.rules.standardise import changes_no_value, standardise
from spark_jobs.rules.violations import builtin
from spark_jobs.tables import landing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

TEXT = "_text_"
"""Prefix of the text of columns that are read as another type: cleaned, or null where it was read as it came."""


def read_landing(run: FrozenRun, raw: DataFrame, system: Sequence[Column]) -> Builder:
    """Begins a batch's plan with the landing columns as their declared types.

    :param raw: the batch's rows of the raw table
    :param system: columns to carry along as they are
    """
    builder = Builder(raw.select(*_texts(run), *system))
    _read_types(builder, run)
    return builder


def _texts(run: FrozenRun) -> list[Column]:
    from pyspark.sql import functions as F  # noqa: N812

    texts = []
    for column in landing_columns(run.contract):
        text, name = F.col(column.name), column.name if column.type == "string" else TEXT + column.name
        as_it_came = changes_no_value(column, run.ruleset.rules)
        texts.append((text if as_it_came else standardise(column.name, text, run.ruleset.rules)).alias(name))
    return texts


def _read_types(builder: Builder, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    typed = [column for column in landing_columns(run.contract) if column.type != "string"]
    for column in typed:
        builder.write(column.name, read_as(F.col(TEXT + column.name), column))
    builder.flush()
    as_they_came = [column for column in typed if changes_no_value(column, run.ruleset.rules)]
    for column in as_they_came:
        cleaned = standardise(column.name, F.col(TEXT + column.name), run.ruleset.rules)
        builder.write(TEXT + column.name, F.when(F.col(column.name).isNull(), cleaned))
    builder.flush()
    for column in as_they_came:
        builder.write(column.name, F.coalesce(F.col(column.name), read_as(F.col(TEXT + column.name), column)))
    builder.flush()
    for column in typed:
        shape = f" written as {column.format}" if column.format else ""
        violation = builtin("readable", column.name, f"{column.name} cannot be read as {column.type}{shape}")
        # From the column that was read, in a projection of its own: reading every value twice is what would cost.
        builder.violate(violation, has_value(F.col(TEXT + column.name), column) & F.col(column.name).isNull())
    builder.flush()
