"""Values that say less about a person than they did; null stays null."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from groundwork.spec.pattern import longest_searched
from groundwork.spec.rules.comply import Generalise, Hide, Mask, Tokenise
from spark_jobs.errors import JobError
from spark_jobs.rules.tokens import tokeniser

if TYPE_CHECKING:
    from pyspark.sql import Column

REDACTED = "***"
ANY_CHARACTER = "."


def hide(rule: Hide, column: Column, type_: str, secret: str | None) -> Column:
    """The hidden column.

    :param type_: the column's Spark type at this point
    :param secret: name of the Secrets Manager secret with the key, for tokenise
    :raises JobError: the environment names no secret
    """
    from pyspark.sql import functions as F  # noqa: N812

    if isinstance(rule, Tokenise):
        if not secret:
            raise JobError(f"rule {rule.name!r} tokenises, but the environment names no tokeniseSecret: declare one")
        return F.udf(tokeniser(secret), "string", useArrow=False)(column.cast("string"))
    if isinstance(rule, Mask):
        return _masked(rule, column.cast("string"))
    if isinstance(rule, Generalise):
        return _generalised(rule, column, type_)
    return F.when(column.isNotNull(), F.lit(REDACTED))


def _masked(rule: Mask, text: Column) -> Column:
    """What is kept at both ends, around what is masked; a text that is too long to be searched is redacted."""
    from pyspark.sql import functions as F  # noqa: N812

    kept = rule.keep_first + rule.keep_last
    middle = F.substring(text, F.lit(rule.keep_first + 1), F.length(text) - kept)
    ends = F.left(text, F.lit(rule.keep_first)), F.right(text, F.lit(rule.keep_last))
    whole = F.when(F.length(text) <= kept, _covered(rule, text)).otherwise(
        F.concat(ends[0], _covered(rule, middle), ends[1])
    )
    return F.when(F.octet_length(text) <= longest_searched(rule.pattern), whole).when(text.isNotNull(), F.lit(REDACTED))


def _covered(rule: Mask, text: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    if rule.pattern == ANY_CHARACTER:
        return F.repeat(F.lit(rule.character), F.length(text))
    replacement = f"\\{rule.character}" if rule.character in "$\\" else rule.character
    return F.regexp_replace(text, rule.pattern, replacement)


def _generalised(rule: Generalise, column: Column, type_: str) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    if rule.to:
        return F.date_trunc(rule.to, column).cast(type_)
    if rule.prefix_length is not None:
        return F.left(column, F.lit(rule.prefix_length))
    if type_ == "double":
        width = F.lit(float(rule.band_width or 0))
        return F.floor(column / width) * width
    # Exact for whole and decimal numbers, which a division is not.
    exact = F.lit(Decimal(str(rule.band_width)))
    return F.try_subtract(column, F.pmod(column, exact)).try_cast(type_)
