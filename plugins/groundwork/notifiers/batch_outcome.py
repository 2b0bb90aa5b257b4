"""Tells the environment's SNS topic what became of the batches of a run: one message each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.notifier import BaseNotifier

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.publications import Publication
    from groundwork.notifiers.batch_message import BatchMessage
    from groundwork.spec.environment import BatchOutcome, Notifications
    from groundwork.spec.run import Batch, FrozenRun


class BatchOutcomeNotifier(BaseNotifier):
    """Callback of the task that has recorded a run's publications, for its success as for its failure.

    What is told is what the ledger says, so a run that ended before it was recorded tells nothing; nor does a replay of
    quarantined rows, which somebody has asked for and waits for, unless a person overrides the gate for it. The ledger
    also notes that a message is on its way before it is sent: a task that is tried or cleared again sends none twice. A
    message that cannot be sent is an error in the task's log and fails nothing.
    """

    def notify(self, context: Context) -> None:
        """See the class.

        :param context: of a task with a ``run_uri`` and the ``stage`` whose reports it recorded
        """
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.hooks.ledger import LedgerHook
        from groundwork.hooks.publications import Publications
        from groundwork.spec.run import FrozenRun

        task: Any = context["ti"].task
        run = EvidenceHook().read(task.run_uri, FrozenRun)
        declared = run.environment.notifications
        if declared is None or (run.replay_id and run.blocked_replay is None):
            return
        ledger = LedgerHook(table=run.environment.ledger_table, region_name=run.environment.region)
        publications = Publications(ledger, run.contract.product)
        for batch in run.batches:
            publication = publications.get(batch.batch_id)
            if publication is None or publication.run != run.prefix:
                continue
            outcome = outcome_of(publication, overridden=task.stage == "publish")
            if outcome in declared.outcomes and publications.note_message(publication):
                self._send(context, declared, batch_message(run, batch, publication, outcome))

    def _send(self, context: Context, declared: Notifications, message: BatchMessage) -> None:
        from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

        region = declared.topic.split(":")[3]
        sns = SnsNotifier(
            aws_conn_id=None,
            region_name=region,
            target_arn=declared.topic,
            subject=message.subject,
            message=message.text,
            message_attributes=message.attributes,
        )
        try:
            # Not called as a callback: that would render reasons and titles as templates.
            sns.notify(context)
        except Exception:
            # Whatever it is: the batch is recorded, and the next one is told of.
            self.log.exception("nobody was told that batch %s is %s", message.batch_id, message.outcome)
        else:
            self.log.info("told %s: %s", declared.topic, message.subject)


def outcome_of(publication: Publication, *, overridden: bool) -> BatchOutcome:
    """What became of a batch, as the ledger says."""
    if publication.state == "blocked":
        return "blocked"
    if overridden:
        return "overridden"
    return "warned" if publication.reasons else "published"


def batch_message(run: FrozenRun, batch: Batch, publication: Publication, outcome: BatchOutcome) -> BatchMessage:
    """The message about one batch of a run."""
    from groundwork.notifiers.batch_message import BatchMessage
    from groundwork.spec.uri import object_url

    environment = run.environment
    page = f"{publication.report_uri.removesuffix('.report.json')}.report.html"
    return BatchMessage(
        environment=environment.name,
        product=run.contract.product,
        title=run.contract.title,
        batch_id=batch.batch_id,
        outcome=outcome,
        reasons=publication.reasons,
        counts=publication.counts,
        report=object_url(environment.object_url, environment.region, page),
        by=publication.by if outcome == "overridden" else "",
        why=publication.reason if outcome == "overridden" else "",
        replay=run.replay_id is not None,
    )
