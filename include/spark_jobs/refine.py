"""One batch through rules, checks and the gate: write, audit, publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from groundwork.spec import names
from groundwork.spec.report import Counts, QuarantineSample, RefineReport
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import storage, tables
from spark_jobs.audit import Audit, audit
from spark_jobs.candidate import Candidate, evaluate, write_branch
from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, RULESET_DIGEST, RUN_PREFIX, NotAnAncestorError, Snapshot, Table
from spark_jobs.judgement import judge
from spark_jobs.page import page
from spark_jobs.profile.batch import profile_json
from spark_jobs.profile.page import batch_page
from spark_jobs.progress import Progress
from spark_jobs.quality_json import quality_json
from spark_jobs.quarantine import quarantine, settle, settled_before
from spark_jobs.quarantine_samples import quarantine_samples

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ATTEMPTS = 3
"""How often a batch is written anew because another one was published meanwhile."""


@dataclass(frozen=True)
class Work:
    """One batch on its way through a stage."""

    spark: SparkSession
    run: FrozenRun
    batch: Batch
    refined: Table
    progress: Progress
    stage: Any = "refine"

    @property
    def branch(self) -> str:
        """The batch's audit branch."""
        return names.branch(self.batch.batch_id)

    def artefact(self, name: str) -> str:
        """Where this stage leaves something about the batch."""
        return self.run.artefact_uri(self.stage, self.batch.batch_id, name)


def refine(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> RefineReport:
    """Publish the batch, or find that it is published, or block it and keep the audited branch.

    :raises JobError: the batch is not in the raw table, a rule cannot be carried out, a newer run holds the product,
        or other publishes came in between time after time
    """
    with progress.step("prepare"):
        work = Work(spark, run, batch, tables.refined_table(spark, run), progress)
        if (snapshot := published_before(work)) is not None:
            return already_published(work, snapshot)
        candidate = evaluate(work.spark, run, batch, progress)
    return publish_candidate(work, candidate, gated=True)


def publish_candidate(work: Work, candidate: Candidate, *, gated: bool) -> RefineReport:
    """Write the branch, audit it, decide and fast-forward; anew where main has moved meanwhile.

    :param gated: the gate may block it; False where a person has overridden it
    """
    for _ in range(ATTEMPTS):
        refuse_superseded(work)
        audited = _write_and_audit(work, candidate)
        if gated and audited.report.decision.outcome == "block":
            return with_artefacts(work, audited.report)
        try:
            report = finish(work, audited.report, audited.head, audited.base)
        except NotAnAncestorError:
            work.progress.say("another batch was published meanwhile: written anew on top of it")
            candidate = evaluate(work.spark, work.run, work.batch, work.progress)
            continue
        if work.run.replay_id:
            with work.progress.step("mark"):
                settle(work.spark, work.run, work.batch, candidate)
        return report
    raise JobError(
        f"main of {work.refined.name} moved {ATTEMPTS} times while batch {work.batch.batch_id} was refined: "
        "run the refinement again when other writers are done"
    )


@dataclass(frozen=True)
class _Audited:
    base: Snapshot
    head: Snapshot
    report: RefineReport


def _write_and_audit(work: Work, candidate: Candidate) -> _Audited:
    """Set aside and write what the rules say, then judge what stands on the branch."""
    run, batch, progress = work.run, work.batch, work.progress
    quarantined = candidate.kept_back
    if run.replay_id is None:
        with progress.step("quarantine"):
            quarantined = quarantine(work.spark, run, batch, candidate)
    with progress.step("write"):
        base = work.refined.create_branch(work.branch)
        written = write_branch(run, batch, work.refined, candidate)
    # Every part is measured where it lies, not derived from the others: Counts refuses what does not add up.
    counts = Counts(
        raw=candidate.raw_rows,
        published=written.published,
        quarantined=quarantined,
        dropped=candidate.dropped,
        superseded=written.superseded,
    )
    with progress.step("audit"):
        found = audit(work.spark, run, batch, work.refined, written.head)
    report = _judged(work, candidate, counts, found, base)
    # Kept before the commit, so that a retry that finds the batch published can still tell how it was judged.
    storage.write(work.artefact("audit.json"), report.to_json())
    return _Audited(base, written.head, report)


def _judged(work: Work, candidate: Candidate, counts: Counts, found: Audit, base: Snapshot) -> RefineReport:
    """The gate's decision on an audited branch, and all that it stands on; blocked until it is published."""
    run, batch = work.run, work.batch
    replayed = counts if run.replay_id else None
    if replayed:
        counts = whole_counts(work, replayed)
    decision, figures = judge(run, batch, counts, candidate.rules, found)
    samples: tuple[QuarantineSample, ...] = ()
    if counts.quarantined and not replayed:
        with work.progress.step("samples"):
            samples = quarantine_samples(work.spark, run, batch, found.undeclared_personal)
    return RefineReport(
        product=run.contract.product,
        batch_id=batch.batch_id,
        decision=decision,
        table=work.refined.name,
        stage=work.stage,
        outcome="blocked",
        snapshot_id=None,
        previous_snapshot_id=base.snapshot_id,
        branch=work.branch,
        counts=counts,
        replayed=replayed,
        ruleset_digest=run.ruleset.content_digest(),
        total_rows=base.total_records,
        rules=candidate.rules,
        quarantine_reasons=candidate.quarantine_reasons,
        expectations=found.expectations,
        profile=found.profile,
        undeclared_personal=found.undeclared_personal,
        disagreements=found.disagreements,
        figures=figures,
        samples=samples,
        seconds=work.progress.seconds,
    )


def finish(work: Work, report: RefineReport, head: Snapshot, base: Snapshot | None) -> RefineReport:
    """Make the audited branch main, and say so.

    :raises NotAnAncestorError: main has moved since the branch was made
    """
    with work.progress.step("commit"):
        refuse_superseded(work)
        work.refined.fast_forward(work.branch)
        work.refined.set_properties(
            {
                RULESET_DIGEST: report.ruleset_digest,
                "groundwork.contract-version": work.run.contract.version,
            }
        )
    published = report.model_copy(
        update={
            "outcome": "published",
            "stage": work.stage,
            "snapshot_id": head.snapshot_id,
            "previous_snapshot_id": base.snapshot_id if base else head.written_on,
            "branch": None,
            "total_rows": head.total_records,
        }
    )
    return with_artefacts(work, published)


def refuse_superseded(work: Work) -> None:
    """See that no run with a larger fencing token has published.

    :raises JobError: one has
    """
    work.refined.refresh()
    token = work.refined.fencing_token
    if token > work.run.fencing_token:
        raise JobError(
            f"main of {work.refined.name} was written with fencing token {token}, this run holds "
            f"{work.run.fencing_token}: a newer run has taken over. Nothing was published; start a new run"
        )


def published_before(work: Work) -> Snapshot | None:
    """The batch's snapshot in main; of a replay only one that the same run made."""
    again = work.run.replay or work.run.replay_id
    return work.refined.committed(work.batch.batch_id, work.run.prefix if again else None)


def whole_counts(work: Work, replayed: Counts) -> Counts:
    """Where the rows of the whole batch are, once the replay of its quarantined rows is published.

    :param replayed: where the rows are that were taken up
    """
    first = work.refined.refined(work.batch.batch_id)
    assert first is not None, f"batch {work.batch.batch_id} is not in {work.refined.name}"
    before = read_audit(work, first).counts
    earlier = settled_before(work.spark, work.run, work.batch)
    return Counts(
        raw=before.raw,
        published=before.published + earlier.published + replayed.published,
        quarantined=earlier.all - earlier.published - earlier.dropped - replayed.raw + replayed.quarantined,
        dropped=before.dropped + earlier.dropped + replayed.dropped,
        superseded=before.superseded + replayed.superseded,
    )


def already_published(work: Work, snapshot: Snapshot) -> RefineReport:
    """What an earlier attempt published, told again from the snapshot and the audit that it left."""
    work.refined.drop_branch(work.branch)
    report = read_audit(work, snapshot)
    told = report.model_copy(
        update={
            "outcome": "already_published",
            "stage": work.stage,
            "snapshot_id": snapshot.snapshot_id,
            "previous_snapshot_id": snapshot.written_on,
            "branch": None,
            "total_rows": snapshot.total_records,
            "seconds": work.progress.seconds,
        }
    )
    return with_artefacts(work, told)


def read_audit(work: Work, snapshot: Snapshot) -> RefineReport:
    """The audit of the run that wrote the snapshot.

    :raises JobError: it is gone
    """
    from botocore.exceptions import ClientError

    made_by = work.run.model_copy(update={"prefix": snapshot.summary[RUN_PREFIX]})
    for stage in ("refine", "publish"):
        try:
            text = storage.read(replace(work, run=made_by, stage=stage).artefact("audit.json"))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                raise
        else:
            return RefineReport.from_json(text)
    raise JobError(f"the audit of batch {snapshot.summary[BATCH_ID]} is not at {made_by.prefix} any more: replay it")


def with_artefacts(work: Work, report: RefineReport) -> RefineReport:
    """Leave the quality report, the profile, the page and the batch's figures beside the report."""
    texts: Mapping[str, tuple[str, str, str]] = {
        "quality": ("quality.json", quality_json(work.run, work.batch, report.expectations), "application/json"),
        "profile": ("profile.json", profile_json(report.profile), "application/json"),
        "profile_page": ("profile.html", batch_page(report), "text/html"),
        "page": ("report.html", page(work.run, work.batch, report), "text/html"),
    }
    if report.figures is not None:
        texts = {**texts, "figures": ("figures.json", report.figures.to_json(), "application/json")}
    for name, text, content_type in texts.values():
        storage.write(work.artefact(name), text, content_type)
    return report.model_copy(update={"artefacts": {key: work.artefact(name) for key, (name, _, _) in texts.items()}})
