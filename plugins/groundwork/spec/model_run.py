"""What a run about a model freezes, and what its jobs are given."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Declared, Frozen, Identifier, Instant
from groundwork.spec.contract import Contract
from groundwork.spec.environment import Environment, ModelStage
from groundwork.spec.model import Model
from groundwork.spec.model_version import RegisteredVersion
from groundwork.spec.run import JobBundle


class TablePin(Frozen):
    """The version of a table that a run reads.

    :param name: product or feature view
    :param table: Spark's name of it
    :param snapshot_id: Iceberg snapshot
    """

    name: Identifier
    table: str
    snapshot_id: int


class CaptureWindow(Frozen):
    """Which captured requests a look covers, by the time at which they were answered.

    :param prefix: ``s3://…/`` under which the endpoint's captures lie
    :param after: exclusive; None: from the beginning
    :param until: inclusive
    """

    prefix: str
    after: Instant | None = None
    until: Instant


class ModelRun(Declared):
    """What a run about a model works with from its first task on (``run.json``).

    :param prefix: ``s3://…/`` under which the run keeps specs, reports and pages
    :param requested_by: user who triggered the run, else the model's accountable owner
    :param contract: of the product whose rows are predicted
    :param image: address of the models' container, tag included
    :param sources: tables that are read, by name
    :param batches: batches of the product that are built, learnt from or scored
    :param made_from: batch → what its rows are made from, as it was when the run was planned; of runs that make rows
    :param version: the registered version that the run is about; None while there is none
    :param release: number of the release that serves it; None where the run is about none
    :param window: captured requests that are looked at
    :param fencing_token: of the lease on what the run writes; a smaller one has been superseded
    """

    kind: Literal["model"] = "model"
    prefix: str
    dag_id: str
    run_id: str
    requested_by: str
    reason: str = ""
    frozen_at: Instant
    environment: Environment
    model: Model
    contract: Contract
    bundle: JobBundle
    image: str
    sources: tuple[TablePin, ...] = ()
    batches: tuple[str, ...] = ()
    made_from: dict[str, str] = Field(default_factory=dict)
    version: RegisteredVersion | None = None
    release: int | None = None
    window: CaptureWindow | None = None
    fencing_token: int = Field(default=0, ge=0)

    @property
    def subject(self) -> str:
        """What the run is about, for tags and messages."""
        return self.model.name

    @property
    def uri(self) -> str:
        """Where the frozen run stands."""
        return f"{self.prefix}run.json"

    def source(self, name: str) -> TablePin:
        """The pin of a table.

        :param name: product or feature view
        :raises KeyError: the run does not read it
        """
        found = {pin.name: pin for pin in self.sources}
        return found[name]

    def report_uri(self, stage: str) -> str:
        """Where a stage leaves its report."""
        return f"{self.prefix}{stage}.report.json"

    def artefact_uri(self, stage: str, name: str) -> str:
        """Where a stage leaves something else: ``evaluation.html``, ``profile.json`` …"""
        return f"{self.prefix}{stage}.{name}"

    def folder_uri(self, name: str) -> str:
        """A folder of the run's data files, ending in a slash: examples, requests, predictions, a model's artefact.

        They lie in the artifacts bucket, under the same key as the run's evidence.
        """
        key = self.prefix.partition("://")[2].partition("/")[2]
        return f"s3://{self.environment.bucket('artifacts')}/{key}{name}/"


class ModelJobSpec(Declared):
    """What one Spark job is to do for a model."""

    stages: tuple[ModelStage, ...] = Field(min_length=1)
    run: ModelRun

    @property
    def uri(self) -> str:
        """Where the spec stands: beside the reports, named by the stages."""
        return f"{self.run.prefix}{'-'.join(self.stages)}.spec.json"
