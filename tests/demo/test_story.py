"""The driver waits on facts: real records behind a real DynamoDB API, and an Airflow that leaves them when told to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import demo.story as story_module
from demo.deliveries import Delivery
from demo.facts import Ledger
from demo.progress import Progress
from demo.source_system import SourceSystem
from demo.steps import DONE, WAITING, Step
from demo.story import Story, StoryError
from demo.view import PlainView
from groundwork.spec.include import load_environment, load_product
from groundwork.spec.names import batch_id
from sandbox.settings import REPOSITORY

INCLUDE = REPOSITORY / "include"
LEDGER = "groundwork-sandbox"
LANDING = "groundwork-sandbox-landing"
CARRIERS = Delivery("carriers", "airlines", ("airlines.csv",))
MAY = Delivery("May", "flights", ("flights_5.csv",), "may.manifest.json", ("carriers",))
JUNE = Delivery("June", "flights", ("flights_6.csv",), "june.manifest.json", ("May",))

Record = dict[str, Any]


def batch(delivery: Delivery, state: str, **more: Any) -> Record:
    """A batch record as the hooks write it."""
    return {"pk": f"product#{delivery.product}", "sk": f"batch#{identity(delivery)}", "state": state, **more}


def publication(delivery: Delivery, state: str, **more: Any) -> Record:
    """A publication record as the hooks write it."""
    return {"pk": f"product#{delivery.product}", "sk": f"publication#{identity(delivery)}", "state": state, **more}


def content(name: str) -> bytes:
    """What the test's landing file of that name holds."""
    return f"content of {name}\n".encode()


def identity(delivery: Delivery) -> str:
    """Batch id by the content's digests."""
    return batch_id(delivery.product, [hashlib.sha256(content(name)).hexdigest() for name in delivery.files])


@dataclass
class ScriptedAirflow:
    """Writes, for each run that is triggered, the facts that the script holds for it."""

    put_fact: Callable[..., None]
    script: dict[str, list[list[Record]]]
    triggered: list[str] = field(default_factory=list)
    active: set[str] = field(default_factory=set)
    failed: list[dict[str, object]] = field(default_factory=list)

    def trigger(self, dag_id: str, note: str) -> str:
        self.triggered.append(dag_id)
        for record in self.script[dag_id].pop(0):
            self.put_fact(**record)
        return "run"

    def is_active(self, dag_id: str) -> bool:
        return dag_id in self.active

    def runs(self, dag_id: str = "~", **filters: object) -> list[dict[str, object]]:
        return self.failed if filters["state"] == "failed" else []

    def explain_failure(self, run: dict[str, object]) -> str:
        return f"run of {run['dag_id']} failed: the log says why"


class Chapter:
    """A chapter about models that is at its end, or never comes there."""

    def __init__(self, reached: tuple[str, ...] = (), *, ends: bool = True) -> None:
        self.steps = [Step("trained", lambda: ends, state=DONE if ends else WAITING)]
        self.dag_ids = {"train_model__late_arrival"}
        self.is_done = ends
        self.reached = set(reached)

    def look_back(self) -> None:
        """Nothing was before."""

    def advance(self) -> None:
        """Nothing is left to do."""


@pytest.fixture
def tell(client: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Story]:
    """Makes a story of three deliveries whose landing files are small."""
    monkeypatch.setattr(story_module, "POLL_SECONDS", 0.02)
    for delivery in (CARRIERS, MAY, JUNE):
        folder = tmp_path / delivery.product
        folder.mkdir(exist_ok=True)
        for name in filter(None, [*delivery.files, delivery.manifest]):
            (folder / name).write_bytes(content(name))

    def make(airflow: ScriptedAirflow, models: Chapter | None = None) -> Story:
        return Story(
            deliveries=(CARRIERS, MAY, JUNE),
            contracts={name: load_product(INCLUDE, name).contract for name in ("airlines", "flights")},
            source=SourceSystem(client("s3"), load_environment(INCLUDE, "sandbox"), tmp_path),
            ledger=Ledger(client, LEDGER),
            airflow=airflow,
            models=models or Chapter(),
            view=PlainView(),
            address="http://127.0.0.1:1",
        )

    return make


def script(**changes: list[list[Record]]) -> dict[str, list[list[Record]]]:
    """What happens when all goes well, with changes."""
    acquire_flights = [[publication(each, "published")] for each in (MAY, JUNE)]
    return {
        "acquire_data__airlines": [[batch(CARRIERS, "acquired"), publication(CARRIERS, "published")]],
        "acquire_data__flights": acquire_flights,
        **changes,
    }


def landed(client: Callable[[str], Any]) -> set[str]:
    """Keys in the landing bucket."""
    return {each["Key"] for each in client("s3").list_objects_v2(Bucket=LANDING).get("Contents", [])}


def test_each_delivery_is_released_after_those_it_waits_for(
    tell: Callable[..., Story], put_fact: Callable[..., None], client: Callable[[str], Any]
) -> None:
    airflow = ScriptedAirflow(put_fact, script())
    story = tell(airflow)
    story.run(10)
    assert airflow.triggered == ["acquire_data__airlines", "acquire_data__flights", "acquire_data__flights"]
    assert [each.state for each in story.progress] == ["published"] * 3
    assert not any(each.already for each in story.progress)
    flights = {f"airline_operations/flights/{name}" for each in (MAY, JUNE) for name in (*each.files, each.manifest)}
    assert landed(client) == {"airline_operations/airlines/airlines.csv", *flights}


def test_june_waits_until_may_is_published_and_not_only_acquired(
    tell: Callable[..., Story], put_fact: Callable[..., None], client: Callable[[str], Any]
) -> None:
    airflow = ScriptedAirflow(put_fact, script(acquire_data__flights=[[batch(MAY, "acquired")]]))
    story = tell(airflow)
    with pytest.raises(StoryError, match=r"within 1 s: May is acquired; June is waiting"):
        story.run(1)
    assert airflow.triggered == ["acquire_data__airlines", "acquire_data__flights"]
    assert not {key for key in landed(client) if "_6" in key or "june" in key}


def test_what_is_published_already_is_neither_delivered_nor_triggered(
    tell: Callable[..., Story], put_fact: Callable[..., None], client: Callable[[str], Any]
) -> None:
    for each in (CARRIERS, MAY, JUNE):
        put_fact(**publication(each, "published"))
    airflow = ScriptedAirflow(put_fact, {})
    story = tell(airflow)
    story.run(5)
    assert airflow.triggered == []
    assert landed(client) == set()
    assert all(each.already and each.is_published for each in story.progress)


def test_a_story_cut_off_between_the_stages_goes_on_with_the_second(
    tell: Callable[..., Story], put_fact: Callable[..., None], client: Callable[[str], Any]
) -> None:
    put_fact(**publication(CARRIERS, "published"))
    put_fact(**batch(MAY, "acquired"))
    both = {
        "refine_data__flights": [[publication(MAY, "published")]],
        "acquire_data__flights": [[publication(JUNE, "published")]],
    }
    airflow = ScriptedAirflow(put_fact, both)
    tell(airflow).run(10)
    assert airflow.triggered == ["refine_data__flights", "acquire_data__flights"]
    assert not {key for key in landed(client) if "_5" in key}


def test_a_run_that_goes_on_already_is_not_triggered_again(
    tell: Callable[..., Story], put_fact: Callable[..., None]
) -> None:
    airflow = ScriptedAirflow(put_fact, {}, active={"acquire_data__airlines"})
    with pytest.raises(StoryError, match="carriers is delivered"):
        tell(airflow).run(0.5)
    assert airflow.triggered == []


def test_a_blocked_delivery_ends_the_story_with_the_gates_reasons(
    tell: Callable[..., Story], put_fact: Callable[..., None]
) -> None:
    blocked = publication(MAY, "blocked", reasons=["7.00% of the rows are quarantined, at most 0.50% may be"])
    airflow = ScriptedAirflow(put_fact, script(acquire_data__flights=[[batch(MAY, "acquired"), blocked]]))
    wanted = r"May .* is blocked: 7.00% of the rows .*publish_batch__flights"
    with pytest.raises(StoryError, match=wanted):
        tell(airflow).run(10)


def test_a_refused_delivery_ends_the_story(tell: Callable[..., Story], put_fact: Callable[..., None]) -> None:
    refused = batch(CARRIERS, "refused", reasons=["declared columns are missing: name"])
    airflow = ScriptedAirflow(put_fact, script(acquire_data__airlines=[[refused]]))
    with pytest.raises(StoryError, match=r"carriers .* is refused: declared columns are missing: name"):
        tell(airflow).run(10)


def test_a_failed_run_ends_the_story_with_its_log(tell: Callable[..., Story], put_fact: Callable[..., None]) -> None:
    failed: list[dict[str, object]] = [{"dag_id": "acquire_data__flights"}]
    airflow = ScriptedAirflow(put_fact, script(acquire_data__flights=[[]]), failed=failed)
    with pytest.raises(StoryError, match="run of acquire_data__flights failed: the log says why"):
        tell(airflow).run(10)


def test_a_delivery_waits_for_a_step_of_the_model_and_the_story_for_the_last_one(
    tell: Callable[..., Story], put_fact: Callable[..., None]
) -> None:
    july = Delivery("July", "flights", ("flights_6.csv",), "june.manifest.json", ("carriers", "June watched"))
    airflow = ScriptedAirflow(put_fact, script(acquire_data__flights=[[publication(july, "published")]]))
    waiting = tell(airflow, Chapter(ends=False))
    waiting.progress[1:] = [Progress(july, identity(july))]
    with pytest.raises(StoryError, match="July is waiting; trained is waiting"):
        waiting.run(0.5)
    assert airflow.triggered == ["acquire_data__airlines"]
    watched = tell(airflow, Chapter(("June watched",)))
    watched.progress[1:] = [Progress(july, identity(july))]
    watched.run(10)
    assert airflow.triggered == ["acquire_data__airlines", "acquire_data__flights"]


def test_a_failed_training_ends_the_story(tell: Callable[..., Story], put_fact: Callable[..., None]) -> None:
    failed: list[dict[str, object]] = [{"dag_id": "train_model__late_arrival"}]
    airflow = ScriptedAirflow(put_fact, script(), failed=failed)
    with pytest.raises(StoryError, match="run of train_model__late_arrival failed: the log says why"):
        tell(airflow, Chapter(ends=False)).run(10)


def test_failures_of_other_dags_are_not_the_storys(tell: Callable[..., Story], put_fact: Callable[..., None]) -> None:
    failed: list[dict[str, object]] = [{"dag_id": "acquire_data__weather"}, {"dag_id": "sweep_jobs"}]
    airflow = ScriptedAirflow(put_fact, script(), failed=failed)
    story = tell(airflow)
    story.run(10)
    assert all(each.is_published for each in story.progress)
