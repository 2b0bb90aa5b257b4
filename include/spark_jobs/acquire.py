"""Landing files of one batch into the raw table, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from groundwork.decisions.classification import disagreements
from groundwork.decisions.schema import decide_header, decide_types
from groundwork.spec import names
from groundwork.spec.contract import Landing
from groundwork.spec.decision import Decision
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import AcquireReport, FileResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import landing as landing_files
from spark_jobs import storage, tables
from spark_jobs.aggregate import aggregate
from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, RUN_PREFIX, Table
from spark_jobs.profile.batch import figures, hashed, profile_json, profiles, sample
from spark_jobs.progress import Progress
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.reading import has_value, read_as
from spark_jobs.rules.standardise import standardised

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass
class _Acquisition:
    """One batch on its way; ``loaded`` and ``unreadable`` are known once it is written."""

    spark: SparkSession
    run: FrozenRun
    batch: Batch
    landing: Landing
    raw: Table
    progress: Progress
    files: tuple[FileResult, ...] = ()
    unreadable_reasons: dict[str, int] = field(default_factory=dict)
    profile: tuple[ColumnProfile, ...] = ()

    @property
    def branch(self) -> str:
        return names.branch(self.batch.batch_id)

    @property
    def written(self) -> DataFrame:
        """The batch's rows on the branch."""
        return tables.read_batch(self.spark, self.raw.name, self.batch.batch_id, self.branch)


def acquire(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> AcquireReport:
    """Load the batch, or find that it is loaded, or refuse it and leave the raw table as it was.

    :raises JobError: a file is not what was fingerprinted, or cannot be read at all
    """
    landing = run.contract.landing
    if landing is None:
        raise JobError(f"product {run.contract.product!r} has no landing place: add a landing server to its contract")
    with progress.step("prepare"):
        work = _Acquisition(spark, run, batch, landing, tables.raw_table(spark, run), progress)
        if (snapshot := work.raw.committed(batch.batch_id)) is not None:
            return _already_acquired(work, snapshot.snapshot_id)
        landing_files.verify_unchanged(batch.files)
        headers = {file.uri: landing_files.read_header(file, landing) for file in batch.files}
        decision = _decide_headers(headers, landing)
    if decision.outcome == "load":
        decision = _load(work, headers)
    if decision.outcome == "refuse":
        work.raw.drop_branch(work.branch)
        return _report(work, "refused", decision, None)
    with progress.step("commit"):
        # Only now is it sure that what was read is what was fingerprinted.
        landing_files.verify_unchanged(batch.files)
        work.raw.fast_forward(work.branch)
    committed = work.raw.committed(batch.batch_id)
    return _report(work, "acquired", decision, committed.snapshot_id if committed else None)


def _decide_headers(headers: Mapping[str, Sequence[str]], landing: Landing) -> Decision:
    """One decision over all files: a batch is loaded whole or not at all."""
    decisions = {uri: decide_header(header, landing) for uri, header in headers.items()}
    reasons = tuple(f"{uri}: {reason}" for uri, decision in decisions.items() for reason in decision.reasons)
    return Decision(
        outcome="refuse" if reasons else "load",
        reasons=reasons,
        measured={uri: decision.measured for uri, decision in decisions.items()},
        declared=landing.evolution.model_dump(),
    )


def _load(work: _Acquisition, headers: Mapping[str, Sequence[str]]) -> Decision:
    """Write the batch to its branch and decide by what stands there."""
    records = landing_files.read_files(work.spark, work.batch, work.landing, headers)
    with work.progress.step("write"):
        unreadable = _write(work, records)
        if unreadable:
            _keep_unreadable(work, records)
        work.files = _count_files(work, unreadable)
    rows = sum(file.rows for file in work.files)
    if not rows:
        reason = f"none of the {unreadable} records has the shape of a row" if unreadable else "the files hold no rows"
        return Decision(outcome="refuse", reasons=(reason,), measured={"rows": 0, "unreadable": unreadable})
    with work.progress.step("profile"):
        readable = _profile(work, rows)
    return decide_types(readable, work.landing)


def _write(work: _Acquisition, records: DataFrame) -> int:
    """Rows to the branch; how many records are unreadable is seen on the way."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as F  # noqa: N812

    seen = Observation()
    reason = F.col(landing_files.REASON)
    observed = records.observe(seen, F.count(reason).alias("unreadable"))
    work.raw.create_branch(work.branch)
    rows = observed.where(reason.isNull()).drop(landing_files.REASON, "_line")
    rows = tables.with_table_columns(_stamped(work, rows), work.raw)
    writer = rows.writeTo(f"{work.raw.name}.branch_{work.branch}")
    writer = writer.option(f"snapshot-property.{BATCH_ID}", work.batch.batch_id)
    writer.option(f"snapshot-property.{RUN_PREFIX}", work.run.prefix).append()
    work.raw.refresh()
    return int(seen.get["unreadable"])


def _stamped(work: _Acquisition, frame: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    return frame.withColumns(
        {"_batch_id": F.lit(work.batch.batch_id), "_acquired_at": F.lit(work.batch.acquired_at).cast("timestamp")}
    )


def _keep_unreadable(work: _Acquisition, records: DataFrame) -> None:
    """Replace the batch's unreadable records: a second reading, which only a batch that has some pays."""
    from pyspark.sql import functions as F  # noqa: N812

    table = tables.unreadable_table(work.spark, work.run)
    kept = records.where(F.col(landing_files.REASON).isNotNull()).select(
        "_source_file", "_source_row", F.col("_line").alias("line"), F.col(landing_files.REASON).alias("reason")
    )
    _stamped(work, kept).writeTo(table.name).overwrite(F.col("_batch_id") == work.batch.batch_id)
    work.unreadable_reasons = _reasons(work)


def _unreadable(work: _Acquisition) -> DataFrame:
    name = names.unreadable_table(work.run.environment, work.run.contract)
    return work.spark.table(name).where(f"_batch_id = '{work.batch.batch_id}'")


def _reasons(work: _Acquisition) -> dict[str, int]:
    rows = _unreadable(work).groupBy("reason").count().collect()
    return {row["reason"]: row["count"] for row in sorted(rows, key=lambda row: -row["count"])}


def _count_files(work: _Acquisition, unreadable: int) -> tuple[FileResult, ...]:
    """Rows of each file, held against its record numbers: a record that is nowhere is an error, not a smaller count."""
    rows = _by_file(work.written)
    aside = _by_file(_unreadable(work)) if unreadable else {}
    files = []
    for file in work.batch.files:
        (count, last), (set_aside, last_aside) = rows.get(file.uri, (0, 0)), aside.get(file.uri, (0, 0))
        if count + set_aside != max(last, last_aside):
            raise JobError(
                f"{file.uri}: {count} rows and {set_aside} unreadable records are not the "
                f"{max(last, last_aside)} records that were numbered. Nothing was loaded"
            )
        files.append(FileResult(uri=file.uri, rows=count, unreadable=set_aside))
    return tuple(files)


def _by_file(frame: DataFrame) -> dict[str, tuple[int, int]]:
    from pyspark.sql import functions as F  # noqa: N812

    found = frame.groupBy("_source_file").agg(F.count(F.lit(1)).alias("rows"), F.max("_source_row").alias("last"))
    return {row["_source_file"]: (row["rows"], row["last"]) for row in found.collect()}


def _profile(work: _Acquisition, rows: int) -> dict[str, tuple[int, int]]:
    """Profile what was written; gives column → (values, values that read as the declared type)."""
    from pyspark.sql import functions as F  # noqa: N812

    declared = work.landing.columns
    columns = {column.name: "string" for column in declared}
    builder = Builder(work.written.select(*columns))
    standardised(builder, {name: name for name in columns}, work.run.ruleset.rules)
    # Values and what they read as in projections of their own: so they are made once, and by generated code.
    values = {column.name: F.when(has_value(F.col(column.name), column), F.col(column.name)) for column in declared}
    typed = [column for column in declared if column.type != "string"]
    read = {f"_read_{column.name}": read_as(F.col(column.name), column) for column in typed}
    made = builder.frame.select(
        *(value.alias(name) for name, value in values.items()), *(value.alias(name) for name, value in read.items())
    )
    taken = {name: F.col(name) for name in columns}
    wanted = figures(columns, taken, with_range=False)
    readable = {f"readable {column.name}": F.count(F.col(f"_read_{column.name}")) for column in typed}
    # One pass whatever the size: cleaning every value a second time would cost more than generated code saves.
    found = aggregate(hashed(made, taken), {}, wanted.generated | wanted.interpreted | readable, rows)
    classifications = {column.name: column.classification for column in declared}
    work.profile = profiles(
        work.run.contract, columns, found, sample(work.written, list(columns), rows), classifications
    )
    return {column.name: (found[f"values {column.name}"], found[f"readable {column.name}"]) for column in typed}


def _already_acquired(work: _Acquisition, snapshot_id: int) -> AcquireReport:
    """What an earlier attempt committed, told again from the tables."""
    rows = _by_file(tables.read_batch(work.spark, work.raw.name, work.batch.batch_id))
    name = names.unreadable_table(work.run.environment, work.run.contract)
    aside: dict[str, Any] = {}
    if work.spark.catalog.tableExists(name):
        aside, work.unreadable_reasons = _by_file(_unreadable(work)), _reasons(work)
    work.files = tuple(
        FileResult(uri=file.uri, rows=rows.get(file.uri, (0, 0))[0], unreadable=aside.get(file.uri, (0, 0))[0])
        for file in work.batch.files
    )
    work.raw.drop_branch(work.branch)
    decision = Decision(outcome="load", measured={"snapshotId": snapshot_id})
    return _report(work, "already_acquired", decision, snapshot_id)


def _report(work: _Acquisition, outcome: Any, decision: Decision, snapshot_id: int | None) -> AcquireReport:
    artefacts = {}
    if work.profile:
        artefacts["profile"] = work.run.artefact_uri("acquire", work.batch.batch_id, "profile.json")
        storage.write(artefacts["profile"], profile_json(work.profile))
    return AcquireReport(
        product=work.run.contract.product,
        batch_id=work.batch.batch_id,
        decision=decision,
        table=work.raw.name,
        artefacts=artefacts,
        seconds=work.progress.seconds,
        outcome=outcome,
        snapshot_id=snapshot_id,
        files=work.files,
        profile=work.profile,
        unreadable_reasons=work.unreadable_reasons,
        disagreements=disagreements(work.profile),
    )
