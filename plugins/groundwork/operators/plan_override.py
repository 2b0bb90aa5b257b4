"""The first step of an override: whether a person may publish what the gate holds back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.planning import PlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.publications import Publication
    from groundwork.spec.run import Batch, FrozenRun, LookUpPin


class PlanOverrideOperator(PlanningOperator):
    """Freezes a run that publishes what the gate has blocked, with the person and the reason.

    That is a batch, or a replay of a published batch's quarantined rows. A replay is frozen with what it was judged by:
    its contract, rules, look-ups and time. Parameters: ``batch_id`` and ``reason``. Returns the address of the frozen
    run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: neither the batch nor a replay of its quarantined rows is blocked, the reason does
            not say enough, a product that the rules look up was published too long ago, or the blocked replay's frozen
            run cannot be read any more
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        self._held_back(context, ledger)
        (batch, replay, look_ups), token = self._look_as_writer(
            context, ledger, lambda: self._held_back(context, ledger)
        )
        history = self._history(ledger, [batch])
        reason = context["params"]["reason"]
        if replay is None:
            return self._freeze(context, [batch], token, look_ups=look_ups, history=history, reason=reason)
        changes = {"batches": (batch,), "history": tuple(history), "reason": reason, "fencing_token": token}
        judged = {"frozen_at": replay.frozen_at, "blocked_replay": replay.prefix}
        run = replay.model_copy(update={**self._begun(context), **changes, **judged})
        return self._write(run, f"batch {batch.batch_id}, as it was judged at {replay.prefix}")

    def _held_back(self, context: Context, ledger: LedgerHook) -> tuple[Batch, FrozenRun | None, tuple[LookUpPin, ...]]:
        """The batch; of a blocked replay its run, of a blocked batch what its rules look up now."""
        batch, publication = self._batch(context, ledger)
        if publication.state == "blocked":
            return batch, None, self._look_up_pins()
        return batch, self._blocked_replay(publication), ()

    def _blocked_replay(self, publication: Publication) -> FrozenRun:
        from groundwork.hooks.evidence import EvidenceError, EvidenceHook
        from groundwork.spec.run import FrozenRun

        assert publication.blocked_replay is not None
        try:
            uri = f"{publication.blocked_replay['run']}run.json"
            return EvidenceHook(region_name=self.environment.region).read(uri, FrozenRun)
        except EvidenceError as error:
            raise AirflowFailException(
                f"{error}. What the blocked replay was judged by is not known any more: trigger "
                f"replay_quarantine__{self.product_name} again"
            ) from error

    def _batch(self, context: Context, ledger: LedgerHook) -> tuple[Batch, Publication]:
        from groundwork.decisions.publication import decide_override
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.publications import Publications

        batch_id = context["params"]["batch_id"]
        record = Batches(ledger, self.product_name).get(batch_id)
        publication = Publications(ledger, self.product_name).get(batch_id)
        replay = publication.blocked_replay if publication else None
        blocked_reasons = replay["reasons"] if replay else publication.reasons if publication else ()
        decision = decide_override(
            publication.state if publication else None,
            context["params"]["reason"],
            blocked_reasons,
            blocked_replay=replay is not None,
        )
        if decision.outcome != "publish" or record is None or publication is None:
            raise AirflowFailException(f"batch {batch_id} of {self.product_name}: {'; '.join(decision.reasons)}")
        return record.batch, publication
