"""Small models of the tests: a product and what is looked up as tables made by hand, and runs as a DAG freezes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from groundwork.spec import names
from groundwork.spec.contract import Column, Contract
from groundwork.spec.model import Model
from groundwork.spec.model_run import ModelJobSpec, ModelRun, TablePin
from groundwork.spec.model_version import Artefact, ModelVersion, RegisteredVersion
from groundwork.spec.run import JobBundle
from spark_jobs import storage
from spark_jobs.iceberg import Table
from spark_jobs.model_job import run_model_job
from tests.spark.products import ENVIRONMENT

START = datetime(2013, 1, 1, tzinfo=UTC)
VISIT = (
    "id bigint, shop string, clerk string, opened timestamp, spent int, weight double, happy boolean, "
    "event_time timestamp, known_at timestamp, _batch_id string"
)
READING = "place string, degrees double, event_time timestamp, known_at timestamp, _batch_id string"
ONE, TWO = "1" * 16, "2" * 16
FEATURES: dict[str, Any] = {
    "predictionTime": "opened",
    "label": {"name": "pleased", "expression": "happy"},
    "own": [
        {"name": "shop", "expression": "shop", "type": "category"},
        {"name": "hour_of_day", "expression": "hour(opened)"},
    ],
    "history": [
        {"name": "shop", "by": ["shop"], "days": [1, 3], "mean": {"spent": "spent"}, "count": True},
        {"name": "clerk", "by": ["clerk", "shop"], "days": [2], "mean": {"weight": "weight", "rich": "spent > 10"}},
    ],
}
AS_OF = {"product": "readings", "match": {"shop": "place"}, "maximumAgeHours": 6, "take": {"degrees": "degrees"}}


def at(hours: float) -> datetime:
    """So many hours after the tests' first moment."""
    return START + timedelta(hours=hours)


def visit(
    id_: int,
    opened: float,
    known: float | None,
    *,
    shop: str | None = "a",
    clerk: str | None = "x",
    spent: int | None = None,
    weight: float | None = None,
    happy: bool | None = True,
    batch: str = ONE,
) -> tuple[Any, ...]:
    """A row of the product; times in hours."""
    known_at = None if known is None else at(known)
    return (id_, shop, clerk, at(opened), spent, weight, happy, at(opened), known_at, batch)


def reading(place: str | None, degrees: float | None, event: float, known: float) -> tuple[Any, ...]:
    """A row of the product that is looked up; times in hours."""
    return (place, degrees, at(event), at(known), ONE)


SHOP_AND_HOUR = {**FEATURES, "history": []}
OUTLOOK = (
    "id bigint, prediction_time timestamp, pleased boolean, label_known_at timestamp, shop string, hour_of_day double, "
    "event_time timestamp, known_at timestamp, _batch_id string"
)


def outlook(
    id_: int,
    hours: float,
    *,
    pleased: bool | None = True,
    shop: str | None = "a",
    hour: float | None = 1.0,
    known: float | None = None,
    batch: str = ONE,
) -> tuple[Any, ...]:
    """A row of a feature table; times in hours."""
    known_at = at(hours + 1 if known is None else known)
    return (id_, at(hours), pleased, known_at, shop, hour, at(hours), at(hours), batch)


def registered(reference: Artefact, number: int = 3, sha256: str = "c" * 64) -> RegisteredVersion:
    """A registered version.

    :param sha256: of its artifact, and of the manifest in it
    """
    nothing = Artefact(uri="s3://b/k", sha256="0" * 64)
    version = ModelVersion(
        spec_version=1,
        model="m",
        training_run="s3://b/r/",
        requested_by="scientist",
        artifact=Artefact(uri="s3://b/model.tar.gz", sha256=sha256),
        evaluation=nothing,
        golden=nothing,
        reference=reference,
        feature_table="lake.a.b",
        snapshot_id=1,
        image="groundwork-models:tests",
        bundle="d",
        policy="p",
        answers_as=sha256[:12],
    )
    return RegisteredVersion(package_arn="arn:aws:sagemaker:::m/3", number=number, digest="e" * 64, version=version)


def contract(product: str, schema: str, key: str) -> Contract:
    """A product's contract from a Spark schema that has the system's columns at its end."""
    declared = [text.split() for text in schema.split(", ")][:-3]
    columns = tuple(
        Column(name=name, header=name, type=type_, key_position=1 if name == key else None) for name, type_ in declared
    )
    return Contract(
        product=product,
        id=product,
        version="1.0.0",
        title=product,
        domain="tests",
        status="active",
        owner="steward",
        columns=columns,
        event_time="opened",
        known_at="opened",
    )


@dataclass
class Visits:
    """A model of its own tables.

    :param stem: keeps tests apart
    :param features: the view's declaration, without its name and product
    :param more: further keys of the model's declaration
    """

    spark: Any
    stem: str
    features: Mapping[str, Any] = field(default_factory=lambda: FEATURES)
    more: Mapping[str, Any] = field(default_factory=dict)
    fencing_token: int = 1
    key: str = "id"
    runs: int = field(default=0, init=False)
    pins: dict[str, TablePin] = field(default_factory=dict, init=False)

    @property
    def model(self) -> Model:
        """What is declared."""
        training = {
            "algorithm": "xgboost",
            "split": {"validationDays": 1, "testDays": 1},
            "minimumExamples": 10,
        }
        content = {
            "specVersion": 1,
            "name": f"m_{self.stem}",
            "title": "Pleased",
            "version": "1",
            "domain": "tests",
            "owner": "scientist",
            "purpose": "Tests.",
            "features": {"view": f"v_{self.stem}", "product": "visits", **self.features},
            "training": training,
            "evaluation": {"thresholds": [{"metric": "roc_auc", "minimum": 0.5}]},
            "approval": {"approvers": ["approver"]},
            **self.more,
        }
        return Model.model_validate(content)

    def write(self, product: str, rows: Sequence[tuple[Any, ...]], schema: str) -> None:
        """Replace a product's table, and pin it for the runs that follow."""
        name = f"lake.sandbox_tests_refined.{product}_{self.stem}"
        self.spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.sandbox_tests_refined")
        self.spark.createDataFrame(list(rows), schema).writeTo(name).using("iceberg").createOrReplace()
        head = Table(self.spark, name).head()
        assert head is not None
        self.pins[product] = TablePin(name=product, table=name, snapshot_id=head.snapshot_id)

    def visits(self, *rows: tuple[Any, ...]) -> None:
        self.write("visits", rows, VISIT)

    def readings(self, *rows: tuple[Any, ...]) -> None:
        self.write("readings", rows, READING)

    def run(self, *batches: str, **changes: Any) -> ModelRun:
        """A frozen run of its own."""
        self.runs += 1
        run = ModelRun(
            spec_version=1,
            prefix=names.run_prefix(ENVIRONMENT, f"tests__{self.stem}", str(self.runs)),
            dag_id=f"tests__{self.stem}",
            run_id=str(self.runs),
            requested_by="scientist",
            frozen_at=START,
            environment=ENVIRONMENT,
            model=self.model,
            contract=contract("visits", VISIT, self.key),
            bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e"),
            image="groundwork-models:tests",
            sources=tuple(self.pins.values()),
            batches=batches or (ONE,),
            fencing_token=self.fencing_token,
        )
        return run.model_copy(update=changes)

    def do(self, run: ModelRun, stage: Any) -> Any:
        """Carry a stage out and give its report as it was written."""
        (report,) = run_model_job(self.spark, ModelJobSpec(spec_version=1, stages=(stage,), run=run))
        return type(report).from_json(storage.read(run.report_uri(stage)))

    def build(self, *batches: str, **changes: Any) -> Any:
        """Build the features of some batches in a run of their own."""
        return self.do(self.run(*batches, **changes), "build_features")

    @property
    def table(self) -> str:
        """The feature table's name."""
        return names.feature_table(ENVIRONMENT, self.model)

    def features_table(self, *rows: tuple[Any, ...]) -> None:
        """A feature table made by hand, of a view with ``SHOP_AND_HOUR``: see ``outlook``."""
        view = self.model.features.view
        self.spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.sandbox_tests_feature")
        frame = self.spark.createDataFrame(list(rows), OUTLOOK)
        frame.writeTo(self.table).using("iceberg").createOrReplace()
        self.pin_features()
        assert view in self.pins

    def pin_features(self) -> None:
        """Let the runs that follow read the feature table as it is now."""
        head = Table(self.spark, self.table).head()
        assert head is not None
        view = self.model.features.view
        self.pins[view] = TablePin(name=view, table=self.table, snapshot_id=head.snapshot_id)

    def rows(self) -> dict[int, dict[str, Any]]:
        """Key → row of the feature table."""
        return {row["id"]: row.asDict() for row in self.spark.table(self.table).collect()}
