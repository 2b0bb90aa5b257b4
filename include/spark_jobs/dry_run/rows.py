"""The rows that a ruleset is tried out on, and the products that it looks up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from groundwork.decisions.schema import decide_header
from groundwork.spec import names
from groundwork.spec.environment import Environment
from groundwork.spec.include import Product, load_product
from groundwork.spec.run import Batch, FrozenRun, JobBundle, LandedFile, LookUpPin
from spark_jobs.errors import JobError
from spark_jobs.iceberg import Table
from spark_jobs.landing import REASON, header_of, read_files
from spark_jobs.rules.plan import plan_batch
from spark_jobs.rules.violations import dropped, quarantined
from spark_jobs.tables import RAW_SYSTEM, landing_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

NOBODY = "0" * 64
DATABASE = f"{names.CATALOGUE}.dry_run"


@dataclass(frozen=True)
class Rows:
    """Raw rows.

    :param batch: that they are taken for
    :param source: where they come from, in words
    :param unreadable: records beside them that are no rows
    """

    frame: DataFrame
    batch: Batch
    source: str
    unreadable: int


@dataclass(frozen=True)
class Desk:
    """Where rulesets are tried out.

    :param include: folder of the declarations
    :param files: product that is looked up → file that it is made from; the lake's table where it is not named
    """

    spark: SparkSession
    include: Path
    environment: Environment
    files: Mapping[str, Path]

    def frozen(self, product: Product, batch: Batch) -> FrozenRun:
        """A run as a job has it, which publishes nothing."""
        return FrozenRun(
            prefix="s3://dry-run/",
            dag_id="dry_run",
            run_id="dry_run",
            requested_by=product.contract.owner,
            frozen_at=datetime.now(UTC),
            environment=self.environment,
            contract=product.contract,
            ruleset=product.ruleset,
            bundle=JobBundle(spec_version=1, digest=NOBODY, archive="none", entry_point="none"),
            batches=(batch,),
            look_ups=tuple(self._pin(name) for name in product.ruleset.look_ups),
            fencing_token=1,
        )

    def file_rows(self, product: Product, path: Path, limit: int | None = None) -> Rows:
        """A landing file's rows, read as an acquisition reads them.

        :param limit: how many; all where left out
        :raises JobError: it cannot be read, or its header is not what the contract declares
        """
        from pyspark.sql import functions as F  # noqa: N812

        landing = product.contract.landing
        if landing is None:
            raise JobError(f"contract {product.contract.product!r} has no landing server, so no file is read by it")
        if not path.is_file():
            raise JobError(f"{path} is no file")
        file = LandedFile(uri=path.resolve().as_uri(), size=path.stat().st_size, etag="", sha256=NOBODY)
        header = header_of(path.open("rb"), file.uri, landing)
        decision = decide_header(header, landing)
        if decision.outcome != "load":
            raise JobError(f"{path} is no landing file of {product.contract.product}: {'; '.join(decision.reasons)}")
        batch = _batch(file)
        records = read_files(self.spark, batch, landing, {file.uri: header})
        records = records.limit(limit) if limit else records
        unreadable = records.where(F.col(REASON).isNotNull()).count()
        acquired = F.lit(batch.acquired_at).cast("timestamp").alias("_acquired_at")
        rows = records.where(F.col(REASON).isNull()).select("*", acquired, F.lit(batch.batch_id).alias("_batch_id"))
        return Rows(rows.select(*_raw_columns(product)), batch, str(path), unreadable)

    def table_rows(self, product: Product, limit: int) -> Rows:
        """Some rows of the product's raw table.

        :raises JobError: there is none
        """
        name = names.table(self.environment, product.contract, "raw")
        if not self.spark.catalog.tableExists(name):
            raise JobError(f"{name} is not there: acquire {product.contract.product} first, or name a file")
        file = LandedFile(uri=f"table:{name}", size=1, etag="", sha256=NOBODY)
        frame = self.spark.table(name).limit(limit).select(*_raw_columns(product))
        return Rows(frame, _batch(file), name, 0)

    def _pin(self, name: str) -> LookUpPin:
        if name in self.files:
            return self._from_file(name)
        contract = load_product(self.include, name).contract
        table = names.table(self.environment, contract, "refined")
        head = Table(self.spark, table).head() if self.spark.catalog.tableExists(table) else None
        if head is None:
            raise JobError(
                f"{name!r} is looked up, and {table} is not published here. Name a landing file of it "
                f'(LOOK_UPS="{name}=path"), or run the sandbox in which it is published (make up)'
            )
        return LookUpPin(product=name, table=table, snapshot_id=head.snapshot_id)

    def _from_file(self, name: str) -> LookUpPin:
        """A look-up's table, made from a file by that product's own rules."""
        product = load_product(self.include, name)
        table = f"{DATABASE}.{name}"
        if not self.spark.catalog.tableExists(table):
            rows = self.file_rows(product, self.files[name])
            plan = plan_batch(self.spark, self.frozen(product, rows.batch), rows.batch, rows.frame)
            kept = plan.frame.where(~quarantined(plan.violations) & ~dropped(plan.violations))
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {DATABASE}")
            kept.select(*(column.name for column in product.contract.columns)).writeTo(table).using("iceberg").create()
        head = Table(self.spark, table).head()
        assert head is not None, "a table that was just written has a version"
        return LookUpPin(product=name, table=table, snapshot_id=head.snapshot_id)


def _raw_columns(product: Product) -> list[str]:
    return [*(column.name for column in landing_columns(product.contract)), *RAW_SYSTEM]


@cache
def _batch(file: LandedFile) -> Batch:
    return Batch(batch_id="0" * 16, files=(file,), acquired_at=datetime.now(UTC), sequence=1)
