"""The first step of a replay: which batches have quarantined rows that a person wants to take up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from groundwork.operators.planning import PlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.run import Batch


class PlanReplayOperator(PlanningOperator):
    """Freezes a run over published batches of which rows wait in quarantine, with the person and the reason.

    Parameters: ``batch_id`` (empty: every such batch), ``rules`` (empty: whatever rule the rows broke) and ``reason``.
    Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: no row waits, or a product that the rules look up is not published yet
        :raises AirflowFailException: the batch asked for is not published or has no such row, the reason does not say
            enough, or a product that the rules look up was published too long ago
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        self._batches(context, ledger)
        look_ups = self._look_up_pins()
        batches, token = self._look_as_writer(context, ledger, lambda: self._batches(context, ledger))
        rules = tuple(context["params"]["rules"] or ())
        reason = context["params"]["reason"]
        history = self._history(ledger, batches)
        return self._freeze(
            context, batches, token, look_ups=look_ups, history=history, reason=reason, quarantined_rules=rules
        )

    def _batches(self, context: Context, ledger: LedgerHook) -> list[Batch]:
        from groundwork.decisions.replay import decide_replay
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.publications import Publications

        asked, reason = context["params"]["batch_id"], context["params"]["reason"]
        publications = Publications(ledger, self.product_name).all()
        found = []
        for record in Batches(ledger, self.product_name).all():
            publication = publications.get(record.batch.batch_id)
            state = publication.state if publication else None
            quarantined = publication.counts.get("quarantined", 0) if publication else 0
            decision = decide_replay(state, quarantined, reason)
            if decision.outcome == "replay" and asked in (None, record.batch.batch_id):
                found.append(record.batch)
            elif asked == record.batch.batch_id:
                raise AirflowFailException(f"batch {asked} of {self.product_name}: {'; '.join(decision.reasons)}")
        if asked and not found:
            raise AirflowFailException(f"batch {asked} of {self.product_name} is unknown; mind its 16 characters")
        if not found:
            raise AirflowSkipException(f"no row of {self.product_name} waits in quarantine")
        return found
