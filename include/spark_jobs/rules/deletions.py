"""Which rows of an upserted product delete their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.contract import Contract
from spark_jobs.errors import JobError
from spark_jobs.rules.builder import Builder

if TYPE_CHECKING:
    from pyspark.sql import Column

DELETED = "_deleted"
"""Whether the row deletes its key; there where the contract declares a flag."""


def mark_deletions(builder: Builder, contract: Contract) -> None:
    """Write ``_deleted`` from the declared flag, after the last rule; a null flag deletes nothing.

    :raises JobError: the flag's column is not there
    """
    from pyspark.sql import functions as F  # noqa: N812

    flag = contract.delete_flag
    if flag is None:
        return
    if flag.column not in builder.flush().columns:
        raise JobError(
            f"groundwork.deleteFlag names column {flag.column!r}, which is not there after the last rule: "
            "name a landing field or a column that a rule makes, and remove it by no comply rule"
        )
    builder.write(DELETED, F.coalesce(F.col(flag.column).cast("string").isin(*flag.values), F.lit(False)))
    builder.flush()


def asked_of(contract: Contract, column: str) -> Column:
    """Whether a row must have a value in a required column: one that deletes needs key and event time alone."""
    from pyspark.sql import functions as F  # noqa: N812

    spared = contract.delete_flag and column not in (*contract.primary_key, contract.event_time)
    return ~F.col(DELETED) if spared else F.lit(True)
