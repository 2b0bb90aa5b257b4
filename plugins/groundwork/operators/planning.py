"""What the first task of every run does: become the writer, and freeze what the run works with."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.writers import WrittenLayer
    from groundwork.spec.environment import Environment
    from groundwork.spec.include import Product
    from groundwork.spec.run import Batch, JobBundle, LookUpPin

Found = TypeVar("Found")

LEASE_PAUSE = timedelta(seconds=10)
RECORD_MINUTES = 15
"""What a run needs beside its job; a run that takes longer loses its lease."""


class PlanningOperator(BaseOperator):
    """Decides what a run works on and freezes it.

    :param include: folder of the declarations
    :param environment: where Groundwork runs
    :param product: the data product
    """

    ui_color = "#dbe9f9"

    def __init__(self, *, include: str, environment: Environment, product: Product, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.include = include
        self.environment = environment
        self.product = product

    @property
    def product_name(self) -> str:
        """The product's name."""
        return self.product.contract.product

    def execute_again(self, context: Context, event: Any = None) -> str:  # noqa: ARG002 - Airflow gives it
        """After a wait: everything is looked at anew.

        :param event: of the trigger
        """
        result: str = self.execute(context)
        return result

    def _ledger(self) -> LedgerHook:
        from groundwork.hooks.ledger import LedgerHook

        return LedgerHook(table=self.environment.ledger_table, region_name=self.environment.region)

    def _frozen(self, context: Context) -> str | None:
        """Address of the frozen run where an earlier try of this task has written it."""
        from groundwork.hooks.evidence import EvidenceHook, MissingEvidenceError
        from groundwork.spec.run import FrozenRun

        uri = f"{self._prefix(context)}run.json"
        try:
            EvidenceHook(region_name=self.environment.region).read(uri, FrozenRun)
        except MissingEvidenceError:
            return None
        self.log.info("an earlier try has frozen this run: %s. Trigger a new run to use what is declared now", uri)
        return uri

    def _become_writer(self, context: Context, ledger: LedgerHook, layers: Sequence[WrittenLayer]) -> int:
        """Take the leases; waits deferred while another run has one.

        :return: the fencing token of the last layer
        """
        from groundwork.hooks.writers import Writers

        writers = Writers(ledger, self.product_name)
        seconds = (self.environment.engine.execution_timeout_minutes + RECORD_MINUTES) * 60.0
        token = 0
        for layer in layers:
            taken = writers.take(layer, _holder(context), seconds, lambda other: _is_over(context, other))
            if taken is None:
                writers.release(_holder(context))
                self._wait_for_writer(f"{writers.holder(layer)} writes {layer}/{self.product_name}")
            token = taken
        return token

    def _look_as_writer(self, context: Context, ledger: LedgerHook, look: Callable[[], Found]) -> tuple[Found, int]:
        """Become the refined table's writer, then look again: the run that wrote until now may have done the work.

        :param look: what the run is about; raises where there is nothing to do, and then the lease is let go
        :return: what was found, and the fencing token
        """
        token = self._become_writer(context, ledger, ["refined"])
        try:
            return look(), token
        except (AirflowSkipException, AirflowFailException):
            self._release(context, ledger)
            raise

    def _wait_for_writer(self, why: str) -> NoReturn:
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        self.log.info("%s; looking again in %s s", why, LEASE_PAUSE.seconds)
        self.defer(trigger=TimeDeltaTrigger(LEASE_PAUSE), method_name="execute_again")

    def _release(self, context: Context, ledger: LedgerHook) -> None:
        from groundwork.hooks.writers import Writers

        Writers(ledger, self.product_name).release(_holder(context))

    def _freeze(
        self,
        context: Context,
        batches: Sequence[Batch],
        fencing_token: int,
        *,
        look_ups: Sequence[LookUpPin] = (),
        reason: str = "",
        replay: bool = False,
        takes_back: int | None = None,
    ) -> str:
        """Write ``run.json``.

        :return: its address
        """
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.run import FrozenRun

        run = FrozenRun(
            prefix=self._prefix(context),
            dag_id=context["ti"].dag_id,
            run_id=context["ti"].run_id,
            requested_by=self._requested_by(context),
            reason=reason,
            replay=replay,
            takes_back=takes_back,
            frozen_at=datetime.now(UTC),
            environment=self.environment,
            contract=self.product.contract,
            ruleset=self.product.ruleset,
            bundle=self._bundle(),
            batches=tuple(batches),
            look_ups=tuple(look_ups),
            fencing_token=fencing_token,
        )
        EvidenceHook(region_name=self.environment.region).write(run.uri, run)
        self.log.info("%s: batches %s", run.uri, ", ".join(batch.batch_id for batch in batches))
        return run.uri

    def _look_up_pins(self) -> tuple[LookUpPin, ...]:
        """The current snapshot of every product that the rules look up.

        :raises AirflowSkipException: one of them is not published yet; its own publication wakes this product
        """
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.spec import names
        from groundwork.spec.include import load_product
        from groundwork.spec.run import LookUpPin

        catalogue = CatalogueHook(region_name=self.environment.region)
        pins = []
        for look_up in self.product.ruleset.look_ups:
            contract = load_product(Path(self.include), look_up).contract
            table = names.table(self.environment, contract, "refined")
            snapshot_id = catalogue.current_snapshot(table)
            if snapshot_id is None:
                raise AirflowSkipException(
                    f"{self.product_name} looks up {look_up}, which is not published yet; its publication starts this "
                    "refinement again"
                )
            pins.append(LookUpPin(product=look_up, table=table, snapshot_id=snapshot_id))
        return tuple(pins)

    def _bundle(self) -> JobBundle:
        from groundwork.spec.run import JobBundle

        file = Path(self.include) / "job_bundle.json"
        try:
            return JobBundle.model_validate(json.loads(file.read_text()))
        except FileNotFoundError as error:
            raise AirflowFailException(f"{file} is not there, so no job code is known: run make bundle") from error
        except ValueError as error:
            raise AirflowFailException(f"{file} is not a job bundle's manifest: run make bundle ({error})") from error

    def _requested_by(self, context: Context) -> str:
        return getattr(context["dag_run"], "triggering_user_name", None) or self.product.contract.owner

    def _prefix(self, context: Context) -> str:
        from groundwork.spec.names import run_prefix

        return run_prefix(self.environment, context["ti"].dag_id, context["ti"].run_id)


def _holder(context: Context) -> str:
    """Name of this run as a lease's holder."""
    return holder(context["ti"].dag_id, context["ti"].run_id)


def holder(dag_id: str, run_id: str) -> str:
    """Name of a run as a lease's holder; a dag_id has no slash."""
    return f"{dag_id}/{run_id}"


def _is_over(context: Context, other: str) -> bool:
    """Whether the run that holds a lease has ended: failed, or marked so by hand, before it could let go."""
    from airflow.sdk.exceptions import AirflowRuntimeError

    dag_id, _, run_id = other.partition("/")
    try:
        return context["ti"].get_dagrun_state(dag_id, run_id) in ("success", "failed")
    except AirflowRuntimeError:
        # The run was deleted; its lease ends by itself.
        return False
