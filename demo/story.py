"""Releases one delivery after the other and waits for facts in the ledger."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from demo.deliveries import Delivery
from demo.facts import Facts, Ledger
from demo.progress import STATES, Progress
from demo.source_system import SourceSystem
from demo.steps import Step
from demo.view import View
from groundwork.spec import names
from groundwork.spec.contract import Contract

STAGES = ("acquire_data", "refine_data")
NOTE = "triggered by the demo"
POLL_SECONDS = 1.0
TICKS_PER_LOOK = 3
TIDY_SECONDS = 30.0
ACTIVE = ("queued", "running")
MENDS = {
    "refused": "the contract's landing files are not what it declares; the reasons stand in the acquisition's log",
    "blocked": "the gate keeps it back; a person may override it by publish_batch__{product}",
    "undone": "a person took the publish back; bring it back by refine_data__{product} with replay",
}


class StoryError(Exception):
    """The story cannot go on; the message says why."""


class Airflow(Protocol):
    """What the story asks of Airflow."""

    def trigger(self, dag_id: str, note: str) -> str:
        """Start a run."""

    def is_active(self, dag_id: str) -> bool:
        """Whether a run waits or goes on."""

    def runs(self, dag_id: str = "~", **filters: object) -> list[dict[str, object]]:
        """Runs, oldest first."""

    def explain_failure(self, run: dict[str, object]) -> str:
        """Why a run failed."""


class Models(Protocol):
    """What the story asks of the chapter about models."""

    steps: list[Step]

    @property
    def dag_ids(self) -> set[str]:
        """DAGs whose failure ends the story."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to tell."""

    @property
    def reached(self) -> set[str]:
        """What deliveries may wait for."""

    def look_back(self) -> None:
        """Find what an earlier story has done."""

    def advance(self) -> None:
        """Go on with the step that is next."""


class Story:
    """The deliveries on their way.

    :param deliveries: in the order of their release
    :param contracts: product → contract
    :param source: delivers the files
    :param ledger: says how far they are
    :param airflow: runs the stages
    :param models: what is done with the data, step by step
    :param view: shows it
    :param address: where to watch Airflow
    """

    def __init__(
        self,
        *,
        deliveries: Sequence[Delivery],
        contracts: Mapping[str, Contract],
        source: SourceSystem,
        ledger: Ledger,
        airflow: Airflow,
        models: Models,
        view: View,
        address: str,
    ) -> None:
        self.progress = [Progress(delivery, source.batch_id(delivery)) for delivery in deliveries]
        self._contracts = contracts
        self._source = source
        self._ledger = ledger
        self._airflow = airflow
        self._models = models
        self._view = view
        self._address = address
        self._began = datetime.now(UTC)

    def run(self, seconds: float) -> None:
        """See every delivery published, and the models to the end of their chapter.

        :param seconds: how long it may take
        :raises StoryError: a delivery is refused, blocked or undone, a run failed, or it takes too long
        """
        until = time.monotonic() + seconds
        self._find_published()
        self._models.look_back()
        tick = 0
        while not self._models.is_done or not all(each.is_published for each in self.progress):
            for each in self.progress:
                self._advance(each)
            self._models.advance()
            if tick % TICKS_PER_LOOK == 0:
                self._look_for_failures()
            self._view.show(self.progress, self._models.steps, self._address)
            if time.monotonic() > until:
                raise StoryError(self._too_late(seconds))
            tick += 1
            time.sleep(POLL_SECONDS)
        self._view.show(self.progress, self._models.steps, self._address)
        self._let_runs_end()

    def _let_runs_end(self) -> None:
        """What is published is a fact; the runs that made it so still tidy up and should be seen finished."""
        until = time.monotonic() + TIDY_SECONDS
        while any(run["dag_id"] in self._of_deliveries for run in self._airflow.runs(state=ACTIVE)):
            if time.monotonic() > until:
                return
            time.sleep(POLL_SECONDS)

    @property
    def _of_deliveries(self) -> set[str]:
        return {names.dag_id(stage, each.delivery.product) for stage in STAGES for each in self.progress}

    def _find_published(self) -> None:
        for each in self.progress:
            if self._facts(each).state == "published":
                each.state, each.already = "published", True

    def _advance(self, each: Progress) -> None:
        if each.is_published or (each.released is None and not self._may_come(each.delivery)):
            return
        facts = self._facts(each)
        if facts.state in MENDS:
            raise StoryError(_dead_end(each, facts))
        if each.released is None:
            self._release(each, facts)
        if facts.state in STATES:
            each.reach(facts.state)

    def _may_come(self, delivery: Delivery) -> bool:
        published = {each.delivery.name for each in self.progress if each.is_published}
        return (published | self._models.reached).issuperset(delivery.after)

    def _release(self, each: Progress, facts: Facts) -> None:
        """Deliver and wake Airflow; where an earlier story was cut off, go on behind it."""
        each.released = time.monotonic()
        product = each.delivery.product
        stage = STAGES[0]
        if facts.state == "acquired":
            stage = STAGES[1]
        else:
            self._source.deliver(each.delivery, self._contracts[product])
        each.reach("delivered")
        dag_id = names.dag_id(stage, product)
        if not self._airflow.is_active(dag_id):
            self._airflow.trigger(dag_id, NOTE)

    def _look_for_failures(self) -> None:
        for run in self._airflow.runs(state="failed", end_date_gte=self._began.isoformat()):
            if run["dag_id"] in self._of_deliveries | self._models.dag_ids:
                self._raise_dead_ends()
                raise StoryError(self._airflow.explain_failure(run))

    def _raise_dead_ends(self) -> None:
        """Let the ledger speak first: a refusal or a blocked gate also fails its run, and its reasons say more."""
        for each in self.progress:
            if each.released is not None and (facts := self._facts(each)).state in MENDS:
                raise StoryError(_dead_end(each, facts))

    def _facts(self, each: Progress) -> Facts:
        return self._ledger.facts(each.delivery.product, each.batch_id)

    def _too_late(self, seconds: float) -> str:
        late = [f"{each.delivery.name} is {each.state}" for each in self.progress if not each.is_published]
        late += [f"{step.name} is {step.state}" for step in self._models.steps if step.state != "done"]
        return f"the story did not end within {seconds:.0f} s: {'; '.join(late)}"


def _dead_end(each: Progress, facts: Facts) -> str:
    record = facts.publication or facts.batch or {}
    reasons = "; ".join(str(reason) for reason in record.get("reasons", ())) or "no reason is recorded"
    mend = MENDS[facts.state].format(product=each.delivery.product)
    return f"{each.delivery.name} (batch {each.batch_id}) is {facts.state}: {reasons}. {mend}"
