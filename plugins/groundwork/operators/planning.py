"""What the first task of every run about a product does: become the writer, and freeze what the run works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from groundwork.operators.run_planning import RunPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.catalogue import CatalogueHook
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.history import BatchFigures
    from groundwork.spec.include import Product
    from groundwork.spec.run import Batch, LookUpPin

Found = TypeVar("Found")


class PlanningOperator(RunPlanningOperator):
    """Decides what a run works on and freezes it.

    :param product: the data product
    """

    def __init__(self, *, product: Product, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.product = product

    @property
    def product_name(self) -> str:
        """The product's name."""
        return self.product.contract.product

    @property
    def subject(self) -> str:
        """The product."""
        return self.product_name

    @property
    def accountable(self) -> str:
        """The product's owner."""
        return self.product.contract.owner

    def _frozen(self, context: Context) -> str | None:
        from groundwork.spec.run import FrozenRun

        return self._frozen_before(context, FrozenRun)

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

    def _freeze(
        self,
        context: Context,
        batches: Sequence[Batch],
        fencing_token: int,
        *,
        look_ups: Sequence[LookUpPin] = (),
        history: Sequence[BatchFigures] = (),
        reason: str = "",
        replay: bool = False,
        quarantined_rules: tuple[str, ...] | None = None,
        takes_back: int | None = None,
    ) -> str:
        """Write ``run.json``.

        :return: its address
        """
        from groundwork.spec.run import FrozenRun

        run = FrozenRun(
            **self._begun(context),
            reason=reason,
            replay=replay,
            quarantined_rules=quarantined_rules,
            takes_back=takes_back,
            contract=self.product.contract,
            ruleset=self.product.ruleset,
            batches=tuple(batches),
            look_ups=tuple(look_ups),
            history=tuple(history),
            fencing_token=fencing_token,
        )
        return self._write(run, f"batches {', '.join(batch.batch_id for batch in batches)}")

    def _refuse_changed_columns(self) -> None:
        """See that the published table can become what the contract declares, before a job begins.

        :raises AirflowFailException: the contract drops, narrows or retypes a published column
        """
        from groundwork.decisions.schema import decide_columns
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.spec import names

        contract = self.product.contract
        table = names.table(self.environment, contract, "refined")
        there = CatalogueHook(region_name=self.environment.region).columns(table)
        decision = decide_columns(there, contract)
        if decision.outcome == "refuse":
            raise AirflowFailException(f"{table}: {'; '.join(decision.reasons)}")

    def _history(self, ledger: LedgerHook, batches: Sequence[Batch]) -> list[BatchFigures]:
        """Figures of the product's published batches before these, for the gate and the report."""
        from groundwork.hooks.history import published_figures
        from groundwork.spec.history import WHOLE

        looked_at = frozenset([*WHOLE, *(anomaly.key for anomaly in self.product.ruleset.gate.anomalies)])
        found = published_figures(ledger, self.product_name, batches, self.environment.region)
        return [item.only(looked_at) for item in found]

    def _look_up_pins(self) -> tuple[LookUpPin, ...]:
        """The current snapshot of every product that the rules look up.

        :raises AirflowSkipException: one of them is not published yet; its own publication wakes this product
        :raises AirflowFailException: one was published longer ago than a rule allows
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
            self._refuse_stale(catalogue, pins[-1])
        return tuple(pins)

    def _refuse_stale(self, catalogue: CatalogueHook, pin: LookUpPin) -> None:
        from groundwork.decisions.look_up import decide_look_up
        from groundwork.spec.rules.enrich import Enrich

        rules = (rule for rule in self.product.ruleset.rules if isinstance(rule, Enrich))
        aged = [rule for rule in rules if rule.product == pin.product and rule.maximum_age_hours is not None]
        committed_at = catalogue.committed_at(pin.table, pin.snapshot_id) if aged else None
        # A snapshot that has expired meanwhile the job refuses.
        decisions = [decide_look_up(rule, committed_at, datetime.now(UTC)) for rule in aged if committed_at]
        reasons = [reason for decision in decisions for reason in decision.reasons]
        if reasons:
            raise AirflowFailException("; ".join(reasons))
