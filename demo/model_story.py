"""The second half of the story: a model is trained, approved by somebody else, released, watched, and trained again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.airflow_api import AirflowApi
from demo.deliveries import DATA_CHOSEN
from demo.facts import Ledger, Record
from demo.requests import Requests
from demo.steps import DONE, GOING, WAITING, Step
from groundwork.spec import names
from groundwork.spec.environment import Environment
from groundwork.spec.ledger import batch_sort_key, model_key, view_key
from groundwork.spec.model import Model
from groundwork.spec.uri import parse_uri

APPROVE = "Approve"
REASON = "Two more months of flights have arrived since the version that serves was trained."


@dataclass(frozen=True)
class People:
    """Who does what, each logged in as themselves.

    :param requester: asks for a version
    :param approver: decides about it
    :param operator: watches what serves
    """

    requester: AirflowApi
    approver: AirflowApi
    operator: AirflowApi


class ModelStory:
    """One model on its way, by facts of the ledger.

    :param first: batch that is learnt from
    :param watched: what is delivered for a month → its batch and the month's number
    :param s3: client, to see that a run has frozen what it works with
    """

    def __init__(
        self,
        *,
        model: Model,
        environment: Environment,
        ledger: Ledger,
        people: People,
        requests: Requests,
        s3: Any,
        first: str,
        watched: Mapping[str, tuple[str, int]],
    ) -> None:
        self._model = model
        self._environment = environment
        self._ledger = ledger
        self._people = people
        self._requests = requests
        self._s3 = s3
        self._first = first
        self._runs: dict[str, str] = {}
        self._chosen = False
        self._goes_on = False
        self.refusal = ""
        self.steps = [
            Step("features, January–May", self._built),
            Step("trained and registered", self._registered),
            Step("approved by another person", self._approved),
            Step("endpoint live", self._live),
            *(
                Step(f"{name} scored, asked, watched", self._watch(index, batch, month))
                for index, (name, (batch, month)) in enumerate(watched.items(), 1)
            ),
            Step("challenger waits for a person", self._challenged),
        ]

    @property
    def dag_ids(self) -> set[str]:
        """DAGs whose failure ends the story."""
        # A look that ends in human review fails its run, and is a look all the same.
        stages = ("train_model", "release_model", "score_data")
        view = names.dag_id("build_features", self._model.features.view)
        return {view, *(names.dag_id(stage, self._model.name) for stage in stages)}

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to tell."""
        return all(step.state == DONE for step in self.steps)

    @property
    def reached(self) -> set[str]:
        """What deliveries may wait for."""
        return {DATA_CHOSEN} if self._chosen else set()

    def look_back(self) -> None:
        """Find what an earlier story has done, without doing anything."""
        done = [
            self._batch(view_key(self._model.features.view), self._first) is not None,
            bool(self._versions()),
            bool(self._records("approval#")),
            self._serving() is not None,
            *(len(self._looks()) >= number for number in range(1, len(self.steps) - 4)),
            len(self._versions()) > 1,
        ]
        for step, was_done in zip(self.steps, done, strict=True):
            if not was_done:
                break
            step.state, step.note = DONE, "already before this run"
        self._chosen = done[1]
        self._goes_on = any(done)

    def advance(self) -> None:
        """Go on with the step that is next."""
        step = next((step for step in self.steps if step.state != DONE), None)
        if step is None:
            return
        if step.state == WAITING:
            step.state, step.began = GOING, time.monotonic()
        if step.work():
            step.state, step.ended = DONE, time.monotonic()

    # The steps, in their order.

    def _built(self) -> bool:
        return self._batch(view_key(self._model.features.view), self._first) is not None

    def _registered(self) -> bool:
        if not self._chosen:
            self._chosen = self._has_frozen("train_model", self._asked(self._people.requester, "train_model"))
        return bool(self._versions())

    def _approved(self) -> bool:
        """The requester tries first, and is refused; then somebody else says yes."""
        if self._records("approval#"):
            return True
        dag_id = names.dag_id("release_model", self._model.name)
        question = self._people.requester.open_question(dag_id)
        if question is None:
            return False
        if not self.refusal:
            self.refusal = self._people.requester.answer(question, APPROVE, "My own model is good.") or "accepted"
            return False
        self._people.approver.answer(question, APPROVE, "Above every threshold; slices looked at.")
        return False

    def _live(self) -> bool:
        return self._serving() is not None

    def _watch(self, number: int, batch: str, month: int) -> Callable[[], bool]:
        def work() -> bool:
            if len(self._looks()) >= number:
                return True
            scored = self._batch(model_key(self._model.name), batch)
            if scored is None:
                self._score_if_cut_off(batch)
                return False
            if f"asked {batch}" not in self._runs:
                self._requests.send(scored["run"], month)
                self._runs[f"asked {batch}"] = "all"
            key = f"monitor {batch}"
            if key not in self._runs:
                self._runs[key] = self._people.operator.trigger(
                    names.dag_id("monitor_model", self._model.name), "triggered by the demo"
                )
            return False

        return work

    def _score_if_cut_off(self, batch: str) -> None:
        """A story that was cut off may have lost a scoring run; a new event will not come."""
        dag_id = names.dag_id("score_data", self._model.name)
        built = self._batch(view_key(self._model.features.view), batch) is not None
        if self._goes_on and built and dag_id not in self._runs and not self._people.operator.is_active(dag_id):
            self._runs[dag_id] = self._people.operator.trigger(dag_id, "triggered by the demo")

    def _challenged(self) -> bool:
        """The monitor has asked for a new version, or a person does."""
        if len(self._versions()) > 1:
            return self._people.approver.open_question(names.dag_id("release_model", self._model.name)) is not None
        if self._looks()[-1]["outcome"] != "retrain":
            self._asked(self._people.requester, "train_model", {"reason": REASON}, again=True)
        return False

    # What they ask.

    def _asked(
        self, person: AirflowApi, stage: str, conf: Mapping[str, str] | None = None, *, again: bool = False
    ) -> str:
        """Id of the run that this story, or one that was cut off, has triggered."""
        key = f"{stage} again" if again else stage
        if key not in self._runs:
            dag_id = names.dag_id(stage, self._model.name)
            active = [run["dag_run_id"] for run in person.runs(dag_id, state=("queued", "running"))]
            self._runs[key] = active[-1] if active else person.trigger(dag_id, "triggered by the demo", conf)
        return self._runs[key]

    def _has_frozen(self, stage: str, run_id: str) -> bool:
        prefix = names.run_prefix(self._environment, names.dag_id(stage, self._model.name), run_id)
        place = parse_uri(f"{prefix}run.json")
        found = self._s3.list_objects_v2(Bucket=place.bucket, Prefix=place.key)
        return bool(found.get("KeyCount"))

    def _versions(self) -> Sequence[Record]:
        return self._records("version#")

    def _looks(self) -> Sequence[Record]:
        return self._records("look#")

    def _serving(self) -> Record | None:
        return next(iter(self._records("serving")), None)

    def _records(self, prefix: str) -> Sequence[Record]:
        return self._ledger.records(model_key(self._model.name), prefix)

    def _batch(self, partition: str, batch_id: str) -> Record | None:
        return next(iter(self._ledger.records(partition, batch_sort_key(batch_id))), None)
