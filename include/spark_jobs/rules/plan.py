"""Compiles contract and ruleset to one lazy frame: published columns, the row as it came, and its violation bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from groundwork.spec.contract import SYSTEM_COLUMNS, Contract
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Comply
from groundwork.spec.rules.deduplicate import Deduplicate
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.require import Require
from groundwork.spec.ruleset import Rule
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.errors import JobError
from spark_jobs.rules.augment import augment
from spark_jobs.rules.builder import Builder, Step, blame
from spark_jobs.rules.comply import comply
from spark_jobs.rules.deduplicate import deduplicate
from spark_jobs.rules.deletions import DELETED, asked_of, mark_deletions
from spark_jobs.rules.enrich import enrich
from spark_jobs.rules.landing import read_landing
from spark_jobs.rules.require import require
from spark_jobs.rules.violations import Violation, builtin, packed
from spark_jobs.tables import RAW_SYSTEM, raw_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Plan:
    """What a batch becomes, not carried out yet.

    :param frame: contract columns, system columns, ``_deleted`` where a flag is declared, the row as it came (see
        ``as_it_came``), and the bits
    :param violations: what each bit means, in the order of the bits
    """

    frame: DataFrame
    violations: tuple[Violation, ...]
    steps: tuple[Step, ...]

    def explain_failure(self) -> None:
        """After a failed job: carry the rules out one by one.

        :raises JobError: one cannot be carried out; names it
        """
        blame(self.steps, lambda step: step.frame.select(step.column).write.format("noop").mode("overwrite").save())


def as_it_came(contract: Contract) -> dict[str, str]:
    """Column of the raw table → the column of a plan's frame that holds it unchanged."""
    return {name: f"_raw_{name}" for name in raw_columns(contract)}


class Watch(Protocol):
    """Sees every rule of a plan before and after it is applied, and keeps columns of its own in the frame."""

    @property
    def columns(self) -> Sequence[str]: ...

    def before(self, builder: Builder, rule: Rule) -> None: ...

    def after(self, builder: Builder, rule: Rule) -> None: ...


def plan_batch(
    spark: SparkSession,
    run: FrozenRun,
    batch: Batch,
    raw: DataFrame,
    *,
    attempts: bool = False,
    watch: Watch | None = None,
) -> Plan:
    """The plan of one batch.

    :param raw: the batch's rows of the raw table
    :param attempts: an expression that fails on a row sets that row aside, instead of ending the job
    :param watch: is shown every rule; the raw rows have its columns already
    :raises JobError: a rule cannot be carried out; names it
    """
    from pyspark.sql import functions as F  # noqa: N812

    system = [F.col(name) for name in (*RAW_SYSTEM, *(watch.columns if watch else ()))]
    system += [F.col(name).alias(kept) for name, kept in as_it_came(run.contract).items()]
    builder = read_landing(run, raw, system)
    builder.attempts = attempts
    for rule in run.ruleset.rules:
        builder.rule = rule.name
        if watch:
            watch.before(builder, rule)
        _apply(spark, builder, rule, run)
        if watch:
            watch.after(builder, rule)
    builder.flush()
    builder.rule = ""
    mark_deletions(builder, run.contract)
    _publish_types(builder, run)
    return _packed(builder, run, batch, watch.columns if watch else ())


def _apply(spark: SparkSession, builder: Builder, rule: Rule, run: FrozenRun) -> None:
    for column, types in rule.needs.items():
        found = builder.type_of(column)
        if found.partition("(")[0] not in types:
            raise JobError(f"rule {rule.name!r} needs column {column!r} as {' or '.join(types)}, and it is {found}")
    if isinstance(rule, Augment):
        augment(builder, rule)
    elif isinstance(rule, Deduplicate):
        deduplicate(builder, rule)
    elif isinstance(rule, Enrich):
        enrich(spark, builder, rule, run)
    elif isinstance(rule, Require):
        require(builder, rule)
    elif isinstance(rule, Comply):
        comply(builder, rule, run)


def _publish_types(builder: Builder, run: FrozenRun) -> None:
    """Bring every published column to its declared type; see that required ones have a value."""
    from pyspark.sql import functions as F  # noqa: N812

    types = {item.name: item.dataType.simpleString() for item in builder.frame.schema.fields}
    for column in run.contract.columns:
        if column.name not in types:
            raise JobError(f"no rule makes the contract's column {column.name!r}: add an augment rule")
        here, cast = F.col(column.name), F.col(column.name).try_cast(column.type)
        if types[column.name] != column.type:
            violation = builtin("typed", column.name, f"the value of {column.name} does not fit {column.type}")
            builder.violate(violation, here.isNotNull() & cast.isNull())
            builder.write(column.name, cast)
        if column.required:
            # One reason is enough where the value is missing because it could not be read.
            seen = builder.unread(column.name)
            missing = here.isNull() & ~seen & asked_of(run.contract, column.name)
            builder.violate(builtin("required", column.name, f"{column.name} is missing"), missing)
    builder.flush()


def _packed(builder: Builder, run: FrozenRun, batch: Batch, watched: Sequence[str]) -> Plan:
    from pyspark.sql import functions as F  # noqa: N812

    acquired = F.lit(batch.acquired_at).cast("timestamp")
    contract = run.contract
    event_time = F.col(contract.event_time).cast("timestamp") if contract.event_time else acquired
    known_at = F.col(contract.known_at).cast("timestamp") if contract.known_at else acquired
    times = {"event_time": event_time, "known_at": known_at}
    system = [times.get(name, F.col(name)).alias(name) for name in SYSTEM_COLUMNS]
    published = [F.col(column.name) for column in contract.columns]
    flags = [f"_v{index}" for index in range(len(builder.violations))]
    marks = [F.col(DELETED)] if contract.delete_flag else []
    came = as_it_came(contract).values()
    frame = builder.frame.select(*published, *system, *watched, *marks, *came, *packed(flags))
    return Plan(frame, tuple(builder.violations), tuple(builder.steps))
