"""What a DAG run freezes and what a job is given: the seam between the control plane and the jobs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec import names
from groundwork.spec.base import Declared, Frozen, Identifier, Instant
from groundwork.spec.contract import Contract
from groundwork.spec.environment import Environment, Stage
from groundwork.spec.history import BatchFigures
from groundwork.spec.ruleset import Ruleset


class JobBundle(Declared):
    """The job code of one deployment, content-addressed in the artifacts bucket (``job_bundle.json``).

    :param digest: sha256 over the bundle's content
    :param archive: key of the zip with ``groundwork.spec``, ``groundwork.decisions`` and ``spark_jobs``
    :param entry_point: key of the script that the engine starts
    :param image_tag: tag of the models' container that was made of the same checkout; None where none was
    """

    digest: str
    archive: str
    entry_point: str
    image_tag: str | None = None


class LandedFile(Frozen):
    """One landing file, as it was when it was fingerprinted.

    :param uri: ``s3://`` address
    :param size: bytes
    :param etag: the object's ETag at that moment; a job that reads another content must notice
    :param sha256: of the bytes as they lie there
    """

    uri: str
    size: int = Field(ge=0)
    etag: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.uri.rpartition("/")[2]


class Batch(Frozen):
    """What is acquired and refined as one.

    :param batch_id: see ``names.batch_id``
    :param files: its files
    :param acquired_at: when the acquisition began, UTC; every row's ``known_at`` where the contract declares none
    :param sequence: rises with every batch of the product
    """

    batch_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    files: tuple[LandedFile, ...] = Field(min_length=1)
    acquired_at: Instant
    sequence: int = Field(ge=1)


class LookUpPin(Frozen):
    """The version of another product that the rules of this run look up.

    :param table: Spark's name of its published table
    :param snapshot_id: Iceberg snapshot
    """

    product: Identifier
    table: str
    snapshot_id: int


class FrozenRun(Frozen):
    """What a run works with from its first task on, whatever is deployed or declared meanwhile (``run.json``).

    :param prefix: ``s3://…/`` under which the run keeps spec, reports and pages
    :param requested_by: user who triggered the run, else the product's owner
    :param reason: why a person overrides a gate or undoes a publish
    :param replay: refine a batch again that was published or blocked before
    :param quarantined_rules: take up again the quarantined rows that broke one of these rules, any rule where empty;
        None: refine whole batches
    :param blocked_replay: prefix of the replay of quarantined rows that the gate has blocked and a person publishes
    :param takes_back: main's snapshot that an undo takes back; None: the batch's newest
    :param history: figures of the product's earlier published batches that the gate looks at, oldest first
    :param fencing_token: rises with every holder of the product's lease; a smaller one has been superseded
    """

    kind: Literal["product"] = "product"
    prefix: str
    dag_id: str
    run_id: str
    requested_by: str
    reason: str = ""
    replay: bool = False
    quarantined_rules: tuple[str, ...] | None = None
    blocked_replay: str | None = None
    takes_back: int | None = None
    frozen_at: Instant
    environment: Environment
    contract: Contract
    ruleset: Ruleset
    bundle: JobBundle
    batches: tuple[Batch, ...] = Field(min_length=1)
    look_ups: tuple[LookUpPin, ...] = ()
    history: tuple[BatchFigures, ...] = ()
    fencing_token: int = Field(ge=1)

    @property
    def subject(self) -> str:
        """What the run is about, for tags and messages."""
        return self.contract.product

    @property
    def replay_id(self) -> str | None:
        """Marks rows that a replay of the quarantine has published, by itself or by a person's override; None of other
        runs."""
        return None if self.quarantined_rules is None else names.replay_id(self.blocked_replay or self.prefix)

    @property
    def uri(self) -> str:
        """Where the frozen run stands."""
        return f"{self.prefix}run.json"

    def report_uri(self, stage: Stage, batch_id: str) -> str:
        """Where a stage leaves its report about a batch."""
        return f"{self.prefix}{batch_id}/{stage}.report.json"

    def report_uris(self, stage: Stage) -> list[str]:
        """Addresses of a stage's reports, one for each batch."""
        return [self.report_uri(stage, batch.batch_id) for batch in self.batches]

    def artefact_uri(self, stage: Stage, batch_id: str, name: str) -> str:
        """Where a stage leaves something else about a batch: ``quality.json``, ``report.html`` …"""
        return f"{self.prefix}{batch_id}/{stage}.{name}"


class JobSpec(Declared):
    """What one Spark job is to do.

    :param stages: carried out in order, for every batch of the run
    :param run: the frozen run
    """

    stages: tuple[Stage, ...] = Field(min_length=1)
    run: FrozenRun

    @property
    def uri(self) -> str:
        """Where the spec stands: beside the reports, named by the stages."""
        return f"{self.run.prefix}{'-'.join(self.stages)}.spec.json"
