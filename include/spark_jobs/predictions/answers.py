"""The answers of a batch transform, held against the requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from groundwork.decisions.predictions import AnswerFigures
from groundwork.spec.model_run import ModelRun
from spark_jobs.errors import JobError
from spark_jobs.predictions.requests import FOLDER

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

ANSWERS = "answers"


@dataclass(frozen=True)
class Answers:
    """What the transform left.

    :param lines: one row a line: the key's columns, probability, version
    :param asked: one row a request: the key's columns
    """

    run: ModelRun
    lines: DataFrame
    asked: DataFrame

    @classmethod
    def open(cls, spark: SparkSession, run: ModelRun) -> Answers:
        """The answers of a run.

        :raises JobError: there are no requests or no answers
        """
        key = key_schema(run)
        lines = _lines(spark, run, ANSWERS, f"key {key}, probability double, version string")
        asked = _lines(spark, run, FOLDER, f"key {key}")
        return cls(run, lines.select("key.*", "probability", "version").cache(), asked.select("key.*"))

    @property
    def key(self) -> tuple[str, ...]:
        """The key's columns."""
        return self.run.contract.primary_key

    def figures(self, version: str) -> AnswerFigures:
        """Count what is wrong, in one pass.

        :param version: whose answers they should be
        """
        from pyspark.sql import functions as F  # noqa: N812

        complete = all_of([F.col(name).isNotNull() for name in self.key])
        probable = F.coalesce(F.col("probability").between(0, 1) & ~F.isnan("probability"), F.lit(False))
        flags = {
            "_asked": F.lit(0),
            "_answered": F.lit(1),
            "_improbable": (~probable).cast("int"),
            "_other": (~F.col("version").eqNullSafe(version)).cast("int"),
        }
        answered = self.lines.withColumns(flags).select(*self.key, *flags)
        requests = self.asked.select(*self.key, F.lit(1), F.lit(0), F.lit(0), F.lit(0))
        names = list(flags)
        by_key = answered.unionAll(requests).groupBy(*self.key).agg(*(F.sum(name).alias(name) for name in names))
        asked, answers = F.col("_asked"), F.col("_answered")
        row = by_key.agg(
            F.sum(asked).alias("requests"),
            F.sum(answers).alias("answers"),
            F.sum(F.when(~complete, answers)).alias("unreadable"),
            F.sum(F.when(complete & (answers == 0), asked)).alias("missing"),
            F.count(F.when(complete & (answers > 1), 1)).alias("repeated"),
            F.sum(F.when(complete & (asked == 0), answers)).alias("unasked"),
            F.sum(F.when(complete, F.col("_improbable"))).alias("improbable"),
            F.sum(F.when(complete, F.col("_other"))).alias("other_version"),
        ).first()
        assert row is not None, "a global aggregate has one row"
        return AnswerFigures(**{name: value or 0 for name, value in row.asDict().items()})


def key_schema(run: ModelRun) -> str:
    """Spark's type of a request's key."""
    types = {column.name: column.type for column in run.contract.columns}
    return f"struct<{', '.join(f'{name}: {types[name]}' for name in run.contract.primary_key)}>"


def all_of(conditions: Sequence[Column]) -> Column:
    """Whether all of them hold."""
    return reduce(lambda left, right: left & right, conditions)


def _lines(spark: SparkSession, run: ModelRun, folder: str, schema: str) -> DataFrame:
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as F  # noqa: N812

    uri = run.folder_uri(folder)
    try:
        text = spark.read.text(uri)
    except AnalysisException as error:
        raise JobError(f"there are no {folder} at {uri}: carry out the tasks before this one") from error
    return text.where(F.trim("value") != "").select(F.from_json("value", schema).alias("line")).select("line.*")
