"""OpenLineage events as Airflow's own listener writes them, of real runs under the real scheduler."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from laptop.airflow import LocalAirflow
from tests.lifecycle.conftest import PRODUCT, Person, until
from tests.lifecycle.lake import Lake

pytestmark = pytest.mark.timeout(200)
DAG = f"acquire_data__{PRODUCT}"
TASKS = ["append_and_refine", "collect_files", "record_batch", "record_publication"]
GLUE = "arn:aws:glue:eu-west-1"
RAW, REFINED = f"table/sandbox_shop_raw/{PRODUCT}", f"table/sandbox_shop_refined/{PRODUCT}"
WHO = "Wilhelmina Quist"
Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def acquired(airflow: LocalAirflow, person: Person, lake: Lake) -> Callable[[str], Events]:
    """Events of a run that publishes two rows ("good") and of one whose gate blocks ("bad"), in the order of time."""
    contents = {"good": f"id,name\n1,{WHO}\n2,Bo\n", "bad": "id,name\n3,Cy\n4,\n"}
    for run_id, content in contents.items():
        lake.land(PRODUCT, f"_{run_id}.csv", content)
        person.trigger(DAG, run_id, wait_minutes=0)
        until(lambda run_id=run_id: person.run(DAG, run_id)["state"] in ("success", "failed"), 120)

    def of(run_id: str) -> Events:
        lines = airflow.lineage.read_text().splitlines()
        found = [event for event in map(json.loads, lines) if run_of(event) == run_id]
        return sorted(found, key=lambda event: event["eventTime"])

    for run_id in contents:  # the scheduler writes its own beside its work
        until(lambda run_id=run_id: {"COMPLETE", "FAIL"} & set(types(of(run_id), DAG)))
    return of


def run_of(event: dict[str, Any]) -> str:
    """The DAG run's id in an event, of a task or of the run itself; empty where the listener knows no run, as of a task
    that another test has failed from outside."""
    facets = event["run"]["facets"]
    told = facets.get("airflow") or facets.get("airflowDagRun")
    return str(told["dagRun"]["run_id"]) if told else ""


def types(events: Events, job: str) -> list[str]:
    """What is told of a job, in the order of time."""
    return [event["eventType"] for event in events if event["job"]["name"] == job]


def test_every_run_and_task_starts_and_ends_under_its_name(acquired: Callable[[str], Events]) -> None:
    events = acquired("good")
    assert {event["job"]["namespace"] for event in events} == {"groundwork-sandbox"}
    assert types(events, DAG) == ["START", "COMPLETE"]
    assert {event["job"]["name"] for event in events} == {DAG, *(f"{DAG}.{task}" for task in TASKS)}
    (run,) = {event["run"]["runId"] for event in events if event["job"]["name"] == DAG}
    for task in TASKS:
        told = [event for event in events if event["job"]["name"] == f"{DAG}.{task}"]
        assert (told[0]["eventType"], told[-1]["eventType"]) == ("START", "COMPLETE")
        # A task that waits without a worker starts again when it goes on; it is one run all the same.
        assert {event["eventType"] for event in told[1:-1]} <= {"START"}
        assert len({event["run"]["runId"] for event in told}) == 1
        assert {event["run"]["facets"]["parent"]["run"]["runId"] for event in told} == {run}


def test_what_was_read_and_written_with_every_columns_origin(acquired: Callable[[str], Events]) -> None:
    raw, refined = ended(acquired("good"), "record_batch"), ended(acquired("good"), "record_publication")
    assert names(raw["inputs"]) == [("s3://lifecycle-sandbox-landing", f"shop/{PRODUCT}/{PRODUCT}_good.csv")]
    assert names(raw["outputs"]) == names(refined["inputs"]) == [(GLUE, RAW)]
    assert names(refined["outputs"]) == [(GLUE, REFINED)]
    (output,) = refined["outputs"]
    fields = output["facets"]["columnLineage"]["fields"]
    origins = {
        column: sorted((each["namespace"], each["name"], each["field"]) for each in told["inputFields"])
        for column, told in fields.items()
    }
    assert origins == {"id": [(GLUE, RAW, "id")], "name": [(GLUE, RAW, "id"), (GLUE, RAW, "name")]}
    assert [field["name"] for field in output["facets"]["schema"]["fields"]] == ["id", "name"]
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert int(output["facets"]["version"]["datasetVersion"]) > 0


def test_a_run_that_fails_says_so_and_claims_no_rows(acquired: Callable[[str], Events]) -> None:
    events = acquired("bad")
    assert types(events, DAG) == ["START", "FAIL"]
    assert types(events, f"{DAG}.record_batch") == ["START", "COMPLETE"]
    assert types(events, f"{DAG}.record_publication") == ["START", "FAIL"]
    failed = ended(events, "record_publication")
    assert "1 of 2 rows (50.00%) are quarantined" in failed["run"]["facets"]["errorMessage"]["message"]
    (output,) = failed["outputs"]
    assert (output["name"], output["facets"].keys()) == (
        REFINED,
        {"schema", "columnLineage", "dataQualityAssertions", "tags"},
    )
    assert output.get("outputFacets", {}) == {}


def test_no_key_password_or_cell_is_told(acquired: Callable[[str], Events], airflow: LocalAirflow, lake: Lake) -> None:
    text = airflow.lineage.read_text()
    assert len(acquired("good")) >= 10
    secret = [value for name in ("secrets", "passwords") for value in keys(airflow, name)]
    secret += [lake.settings.client_environment()["AWS_ACCESS_KEY_ID"], WHO]
    assert len(secret) >= 10
    assert [value for value in secret if value in text] == []


def keys(airflow: LocalAirflow, name: str) -> list[str]:
    """Values in one of the private files of this Airflow."""
    return list(json.loads((airflow.home / f"{name}.json").read_text()).values())


def ended(events: Events, task: str) -> dict[str, Any]:
    """The last event of a task."""
    return [event for event in events if event["job"]["name"] == f"{DAG}.{task}"][-1]


def names(datasets: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Namespace and name of each."""
    return [(each["namespace"], each["name"]) for each in datasets]
