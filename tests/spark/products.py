"""Small products of the tests: contract, rules and batches, built as a DAG's first task builds them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from groundwork.spec import names
from groundwork.spec.contract import Column, Contract, DeleteFlag, Evolution, Landing
from groundwork.spec.environment import Environment
from groundwork.spec.expectation import Expectation
from groundwork.spec.gate import Gate
from groundwork.spec.report import AcquireReport, RefineReport, UndoReport
from groundwork.spec.ruleset import Ruleset
from groundwork.spec.run import Batch, FrozenRun, JobBundle, JobSpec, LandedFile, LookUpPin
from spark_jobs import storage
from spark_jobs.job import run_job

BUCKET = "groundwork-sandbox-landing"
SECRET = "groundwork_sandbox_tokenise"
ACQUIRED_AT = datetime(2013, 2, 1, 6, 30, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/tests"
ENVIRONMENT = Environment.model_validate(
    {
        "specVersion": 1,
        "name": "sandbox",
        "prefix": "groundwork",
        "region": "eu-west-1",
        "engine": {"kind": "emr_serverless", "application": "tests", "releaseLabel": "emr-spark-8.0.0"},
        "executionRoles": dict.fromkeys(("acquire", "refine", "publish", "undo"), ROLE),
        "tokeniseSecret": SECRET,
    }
)

OPEN = Gate(maximum_quarantined=1.0, minimum_published=0)
STRICT = Evolution()


def columns(*declared: str, **more: dict[str, Any]) -> tuple[Column, ...]:
    """Columns from ``name type`` words; ``!`` after the name means required, ``*`` a key column.

    :param more: further attributes by column name
    """
    found = []
    keys = 0
    for text in declared:
        name, type_ = text.split(maxsplit=1)
        bare = name.rstrip("!*")
        keys += "*" in name
        extra = {"header": bare, "required": name != bare, "key_position": keys if "*" in name else None}
        found.append(Column(name=bare, type=type_, **extra | more.get(bare, {})))
    return tuple(found)


@dataclass
class Product:
    """A product in the tests' environment, and what is done with it.

    :param spark: the session
    :param product: its name; a name of its own keeps tests apart
    """

    spark: Any
    product: str
    table: tuple[Column, ...]
    fields: tuple[Column, ...] = ()
    rules: Sequence[dict[str, Any]] = ()
    gate: Gate = OPEN
    load_mode: str = "append"
    delete_flag: DeleteFlag | None = None
    history: str | None = None
    event_time: str | None = None
    known_at: str | None = None
    expectations: tuple[Expectation, ...] = ()
    evolution: Evolution = STRICT
    delimiter: str = ","
    encoding: str = "UTF-8"
    look_ups: tuple[LookUpPin, ...] = ()
    fencing_token: int = 1
    runs: int = field(default=0, init=False)
    sequence: int = field(default=0, init=False)

    @property
    def contract(self) -> Contract:
        landing = Landing(
            location=f"s3://{{landing}}/{self.product}/*.csv",
            delimiter=self.delimiter,
            encoding=self.encoding,
            evolution=self.evolution,
            columns=self.fields or self.table,
        )
        return Contract(
            product=self.product,
            id=self.product,
            version="1.0.0",
            title=self.product,
            domain="tests",
            status="active",
            owner="steward",
            columns=self.table,
            landing=landing,
            load_mode=self.load_mode,
            delete_flag=self.delete_flag,
            history=self.history,
            event_time=self.event_time,
            known_at=self.known_at,
            expectations=self.expectations,
        )

    @property
    def ruleset(self) -> Ruleset:
        return Ruleset.model_validate(
            {
                "specVersion": 1,
                "product": self.product,
                "version": "1",
                "owner": "steward",
                "gate": self.gate,
                "rules": list(self.rules),
            }
        )

    def land(self, *contents: bytes | str, names_: Sequence[str] = (), encoding: str = "utf-8") -> Batch:
        """Put files and make a batch of them."""
        files = []
        for number, content in enumerate(contents):
            body = content.encode(encoding) if isinstance(content, str) else content
            digest = hashlib.sha256(body).hexdigest()
            name = names_[number] if names_ else f"{digest[:8]}.csv"
            key = f"{self.product}/{name}"
            answer = storage.client().put_object(Bucket=BUCKET, Key=key, Body=body)
            uri = f"s3://{BUCKET}/{key}"
            files.append(LandedFile(uri=uri, size=len(body), etag=answer["ETag"].strip('"'), sha256=digest))
        self.sequence += 1
        return Batch(
            batch_id=names.batch_id(self.product, [file.sha256 for file in files]),
            files=tuple(files),
            acquired_at=ACQUIRED_AT,
            sequence=self.sequence,
        )

    def run(self, *batches: Batch, **changes: Any) -> FrozenRun:
        """A frozen run of its own."""
        self.runs += 1
        made = FrozenRun(
            prefix=names.run_prefix(ENVIRONMENT, f"tests__{self.product}", str(self.runs)),
            dag_id=f"tests__{self.product}",
            run_id=str(self.runs),
            requested_by="steward",
            frozen_at=ACQUIRED_AT,
            environment=ENVIRONMENT,
            contract=self.contract,
            ruleset=self.ruleset,
            bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e"),
            batches=batches,
            look_ups=self.look_ups,
            fencing_token=self.fencing_token,
        )
        return made.model_copy(update=changes)

    def do(self, run: FrozenRun, *stages: str) -> list[Any]:
        """Carry stages out and give the reports as they were written."""
        spec = JobSpec(spec_version=1, stages=stages, run=run)
        return [
            {"acquire": AcquireReport, "undo": UndoReport}.get(report.stage, RefineReport).from_json(
                storage.read(run.report_uri(report.stage, report.batch_id))
            )
            for report in run_job(self.spark, spec)
        ]

    def refine(self, batch: Batch, **changes: Any) -> RefineReport:
        """Acquire and refine in one run."""
        return self.do(self.run(batch, **changes), "acquire", "refine")[-1]

    def name(self, layer: str) -> str:
        return names.table(ENVIRONMENT, self.contract, layer)

    def rows(self, layer: str = "refined", *selected: str) -> list[Any]:
        """Rows of a table in the order of their files and records, as tuples; the contract's columns by default."""
        chosen = selected or tuple(column.name for column in self.table)
        frame = self.spark.table(self.name(layer)).orderBy("_batch_id", "_source_file", "_source_row")
        return [tuple(row) for row in frame.select(*chosen).collect()]

    def broken(self) -> list[tuple[int, list[str]]]:
        """Quarantined rows: record number and the rules it broke."""
        rows = self.spark.table(self.name("quarantine")).orderBy("_batch_id", "_source_file", "_source_row").collect()
        return [(row["_source_row"], [violation["rule"] for violation in row["violations"]]) for row in rows]

    def planned(self, *texts: tuple[str | None, ...]) -> Any:
        """The rules' plan of rows of landing text, without tables."""
        from pyspark.sql import functions as F  # noqa: N812

        from spark_jobs.rules.plan import plan_batch

        fields = self.fields or self.table
        batch = Batch(
            batch_id="0" * 16,
            files=(LandedFile(uri="s3://b/f", size=1, etag="e", sha256="0" * 64),),
            acquired_at=ACQUIRED_AT,
            sequence=1,
        )
        schema = ", ".join([*(f"{column.name} string" for column in fields), "_source_row bigint"])
        rows = [(*text, number) for number, text in enumerate(texts, 1)]
        raw = self.spark.createDataFrame(rows, schema).withColumns(
            {
                "_batch_id": F.lit(batch.batch_id),
                "_source_file": F.lit(batch.files[0].uri),
                "_acquired_at": F.lit(ACQUIRED_AT).cast("timestamp"),
            }
        )
        return plan_batch(self.spark, self.run(batch), batch, raw)

    def judge(self, *texts: tuple[str | None, ...]) -> list[tuple[list[str], dict[str, Any]]]:
        """What the rules make of rows of landing text: names of broken rules, and the row."""
        from pyspark.sql import functions as F  # noqa: N812

        from spark_jobs.rules.violations import reasons

        plan = self.planned(*texts)
        wanted = [column.name for column in self.table] + ["event_time", "known_at"]
        named = F.transform(reasons(plan.violations), lambda item: item["rule"]) if plan.violations else F.array()
        found = plan.frame.orderBy("_source_row").select(named.alias("_broken"), *wanted).collect()
        return [(list(row["_broken"]), {name: row[name] for name in wanted}) for row in found]

    def made(self, column: str, *texts: tuple[str | None, ...]) -> list[Any]:
        """One column's values under the rules."""
        return [row[column] for _, row in self.judge(*texts)]

    def breaks(self, *texts: tuple[str | None, ...]) -> list[list[str]]:
        """The broken rules of each row."""
        return [broken for broken, _ in self.judge(*texts)]
