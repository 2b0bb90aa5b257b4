"""The pinned tables that a feature view reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec.feature_contract import FEATURE_TYPES
from groundwork.spec.feature_view import FeatureView
from groundwork.spec.model_run import ModelRun, TablePin
from spark_jobs.errors import JobError
from spark_jobs.iceberg import Table
from spark_jobs.rules.expressions import compile_expression

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


def pinned(run: ModelRun, name: str) -> TablePin:
    """The pin of a table that the run reads.

    :param name: product or feature view
    :raises JobError: the run does not pin it
    """
    try:
        return run.source(name)
    except KeyError as error:
        raise JobError(f"the run does not pin {name!r}: plan it again") from error


def read_pinned(spark: SparkSession, run: ModelRun, name: str) -> DataFrame:
    """A table as the run has pinned it.

    :param name: product or feature view
    :raises JobError: the run does not pin it, or the snapshot has expired
    """
    pin = pinned(run, name)
    if not spark.catalog.tableExists(pin.table) or Table(spark, pin.table).snapshot(pin.snapshot_id) is None:
        raise JobError(f"snapshot {pin.snapshot_id} of {pin.table} is gone: run it again")
    return spark.read.option("versionAsOf", pin.snapshot_id).table(pin.table)


@dataclass(frozen=True)
class Sources:
    """What a run's features are computed from.

    :param products: product → its rows at the pinned snapshot
    """

    run: ModelRun
    products: Mapping[str, DataFrame]

    @classmethod
    def open(cls, spark: SparkSession, run: ModelRun) -> Sources:
        """The tables of a run.

        :raises JobError: one is not pinned, or its snapshot has expired
        """
        return cls(run, {name: read_pinned(spark, run, name) for name in run.model.features.products})

    @property
    def view(self) -> FeatureView:
        """What is declared."""
        return self.run.model.features

    @property
    def key(self) -> tuple[str, ...]:
        """The product's primary key."""
        return self.run.contract.primary_key

    @property
    def product(self) -> DataFrame:
        """All rows of the product: the history."""
        return self.products[self.view.product]

    @property
    def predicted(self) -> DataFrame:
        """The product's rows of the run's batches: those that get a feature row."""
        from pyspark.sql import functions as F  # noqa: N812

        return self.product.where(F.col("_batch_id").isin(list(self.run.batches)))

    @property
    def prediction_time(self) -> Column:
        """When a row's prediction is made."""
        return compile_expression(self.view.prediction_time).cast("timestamp")

    @property
    def label(self) -> Column:
        """What is predicted; null where there is no label."""
        return compile_expression(self.view.label.expression).cast("boolean")

    def own(self) -> dict[str, Column]:
        """Features of the row itself; those that are columns of the key have the key's type."""
        return {
            feature.name: compile_expression(feature.expression).cast(FEATURE_TYPES[feature.type])
            for feature in self.view.own
            if feature.name not in self.key
        }
