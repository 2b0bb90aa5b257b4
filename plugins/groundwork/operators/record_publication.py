"""The end of a refinement, or of a person's override: what was published and what the gate holds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, DownstreamTasksSkipped

from groundwork.notifiers.batch_outcome import BatchOutcomeNotifier
from groundwork.operators.recording import RecordingOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.catalogue import CatalogueHook
    from groundwork.hooks.publications import Publications
    from groundwork.spec.report import RefineReport
    from groundwork.spec.run import FrozenRun

BLOCKED = "blocked"
"""XCom key of the sentences about blocked batches."""


class RecordPublicationOperator(RecordingOperator):
    """Writes publications into the ledger, describes the refined table, and tells consumers of published batches.

    A task that fails sends no event. So where some batches are published and others blocked, this task succeeds and
    its event names the published ones; the task ``report_blocked`` after it then fails the run. That one is skipped
    where nothing is blocked. Where all is blocked this task fails itself. A replay of quarantined rows of which none
    passes has changed nothing: nothing is recorded and nobody is told.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the refined table's asset
    :param stage: whose reports are read

    Whatever the end of it, people are told of each batch (``BatchOutcomeNotifier``).
    """

    def __init__(self, *, stage: Literal["refine", "publish"] = "refine", **kwargs: Any) -> None:
        tell = BatchOutcomeNotifier()
        super().__init__(on_success_callback=tell, on_failure_callback=tell, **kwargs)
        self.stage = stage

    def execute(self, context: Context) -> None:
        """See the class.

        :raises AirflowFailException: nothing is published, and batches are blocked
        :raises AirflowSkipException: nothing has changed
        """
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.publications import Publications
        from groundwork.spec.report import RefineReport

        run = self._run()
        ledger = self._ledger(run)
        publications = Publications(ledger, run.contract.product)
        catalogue = CatalogueHook(region_name=run.environment.region)
        reports = self._reports(run, self.stage, RefineReport)
        changed = [report for report in reports if report.outcome != "unchanged"]
        for report in changed:
            if run.replay_id and report.outcome == "blocked":
                # It leaves the batch as it was published.
                publications.record_blocked_replay(run, report)
            else:
                self._record(run, report, publications, catalogue)
        self._release(run, ledger)
        if not changed:
            said = (f"{item.batch_id}: {'; '.join(item.decision.reasons)}" for item in reports)
            raise AirflowSkipException("\n".join(said))
        published = [report for report in changed if report.outcome != "blocked"]
        blocked = [blocked_sentence(run, report) for report in reports if report.outcome == "blocked"]
        if not published:
            raise AirflowFailException("\n".join(blocked))
        self._tell(
            context,
            {"batches": [report.batch_id for report in published], "snapshot_id": published[-1].snapshot_id},
        )
        self._hand_on(context, blocked)

    def _record(
        self, run: FrozenRun, report: RefineReport, publications: Publications, catalogue: CatalogueHook
    ) -> None:
        from groundwork.hooks.catalogue_entry import refined_entry
        from groundwork.spec.names import table

        name = table(run.environment, run.contract, "refined")
        catalogue.describe(name, refined_entry(run, report))
        publications.record(run, report)
        counts = report.counts
        self.log.info(
            "batch %s is %s: %s rows = %s published + %s quarantined + %s dropped; %s rows are in %s",
            *(report.batch_id, report.outcome, counts.raw, counts.published, counts.quarantined, counts.dropped),
            *(report.total_rows, name),
        )

    def _hand_on(self, context: Context, blocked: list[str]) -> None:
        """Let the task after this one fail the run, or skip it."""
        after = sorted(self.downstream_task_ids)
        if blocked:
            context["ti"].xcom_push(key=BLOCKED, value=blocked)
        elif after:
            raise DownstreamTasksSkipped(tasks=after)


def blocked_sentence(run: FrozenRun, report: RefineReport) -> str:
    """What holds a batch back, where it lies, and what a person can do."""
    product = run.contract.product
    report_uri = run.report_uri(report.stage, report.batch_id)
    if run.replay_id:
        return (
            f"the replay of batch {report.batch_id} of {product} is blocked: {'; '.join(report.decision.reasons)}. The "
            f"batch stays as it was published, its quarantined rows wait on. The replay is kept for inspection on "
            f"branch {report.branch}; report: {report_uri}. To publish it all the same, trigger "
            f"publish_batch__{product} with batch_id={report.batch_id} and a reason; after mending rules, trigger "
            f"{run.dag_id} again"
        )
    return (
        f"batch {report.batch_id} of {product} is blocked and not published: {'; '.join(report.decision.reasons)}. "
        f"It is kept for inspection on branch {report.branch}; report: {report_uri}. "
        f"To publish it all the same, trigger publish_batch__{product} with batch_id={report.batch_id} and a reason; "
        f"after mending rules, trigger refine_data__{product} with batch_id={report.batch_id} and replay"
    )
