"""The chapter about models goes by facts of a real ledger; people are scripted, and one of them is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from demo.deliveries import DATA_CHOSEN
from demo.facts import Ledger
from demo.model_story import REASON, ModelStory, People
from demo.steps import DONE
from groundwork.spec.include import load_environment
from groundwork.spec.model_file import load_model
from groundwork.spec.names import run_prefix
from sandbox.settings import REGION, REPOSITORY

INCLUDE = REPOSITORY / "include"
LEDGER = "groundwork-sandbox"
EVIDENCE = "groundwork-sandbox-evidence"
MODEL = "model#late_arrival"
QUESTION = {"task_instance": {"dag_id": "release_model__late_arrival"}}


class Person:
    """Somebody at Airflow's API; what they trigger and answer leaves what the test says."""

    def __init__(self, name: str, told: list[str], leaves: Mapping[str, list[Callable[[], None]]]) -> None:
        self.name = name
        self.told = told
        self.leaves = leaves

    def trigger(self, dag_id: str, note: str, conf: Mapping[str, str] | None = None) -> str:
        self.told.append(f"{self.name} triggers {dag_id} {dict(conf or {})}")
        for leave in self.leaves.get(dag_id, []):
            leave()
        return "manual"

    def runs(self, dag_id: str = "~", **filters: object) -> list[dict[str, Any]]:
        return []

    def open_question(self, dag_id: str) -> dict[str, Any] | None:
        return QUESTION

    def answer(self, question: Mapping[str, Any], option: str, comment: str) -> str:
        self.told.append(f"{self.name} answers {option}")
        if self.name == "scientist":
            return "403: User=scientist is not a respondent for the task."
        for leave in self.leaves["answered"]:
            leave()
        return ""


class Asked:
    """Counts what is sent to the endpoint."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int]] = []

    def send(self, run: str, month: int) -> int:
        self.runs.append((run, month))
        return 1


@pytest.fixture
def chapter(client: Callable[[str], Any], put_fact: Callable[..., None]) -> Any:
    """Makes a chapter about two months, and the scripted world around it."""
    environment, declared = load_environment(INCLUDE, "sandbox"), load_model(INCLUDE, "late_arrival")
    s3 = client("s3")
    if EVIDENCE not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=EVIDENCE, CreateBucketConfiguration={"LocationConstraint": REGION})
    frozen = run_prefix(environment, "train_model__late_arrival", "manual").removeprefix(f"s3://{EVIDENCE}/")
    told: list[str] = []
    asked = Asked()
    looks: list[str] = []

    def freeze() -> None:
        s3.put_object(Bucket=EVIDENCE, Key=f"{frozen}run.json", Body=b"{}")

    def look() -> None:
        looks.append("watch" if looks else "healthy")
        put_fact(pk=MODEL, sk=f"look#{len(looks):06d}", outcome=looks[-1])

    people = {
        name: Person(
            name,
            told,
            {
                "train_model__late_arrival": [freeze],
                "monitor_model__late_arrival": [look],
                "answered": [lambda: put_fact(pk=MODEL, sk="approval#d", digest="d")],
            },
        )
        for name in ("scientist", "approver", "operator")
    }

    def make() -> ModelStory:
        return ModelStory(
            model=declared.model,
            environment=environment,
            ledger=Ledger(client, LEDGER),
            people=People(*people.values()),  # type: ignore[arg-type]
            requests=asked,  # type: ignore[arg-type]
            s3=s3,
            first="b1",
            watched={"flights, June": ("b2", 6), "flights, July": ("b3", 7)},
        )

    yield make, told, asked, put_fact
    s3.delete_object(Bucket=EVIDENCE, Key=f"{frozen}run.json")


def test_the_requester_is_refused_and_the_others_bring_it_to_an_end(chapter: Any) -> None:
    make, told, asked, put_fact = chapter
    story = make()
    story.look_back()
    story.advance()
    assert told == [], "nothing is trained before the features are there"
    put_fact(pk="view#flight_outlook", sk="batch#b1", batch_id="b1", made_from="1/a", run="r")
    story.advance()
    assert DATA_CHOSEN not in story.reached
    story.advance()
    story.advance()
    assert told == ["scientist triggers train_model__late_arrival {}"]
    assert story.reached == {DATA_CHOSEN}, "June may come, before there is a version"
    put_fact(pk=MODEL, sk="version#000001", number=1, digest="d")
    for _ in range(4):
        story.advance()
    assert told[1:] == ["scientist answers Approve", "approver answers Approve"]
    assert story.refusal.startswith("403")
    assert [step.state == DONE for step in story.steps] == [True, True, True, False, False, False, False]
    put_fact(pk=MODEL, sk="serving", release=1)
    story.advance()
    story.advance()
    assert asked.runs == [], "June is not scored yet"
    put_fact(pk=MODEL, sk="batch#b2", batch_id="b2", run="s3://scored/june/")
    story.advance()
    story.advance()
    assert asked.runs == [("s3://scored/june/", 6)]
    put_fact(pk=MODEL, sk="batch#b3", batch_id="b3", run="s3://scored/july/")
    for _ in range(3):
        story.advance()
    assert asked.runs == [("s3://scored/june/", 6), ("s3://scored/july/", 7)]
    assert told[3:5] == ["operator triggers monitor_model__late_arrival {}"] * 2
    story.advance()
    assert told[5:] == [f"scientist triggers train_model__late_arrival {{'reason': '{REASON}'}}"]
    put_fact(pk=MODEL, sk="version#000002", number=2, digest="e")
    story.advance()
    assert story.is_done


def test_a_second_story_does_nothing_twice(chapter: Any) -> None:
    make, told, asked, put_fact = chapter
    put_fact(pk="view#flight_outlook", sk="batch#b1", batch_id="b1", made_from="1/a", run="r")
    for sk in ("version#000001", "version#000002", "approval#d", "serving", "look#000001", "look#000002"):
        put_fact(pk=MODEL, sk=sk, outcome="watch")
    story = make()
    story.look_back()
    assert story.is_done
    story.advance()
    assert (told, asked.runs) == ([], [])
    assert {step.note for step in story.steps} == {"already before this run"}


def test_a_retraining_that_the_monitor_asked_for_is_waited_for_and_not_asked_for_again(chapter: Any) -> None:
    make, told, _, put_fact = chapter
    put_fact(pk="view#flight_outlook", sk="batch#b1", batch_id="b1", made_from="1/a", run="r")
    for sk in ("version#000001", "approval#d", "serving", "look#000001"):
        put_fact(pk=MODEL, sk=sk, outcome="watch")
    put_fact(pk=MODEL, sk="look#000002", outcome="retrain")
    story = make()
    story.look_back()
    story.advance()
    story.advance()
    assert told == []
    assert not story.is_done
