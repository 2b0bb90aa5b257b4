"""Whatever dies while a job runs, there is one job; whatever a person does to its task, it is done to the job too."""

from __future__ import annotations

import signal
import urllib.request
import uuid
from collections.abc import Iterator

import pytest

from laptop.airflow import LocalAirflow
from sandbox.launcher import Sandbox
from tests.lifecycle.conftest import Person, until
from tests.lifecycle.lake import Lake

pytestmark = pytest.mark.timeout(200)
ENDED = ("success", "failed")


@pytest.fixture(autouse=True)
def all_ended(lake: Lake) -> Iterator[None]:
    """Nothing that a test leaves stands in the way of the next one."""
    yield
    lake.end_all()


def start(person: Person, lake: Lake, order: str, dag: str = "job") -> str:
    """Trigger a run whose job does what it is told.

    :return: the run's id
    """
    run_id = f"test-{uuid.uuid4().hex[:8]}"
    person.trigger(dag, run_id, run_uri=lake.freeze(order, dag, run_id).uri)
    return run_id


def wait_watched(person: Person, lake: Lake, run_id: str, dag: str = "job") -> None:
    """Wait until the job runs and a triggerer watches it."""
    until(lambda: person.task(dag, run_id)["triggerer_job"])
    until(lambda: lake.states(run_id)[-1:] == ["RUNNING"])
    until(lambda: f"{dag}/{run_id}/run/-1/1 (ID" in person.log(dag, run_id, 1))


def end(person: Person, run_id: str, dag: str = "job", seconds: float = 60) -> str:
    """State of the run's task, once it has ended."""
    until(lambda: person.task(dag, run_id)["state"] in ENDED, seconds)
    return str(person.task(dag, run_id)["state"])


def kill(airflow: LocalAirflow, component: str) -> None:
    """Kill a component as a crash would."""
    assert airflow.kill(component)
    until(lambda: airflow.process(component) is None)


def test_a_job_survives_everything_that_watches_it(airflow: LocalAirflow, person: Person, lake: Lake) -> None:
    slow = start(person, lake, "wait", "job_slow_to_wait")
    run = start(person, lake, "wait")
    wait_watched(person, lake, run)
    until(lambda: lake.states(slow) == ["RUNNING"])
    assert person.task("job_slow_to_wait", slow)["state"] == "running"
    airflow.process("triggerer").signal(signal.SIGTERM)  # type: ignore[union-attr]
    until(lambda: airflow.process("triggerer") is None)
    airflow.start("triggerer")
    assert airflow.kill("worker"), "killed while it stands between start and wait"
    kill(airflow, "scheduler")
    airflow.start("scheduler")
    kill(airflow, "triggerer")
    airflow.start("triggerer")
    until(lambda: person.task("job_slow_to_wait", slow)["try_number"] == 2)
    until(lambda: person.task("job_slow_to_wait", slow)["state"] == "deferred")
    assert lake.states(run) == lake.states(slow) == ["RUNNING"]
    lake.let_go("job", run)
    lake.let_go("job_slow_to_wait", slow)
    assert end(person, run) == "success"
    assert end(person, slow, "job_slow_to_wait") == "success"
    assert lake.states(run) == lake.states(slow) == ["SUCCESS"]
    assert person.task("job", run)["try_number"] == 1
    assert "attaching to job" in person.log("job_slow_to_wait", slow, 2)


def test_what_a_person_does_to_a_waiting_task_is_done_to_its_job(person: Person, lake: Lake) -> None:
    cleared, failed = start(person, lake, "wait"), start(person, lake, "wait")
    for run in (cleared, failed):
        wait_watched(person, lake, run)
    person.clear("job", cleared)
    person.fail("job", failed)
    until(lambda: lake.states(failed) == ["CANCELLED"])
    until(lambda: lake.states(cleared)[0] == "CANCELLED")
    late = start(person, lake, "wait", "job_in_time")
    assert end(person, late, "job_in_time") == "failed"
    assert lake.states(late) == ["CANCELLED"]
    until(lambda: "execution_timeout has passed" in person.log("job_in_time", late, 1))
    until(lambda: lake.states(cleared) == ["CANCELLED", "RUNNING"])
    lake.let_go("job", cleared)
    assert end(person, cleared) == "success"
    assert lake.states(cleared) == ["CANCELLED", "SUCCESS"]
    assert lake.states(failed) == ["CANCELLED"]


def test_every_run_has_a_job_of_its_own_and_only_a_failed_one_is_followed_by_another(
    sandbox: Sandbox, person: Person, lake: Lake
) -> None:
    twice = [start(person, lake, "end"), start(person, lake, "end")]
    broken = start(person, lake, "fail")
    assert [end(person, run) for run in twice] == ["success", "success"]
    assert [lake.states(run) for run in twice] == [["SUCCESS"], ["SUCCESS"]]
    until(lambda: "the job is done" in person.log("job", twice[0], 1))
    reports = person.xcom("job", twice[0])
    assert list(reports) == ["refine"]
    assert reports["refine"][0].endswith("/0123456789abcdef/refine.report.json")
    links, job_id = person.links("job", twice[0]), lake.jobs(twice[0])[0]["jobRunId"]
    assert links["Spark job"] == f"{sandbox.settings.endpoint}/_sandbox/emr-serverless/jobs/{job_id}"
    with urllib.request.urlopen(links["Spark job"], timeout=10) as page:
        assert "the job is done" in page.read().decode()
    assert links["Report"].startswith(f"{sandbox.settings.endpoint}/_sandbox/objects/lifecycle-sandbox-evidence/")
    assert links["Report"].endswith("/refine.report.html")
    person.clear("job", twice[0])
    until(lambda: person.task("job", twice[0])["try_number"] == 2)
    assert end(person, broken) == "failed"
    assert lake.states(broken) == ["FAILED"] * 3, "one for each try"
    until(lambda: "the job has failed as it was told" in person.log("job", broken, 3))
    assert end(person, twice[0]) == "success"
    assert lake.states(twice[0]) == ["SUCCESS"], "a job that has succeeded is not done again"


def test_a_job_that_dies_is_followed_by_another_and_one_that_hangs_is_ended(
    sandbox: Sandbox, person: Person, lake: Lake
) -> None:
    sandbox.ask("job-faults", "POST", {"kind": "die", "after_seconds": 0.5})
    dies = start(person, lake, "wait")
    until(lambda: lake.states(dies) == ["FAILED", "RUNNING"])
    lake.let_go("job", dies)
    sandbox.ask("job-faults", "POST", {"kind": "hang"})
    hangs = start(person, lake, "end", "job_in_time")
    until(lambda: lake.states(hangs) == ["RUNNING"])
    assert end(person, dies) == "success"
    assert lake.states(dies) == ["FAILED", "SUCCESS"]
    until(lambda: "the driver was killed by SIGKILL" in person.log("job", dies, 1))
    assert end(person, hangs, "job_in_time") == "failed"
    assert lake.states(hangs) == ["CANCELLED"]


def test_a_job_that_went_down_with_its_engine_is_started_anew(sandbox: Sandbox, person: Person, lake: Lake) -> None:
    run = start(person, lake, "wait")
    wait_watched(person, lake, run)
    sandbox.down()
    sandbox.up()
    until(lambda: lake.states(run) == ["FAILED", "RUNNING"], 90)
    lake.let_go("job", run)
    assert end(person, run) == "success"
    assert lake.states(run) == ["FAILED", "SUCCESS"]


def test_the_sweeper_ends_what_a_killed_triggerer_left(airflow: LocalAirflow, person: Person, lake: Lake) -> None:
    left, awaited = start(person, lake, "wait"), start(person, lake, "wait")
    for run in (left, awaited):
        wait_watched(person, lake, run)
    kill(airflow, "triggerer")
    person.fail("job", left)
    airflow.start("triggerer")
    look = f"test-{uuid.uuid4().hex[:8]}"
    person.trigger("sweep_jobs", look, abandoned_jobs="tell")
    until(lambda: person.task("sweep_jobs", look, "end_jobs_nobody_waits_for")["state"] == "success")
    assert lake.states(left) == ["RUNNING"]
    person.trigger("sweep_jobs", f"test-{uuid.uuid4().hex[:8]}")
    until(lambda: lake.states(left) == ["CANCELLED"])
    assert lake.states(awaited) == ["RUNNING"]
    lake.let_go("job", awaited)
    assert end(person, awaited) == "success"
    assert lake.states(awaited) == ["SUCCESS"]
