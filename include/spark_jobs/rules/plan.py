"""Compiles contract and ruleset to one lazy frame: published columns, the row as it came, and its violation bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException

from groundwork.spec.contract import SYSTEM_COLUMNS
from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.base import Action
from groundwork.spec.rules.comply import Comply
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.require import Require
from groundwork.spec.ruleset import Rule, rule_columns
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.errors import SPARK_ERRORS, JobError, cause
from spark_jobs.rules.comply import hide
from spark_jobs.rules.enrich import FOUND, look_up
from spark_jobs.rules.expressions import compile_expression
from spark_jobs.rules.reading import has_value, read_as
from spark_jobs.rules.standardise import changes_no_value, standardise
from spark_jobs.rules.violations import Violation, packed
from spark_jobs.tables import RAW_SYSTEM, landing_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


TEXT = "_text_"
"""Prefix of the text of columns that are read as another type: cleaned, or null where it was read as it came."""


@dataclass(frozen=True)
class Plan:
    """What a batch becomes, not carried out yet.

    :param raw: the rows as they came
    :param frame: contract columns, system columns and the bits
    :param violations: what each bit means, in the order of the bits
    """

    raw: DataFrame
    frame: DataFrame
    violations: tuple[Violation, ...]
    steps: tuple[_Step, ...]

    def explain_failure(self) -> None:
        """After a failed job: carry the rules out one by one.

        :raises JobError: one cannot be carried out; names it
        """
        _blame(self.steps, lambda step: step.frame.select(step.column).write.format("noop").mode("overwrite").save())


@dataclass(frozen=True)
class _Step:
    """One column as a rule makes it, and the frame it is made on: enough to try the rule alone."""

    rule: str
    frame: DataFrame
    column: Column


@dataclass
class _Builder:
    """Puts columns that do not read each other into one projection: hundreds of projections are slow to analyse."""

    frame: DataFrame
    rule: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def write(self, name: str, value: Column, reads: Iterable[str] = ()) -> None:
        if name in self.columns or self.columns.keys() & set(reads):
            self.flush()
        self.columns[name] = value
        self.origins[name] = self.rule

    def violate(self, violation: Violation, broken: Column, reads: Iterable[str] = ()) -> None:
        from pyspark.sql import functions as F  # noqa: N812

        self.write(f"_v{len(self.violations)}", F.coalesce(broken, F.lit(False)), reads)
        self.violations.append(violation)

    def flush(self) -> DataFrame:
        """Carry out what is waiting.

        :raises JobError: a column cannot be made; names its rule
        """
        steps = [_Step(self.origins[name], self.frame, column) for name, column in self.columns.items()]
        try:
            self.frame = self.frame.withColumns(self.columns) if self.columns else self.frame
        except AnalysisException:
            _blame(steps, lambda step: step.frame.select(step.column))
            raise
        self.steps += [step for step in steps if step.rule]
        self.columns, self.origins = {}, {}
        return self.frame

    def type_of(self, name: str) -> str:
        return self.flush().schema[name].dataType.simpleString()


def _blame(steps: Iterable[_Step], attempt: Callable[[_Step], object]) -> None:
    for step in steps:
        try:
            attempt(step)
        except SPARK_ERRORS as error:
            reason = cause(error)
            raise JobError(f"rule {step.rule!r} cannot be carried out: {reason}") from error


def plan_batch(spark: SparkSession, run: FrozenRun, batch: Batch, raw: DataFrame) -> Plan:
    """The plan of one batch.

    :param raw: the batch's rows of the raw table
    :raises JobError: a rule cannot be carried out; names it
    """
    from pyspark.sql import functions as F  # noqa: N812

    system = [F.col(name) for name in RAW_SYSTEM]
    builder = _Builder(raw.select(*_texts(run), *system))
    _read_types(builder, run)
    for rule in run.ruleset.rules:
        builder.rule = rule.name
        _apply(spark, builder, rule, run)
    builder.flush()
    builder.rule = ""
    _publish_types(builder, run)
    return _packed(builder, run, batch, raw)


def _texts(run: FrozenRun) -> list[Column]:
    from pyspark.sql import functions as F  # noqa: N812

    texts = []
    for column in landing_columns(run.contract):
        text, name = F.col(column.name), column.name if column.type == "string" else TEXT + column.name
        as_it_came = changes_no_value(column, run.ruleset.rules)
        texts.append((text if as_it_came else standardise(column.name, text, run.ruleset.rules)).alias(name))
    return texts


def _read_types(builder: _Builder, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    typed = [column for column in landing_columns(run.contract) if column.type != "string"]
    for column in typed:
        builder.write(column.name, read_as(F.col(TEXT + column.name), column))
    builder.flush()
    as_they_came = [column for column in typed if changes_no_value(column, run.ruleset.rules)]
    for column in as_they_came:
        cleaned = standardise(column.name, F.col(TEXT + column.name), run.ruleset.rules)
        builder.write(TEXT + column.name, F.when(F.col(column.name).isNull(), cleaned))
    builder.flush()
    for column in as_they_came:
        builder.write(column.name, F.coalesce(F.col(column.name), read_as(F.col(TEXT + column.name), column)))
    builder.flush()
    for column in typed:
        shape = f" written as {column.format}" if column.format else ""
        violation = _builtin("readable", column.name, f"{column.name} cannot be read as {column.type}{shape}")
        # From the column that was read, in a projection of its own: reading every value twice is what would cost.
        builder.violate(violation, has_value(F.col(TEXT + column.name), column) & F.col(column.name).isNull())
    builder.flush()


def _apply(spark: SparkSession, builder: _Builder, rule: Rule, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    if isinstance(rule, Augment):
        builder.write(rule.column, compile_expression(rule.expression), rule_columns(rule))
    elif isinstance(rule, Require):
        met = F.coalesce(compile_expression(rule.predicate), F.lit(rule.null_passes))
        message = rule.description or f"{rule.predicate} does not hold"
        reads = rule_columns(rule)
        column = next(iter(reads)) if len(reads) == 1 else None
        builder.violate(Violation(rule.name, rule.kind, rule.otherwise, column, message), ~met, reads)
    elif isinstance(rule, Enrich):
        builder.frame = look_up(spark, builder.flush(), rule, run.look_ups)
        if rule.missing != "keep":
            message = rule.description or f"{', '.join(rule.match)} is not in {rule.product}"
            column = next(iter(rule.match)) if len(rule.match) == 1 else None
            builder.violate(Violation(rule.name, rule.kind, rule.missing, column, message), F.col(FOUND).isNull())
            builder.flush()
        builder.frame = builder.frame.drop(FOUND)
    elif isinstance(rule, Comply):
        _comply(builder, rule, run)


def _comply(builder: _Builder, rule: Comply, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    if rule.method == "remove":
        builder.frame = builder.flush().drop(*rule.columns)
        return
    for name in rule.columns:
        hidden = hide(rule, F.col(name), builder.type_of(name), run.environment.tokenise_secret)
        builder.frame = builder.frame.withColumn(name, hidden)


def _publish_types(builder: _Builder, run: FrozenRun) -> None:
    """Bring every published column to its declared type; see that required ones have a value."""
    from pyspark.sql import functions as F  # noqa: N812

    types = {item.name: item.dataType.simpleString() for item in builder.frame.schema.fields}
    reading = [(place, item) for place, item in enumerate(builder.violations) if item.rule.startswith("readable_")]
    unreadable = {item.column: place for place, item in reading}
    for column in run.contract.columns:
        if column.name not in types:
            raise JobError(f"no rule makes the contract's column {column.name!r}: add an augment rule")
        here, cast = F.col(column.name), F.col(column.name).try_cast(column.type)
        if types[column.name] != column.type:
            violation = _builtin("typed", column.name, f"the value of {column.name} does not fit {column.type}")
            builder.violate(violation, here.isNotNull() & cast.isNull())
            builder.write(column.name, cast)
        if column.required:
            # One reason is enough where the value is missing because it could not be read.
            seen = F.col(f"_v{unreadable[column.name]}") if column.name in unreadable else F.lit(False)
            builder.violate(_builtin("required", column.name, f"{column.name} is missing"), here.isNull() & ~seen)
    builder.flush()


def _builtin(prefix: str, column: str, message: str, action: Action = "quarantine") -> Violation:
    return Violation(f"{prefix}_{column}", "builtin", action, column, message)


def _packed(builder: _Builder, run: FrozenRun, batch: Batch, raw: DataFrame) -> Plan:
    from pyspark.sql import functions as F  # noqa: N812

    acquired = F.lit(batch.acquired_at).cast("timestamp")
    contract = run.contract
    event_time = F.col(contract.event_time).cast("timestamp") if contract.event_time else acquired
    known_at = F.col(contract.known_at).cast("timestamp") if contract.known_at else acquired
    times = {"event_time": event_time, "known_at": known_at}
    system = [times.get(name, F.col(name)).alias(name) for name in SYSTEM_COLUMNS]
    published = [F.col(column.name) for column in contract.columns]
    flags = [f"_v{index}" for index in range(len(builder.violations))]
    frame = builder.frame.select(*published, *system, *packed(flags))
    return Plan(raw, frame, tuple(builder.violations), tuple(builder.steps))
