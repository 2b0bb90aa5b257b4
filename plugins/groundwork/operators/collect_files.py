"""The first step of an acquisition: new, whole, readable files become a batch."""

from __future__ import annotations

import time
from collections.abc import Collection as Many
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from groundwork.operators.planning import PlanningOperator
from groundwork.operators.run_planning import holder

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.batches import Batches
    from groundwork.hooks.collection import Collection, Look
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.writers import WrittenLayer
    from groundwork.spec.run import Batch


class CollectFilesOperator(PlanningOperator):
    """Waits for files, examines each new one once, and freezes a run that loads those that can be loaded.

    A batch that an earlier run has claimed and not recorded comes first. Skipped where nothing new comes in time; the
    parameter ``wait_minutes`` says how long. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: the product is not registered, or every new file is refused
        :raises AirflowSkipException: nothing new has come
        """
        self._refuse_unregistered()
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        batches = self._batches(ledger)
        collection = self._collection(batches)
        look = collection.look()
        if not look.candidates and not batches.unfinished():
            self._wait_for_files(context, look)
        token = self._become_writer(context, ledger, self._layers())
        batch = self._unfinished(context, collection, batches)
        batch = batch or self._claim(context, collection, batches, look.refused)
        if batch is None:
            self._release(context, ledger)
            self._wait_for_files(context, collection.look())
        refines = self.product.contract.refine_with_acquire
        return self._freeze(context, [batch], token, history=self._history(ledger, [batch]) if refines else ())

    def _refuse_unregistered(self) -> None:
        contract = self.product.contract
        if contract.registered:
            return
        problem = f"its status is {contract.status}" if contract.status != "active" else "no landing server is declared"
        raise AirflowFailException(
            f"{contract.product} is not registered, so nothing is acquired: {problem}. In contracts/"
            f"{contract.product}.yaml set status: active and declare a server named landing"
        )

    def _layers(self) -> tuple[WrittenLayer, ...]:
        return ("raw", "refined") if self.product.contract.refine_with_acquire else ("raw",)

    def _batches(self, ledger: LedgerHook) -> Batches:
        from groundwork.hooks.batches import Batches

        return Batches(ledger, self.product_name)

    def _collection(self, batches: Batches) -> Collection:
        from groundwork.hooks.collection import Collection
        from groundwork.hooks.landing import LandingHook, landing_place

        place = landing_place(self.environment, self.product.contract)
        return Collection(LandingHook(place, region_name=self.environment.region), batches, self.product.contract)

    def _unfinished(self, context: Context, collection: Collection, batches: Batches) -> Batch | None:
        """The batch that was claimed and has no receipt: its run ended in between."""
        record = batches.unfinished()
        if record is None:
            return None
        me = holder(context["ti"].dag_id, context["ti"].run_id)
        if record.claimed_by != me and not batches.take_over(record, me):
            raise AirflowException("another run goes on with the unfinished batch; the retry looks again")
        if (changed := collection.changed(record.batch)) and not self._is_in_raw(record.batch):
            # No job could load it any more, and as long as it is claimed nothing else would be.
            self.log.error("giving batch %s up: %s", record.batch.batch_id, "; ".join(changed))
            batches.record_refused(record.batch, changed, contract_digest="", report_uri=None)
            return None
        self.log.warning("going on with batch %s, claimed by %s", record.batch.batch_id, record.claimed_by)
        return record.batch

    def _is_in_raw(self, batch: Batch) -> bool:
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.spec.names import table

        name = table(self.environment, self.product.contract, "raw")
        return CatalogueHook(region_name=self.environment.region).has_batch(name, batch.batch_id)

    def _claim(
        self, context: Context, collection: Collection, batches: Batches, refused_before: list[str]
    ) -> Batch | None:
        """A new batch of the files that can be loaded; None where there are none and none is refused either.

        :param refused_before: by the look before this run became the writer, which no later look tells again
        """
        look = collection.look()
        examined = collection.examine(look.candidates)
        refused = [*refused_before, *look.refused, *examined.refused]
        if refused:
            context["ti"].xcom_push(key="refused_files", value=refused[:50])
        if not examined.loadable:
            if refused:
                self._release(context, self._ledger())
                raise AirflowFailException("no file can be loaded:\n" + "\n".join(refused))
            return None
        me = holder(context["ti"].dag_id, context["ti"].run_id)
        batch = batches.claim(examined.loadable, datetime.now(UTC), me)
        if batch is None:
            raise AirflowException("another run took the files at this moment; the retry looks again")
        self.log.info("batch %s: %s", batch.batch_id, ", ".join(file.name for file in batch.files))
        return batch

    def _wait_for_files(self, context: Context, look: Look) -> NoReturn:
        if look.refused:
            raise AirflowFailException("no file can be loaded:\n" + "\n".join(look.refused))
        deadline = self._deadline(context)
        if time.time() >= deadline:
            waiting = f"; waited for: {'; '.join(look.waiting[:10])}" if look.waiting else ""
            raise AirflowSkipException(f"nothing new has landed for {self.product_name}{waiting}")
        self._defer_until_files(deadline, look.seen)

    def _defer_until_files(self, deadline: float, known: Many[str]) -> NoReturn:
        from groundwork.hooks.landing import landing_place
        from groundwork.triggers.landing_files import LandingFilesTrigger

        place = landing_place(self.environment, self.product.contract)
        self.log.info("waiting for files at s3://%s/%s%s", place.bucket, place.folder, place.pattern)
        trigger = LandingFilesTrigger(
            bucket=place.bucket,
            folder=place.folder,
            pattern=place.pattern,
            manifest=place.manifest,
            settle_seconds=place.settle_seconds,
            known=sorted(known),
            poll_seconds=self.environment.landing_poll_seconds,
            deadline=deadline,
            region_name=self.environment.region,
        )
        self.defer(trigger=trigger, method_name="execute_again")

    def _deadline(self, context: Context) -> float:
        """When the wait is over; counted from the run's start, so that every try and resumption knows it."""
        minutes = float(context["params"]["wait_minutes"])
        run = context["dag_run"]
        return (run.start_date or run.run_after).timestamp() + minutes * 60
