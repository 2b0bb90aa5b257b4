"""Hides personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from groundwork.spec.rules.comply import Comply
from spark_jobs.errors import JobError

if TYPE_CHECKING:
    from pyspark.sql import Column

REDACTED = "***"


def hide(rule: Comply, column: Column, type_: str, secret: str | None) -> Column:
    """A column that shows nothing personal any more; null stays null.

    :param type_: the column's Spark type at this point
    :param secret: name of the Secrets Manager secret with the key, for tokenise
    :raises JobError: the method does not fit the column
    """
    from pyspark.sql import functions as F  # noqa: N812

    if rule.method == "redact":
        return F.when(column.isNotNull(), F.lit(REDACTED))
    if rule.method == "tokenise":
        if not secret:
            raise JobError(f"rule {rule.name!r} tokenises, but the environment names no tokeniseSecret: declare one")
        return F.udf(tokeniser(secret), "string", useArrow=False)(column.cast("string"))
    if type_ not in ("date", "timestamp"):
        raise JobError(
            f"rule {rule.name!r} keeps the year of a column that is {type_}: method year needs a date or a timestamp"
        )
    return F.date_trunc("year", column).cast(type_)


def tokeniser(secret: str) -> Callable[[str | None], str | None]:
    """A function for Spark's Python workers: keyed HMAC-SHA-256 in hexadecimal digits.

    Each worker fetches the key itself, so that it stands in no plan, closure, log or report. The function carries its
    imports inside and is pickled by value, so that workers need none of our modules. A plain Python function, not a
    pandas one: importing pandas costs a worker more than hashing 100,000 values.

    :param secret: name of the Secrets Manager secret
    """
    keys: list[bytes] = []

    def fetch() -> bytes:
        import boto3

        answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret)
        key = answer.get("SecretBinary") or answer["SecretString"].encode()
        if len(key) < 16:
            raise ValueError(f"the key in secret {secret!r} has {len(key)} bytes; at least 16 are asked for")
        return key

    def tokenise(value: str | None) -> str | None:
        import hashlib
        import hmac

        if value is None:
            return None
        if not keys:
            keys.append(fetch())
        return hmac.digest(keys[0], value.encode(), hashlib.sha256).hex()

    return tokenise
