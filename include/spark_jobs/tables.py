"""Creates and extends tables from the frozen contract. Changes are additive; everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from groundwork.decisions.schema import decide_columns, is_wider
from groundwork.spec import names
from groundwork.spec.contract import ORDER_COLUMNS, SYSTEM_COLUMNS, Column, Contract
from groundwork.spec.run import FrozenRun
from spark_jobs.errors import JobError
from spark_jobs.iceberg import MAIN, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

RAW_SYSTEM = {"_batch_id": "string", "_source_file": "string", "_source_row": "bigint", "_acquired_at": "timestamp"}
VIOLATIONS = "array<struct<rule:string,kind:string,column:string,action:string,message:string>>"
SPLIT = 16 * 1024 * 1024
# Every task writes one batch: no shuffle is needed to keep a partition's rows together.
PROPERTIES = {"format-version": "2", "write.distribution-mode": "none"}
Columns = Mapping[str, tuple[str, str]]


def landing_columns(contract: Contract) -> tuple[Column, ...]:
    """The fields of a landing file."""
    return contract.landing.columns if contract.landing else contract.columns


def raw_columns(contract: Contract) -> tuple[str, ...]:
    """Names of the raw table's columns."""
    return (*(column.name for column in landing_columns(contract)), *RAW_SYSTEM)


def read_batch(spark: SparkSession, name: str, batch_id: str, branch: str = MAIN) -> DataFrame:
    """A batch's rows of a table.

    One task a file: Iceberg would give small files to one task together, and rules cost more than opening a file.
    """
    reader = spark.read.option("branch", branch).option("split-size", SPLIT).option("file-open-cost", SPLIT)
    return reader.table(name).where(f"_batch_id = '{batch_id}'")


def raw_table(spark: SparkSession, run: FrozenRun) -> Table:
    """The product's raw table, made or extended where needed."""
    contract = run.contract
    name = names.table(run.environment, contract, "raw")
    text = {column.name: ("string", column.description) for column in landing_columns(contract)}
    return ensure(spark, name, text | _described(RAW_SYSTEM), _properties(contract, "raw"), by_batch=True)


def unreadable_table(spark: SparkSession, run: FrozenRun) -> Table:
    """The table of landing records that have no shape of a row."""
    columns = {
        "_batch_id": ("string", ""),
        "_source_file": ("string", ""),
        "_source_row": ("bigint", "Number of the record in its file, 1 for the first after the header."),
        "line": ("string", "The record as it came."),
        "reason": ("string", "Why it is no row."),
        "_acquired_at": ("timestamp", ""),
    }
    name = names.unreadable_table(run.environment, run.contract)
    return ensure(spark, name, columns, _properties(run.contract, "quarantine"), by_batch=True)


def quarantine_table(spark: SparkSession, run: FrozenRun) -> Table:
    """The table of rows that broke a rule, as they came, with the reasons."""
    contract = run.contract
    columns: dict[str, tuple[str, str]] = {
        column.name: ("string", column.description) for column in landing_columns(contract)
    }
    columns |= _described(RAW_SYSTEM)
    columns |= {
        "violations": (VIOLATIONS, "Every rule that the row broke."),
        "_ruleset_digest": ("string", "The rules it was held against."),
        "_quarantined_at": ("timestamp", ""),
        "_state": ("string", "quarantined; or published or dropped, by a replay."),
        "_replay_id": ("string", "The replay that took the row up and settled it."),
        "_replayed_at": ("timestamp", ""),
        "_replayed_by": ("string", "Who asked for that replay."),
    }
    name = names.table(run.environment, contract, "quarantine")
    return ensure(spark, name, columns, _properties(contract, "quarantine"), by_batch=True)


def refined_table(spark: SparkSession, run: FrozenRun) -> Table:
    """The product's published table.

    A column that the contract adds shows in main before the first batch that has it is published, all null: Iceberg's
    schema belongs to the table, not to the branch, and the branch cannot be written without it.

    :raises JobError: the contract drops, narrows or retypes a published column
    """
    contract = run.contract
    columns = {column.name: (column.type, column.description) for column in contract.columns}
    columns |= _described(contract.system_columns)
    if run.replay_id:
        columns["_replay_id"] = ("string", "The replay that published the row after it had been quarantined.")
    name = names.table(run.environment, contract, "refined")
    if spark.catalog.tableExists(name):
        there = {field.name: field.dataType.simpleString() for field in spark.table(name).schema.fields}
        decision = decide_columns(there, contract)
        if decision.outcome == "refuse":
            raise JobError(f"{name} does not become what the contract says: {'; '.join(decision.reasons)}")
    return ensure(spark, name, columns, _properties(contract, "refined"), by_batch=False)


def deletions_table(spark: SparkSession, run: FrozenRun) -> Table:
    """The table of keys that an upserted product has deleted, and when."""
    contract = run.contract
    system = {name: type_ for name, type_ in SYSTEM_COLUMNS.items() if name != "known_at"} | ORDER_COLUMNS
    columns = {column.name: (column.type, column.description) for column in contract.columns if column.key_position}
    columns |= _described(system | {"_snapshot_id": "bigint"})
    name = names.deletions_table(run.environment, contract)
    return ensure(spark, name, columns, _properties(contract, "quarantine"), by_batch=True)


def with_table_columns(rows: DataFrame, table: Table) -> DataFrame:
    """The table's columns in its order; null for those that are declared no more.

    Spark 4.0 writes no rows that lack a column of the table.
    """
    from pyspark.sql import functions as F  # noqa: N812

    there = rows.sparkSession.table(table.name).schema.fields
    made = set(rows.columns)
    return rows.select(
        *(F.col(f.name) if f.name in made else F.lit(None).cast(f.dataType).alias(f.name) for f in there)
    )


def _described(columns: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (type_, "") for name, type_ in columns.items()}


def _properties(contract: Contract, layer: str) -> dict[str, str]:
    return PROPERTIES | {
        "groundwork.product": contract.product,
        "groundwork.layer": layer,
        "groundwork.contract-version": contract.version,
        "groundwork.owner": contract.owner,
    }


def ensure(spark: SparkSession, name: str, columns: Columns, properties: Mapping[str, str], *, by_batch: bool) -> Table:
    """A table, made or extended where needed, with a first version.

    :param name: Spark's name of it
    :param columns: name → type and description
    :param by_batch: partitioned by ``_batch_id``, so that a batch is replaced file by file
    :raises JobError: a column is there and has another type
    """
    if not spark.catalog.tableExists(name):
        spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {name.rpartition('.')[0]}")
        declared = ", ".join(_declaration(column, *about) for column, about in columns.items())
        partition = "PARTITIONED BY (_batch_id)" if by_batch else ""
        options = ", ".join(f"{_text(key)}={_text(value)}" for key, value in properties.items())
        spark.sql(f"CREATE TABLE IF NOT EXISTS {name} ({declared}) USING iceberg {partition} TBLPROPERTIES ({options})")
    else:
        _extend(spark, name, columns)
    table = Table(spark, name)
    table.begin()
    return table


def _extend(spark: SparkSession, name: str, columns: Columns) -> None:
    there = {field.name: field for field in spark.table(name).schema.fields}
    added = [_declaration(column, *about) for column, about in columns.items() if column not in there]
    if added:
        spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({', '.join(added)})")
    for column, (type_, comment) in columns.items():
        if column not in there:
            continue
        found = there[column].dataType.simpleString()
        if is_wider(found, type_):
            spark.sql(f"ALTER TABLE {name} ALTER COLUMN {column} TYPE {type_}")
        elif found != type_:
            raise JobError(
                f"column {column} of {name} is {found}, the contract says {type_}: a published column keeps its type. "
                "Give the new type a new column name, or publish it as a new product"
            )
        if comment != there[column].metadata.get("comment", ""):
            spark.sql(f"ALTER TABLE {name} ALTER COLUMN {column} COMMENT {_text(comment)}")


def _declaration(column: str, type_: str, comment: str) -> str:
    return f"{column} {type_} COMMENT {_text(comment)}" if comment else f"{column} {type_}"


def _text(value: str) -> str:
    """A Spark SQL string literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
