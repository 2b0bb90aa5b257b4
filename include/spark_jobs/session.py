"""The Spark session that all stages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec import names

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # In ANSI mode one bad value in an expression of a rule ends the whole job. Off, it gives null, which the rules
    # then see. What would wrap silently without ANSI (integer overflow) is compiled to try_ functions, see
    # rules/expressions.py.
    "spark.sql.ansi.enabled": "false",
    # Another job may have moved a table's main since this one looked: always read the current metadata.
    f"spark.sql.catalog.{names.CATALOGUE}.cache-enabled": "false",
    # Above this many columns, nested ones counted, Spark generates no code for a whole stage; a batch carries its raw
    # columns, its published ones and its violations, and is 2.7 times slower interpreted (138,000 flights).
    "spark.sql.codegen.maxFields": "2000",
    # Above so many bytes of code a stage is carried out operator by operator, in short methods: Java's compiler has not
    # done with a method of 51,000 bytes when the batch has (rules over 100 columns, a million rows: 36 s instead of
    # 53 s), with one of 24,000 it has (40 columns).
    "spark.sql.codegen.hugeMethodLimit": "30000",
    # What is kept between passes lives for seconds: compressing it costs more than reading it all (138,000 flights:
    # 3.1 s of processor time against 1.2 s).
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
    # Spark 4 knows seven encodings without it, and windows-1252 is not among them.
    "spark.sql.legacy.javaCharsets": "true",
}

# What a session has from its start. PySpark tells the JVM the line of Python behind each operation on a column, for
# messages of errors: 1.1 ms instead of 0.2 ms an operation, and a third of the calls that a small batch makes.
FIXED = {"spark.python.sql.dataFrameDebugging.enabled": "false"}


def open_session(name: str) -> SparkSession:
    """The engine's session, with what our code relies on.

    :param name: application name
    """
    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName(name).config(map=FIXED).getOrCreate()
    settle(session)
    return session


def settle(session: SparkSession) -> None:
    """Set what our code relies on in a session that exists."""
    for key, value in SETTINGS.items():
        session.conf.set(key, value)
