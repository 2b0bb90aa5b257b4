"""The amazon provider's own operators, unchanged, against a sandbox: other people's DAGs work here as on AWS."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.lifecycle.conftest import Person, until
from tests.lifecycle.lake import Lake

pytestmark = pytest.mark.timeout(180)
DAGS = ("provider_whole_life", "provider_jobs", "provider_stop")
BOTH = ("blocking", "deferrable")
TRIES = 3
SCRIPT = """
import sys, time
order, task = sys.argv[1:]
print("job of", task, flush=True)
if order == "fail":
    raise ValueError("the ledger is out of ink")
time.sleep(float(order))
"""


class Run:
    """One run of one of the DAGs.

    :param order: what its jobs shall do: seconds to sleep, or ``fail``
    """

    def __init__(self, person: Person, dag: str, order: str, **conf: str) -> None:
        self.person, self.dag, self.conf = person, dag, {"order": order, **conf}
        self.run_id = self._trigger()

    def _trigger(self) -> str:
        run_id = f"test-{uuid.uuid4().hex[:8]}"
        self.person.trigger(self.dag, run_id, **self.conf)
        return run_id

    def states(self) -> dict[str, str | None]:
        """State of each task."""
        found = self.person.call("GET", f"dags/{self.dag}/dagRuns/{self.run_id}/taskInstances")["task_instances"]
        return {each["task_id"]: each["state"] for each in found}

    def end(self, seconds: float = 90) -> dict[str, str | None]:
        """State of each task, once all have ended.

        Airflow 3.2.1 fails a task whose trigger fires before the scheduler has read that its worker left
        (apache/airflow#66374), which happens to jobs of a second on a busy machine. It is not the provider's fault nor
        the sandbox's: the DAG is run anew, under another id, where Airflow has recorded that it did so.
        """
        ended = {"success", "failed", "upstream_failed"}
        for _ in range(TRIES):
            states = until(lambda: (states := self.states()) and set(states.values()) <= ended and states, seconds)
            if not self._mistaken():
                break
            self.run_id = self._trigger()
        return states

    def _mistaken(self) -> int:
        """How many tasks Airflow took for killed."""
        found = self.person.call("GET", f"eventLogs?run_id={self.run_id}&event=state%20mismatch")
        return int(found["total_entries"])

    def failures(self) -> str:
        """What the failed tasks' logs end with."""
        return "\n".join(
            f"{task}: {self.log(task)[-3000:]}" for task, state in self.states().items() if state == "failed"
        )

    def log(self, task: str) -> str:
        return str(self.person.call("GET", f"dags/{self.dag}/dagRuns/{self.run_id}/taskInstances/{task}/logs/1"))

    def xcom(self, task: str) -> Any:
        path = f"dags/{self.dag}/dagRuns/{self.run_id}/taskInstances/{task}/xcomEntries/return_value"
        return self.person.call("GET", path)["value"]

    def fail(self, task: str) -> None:
        path = f"dags/{self.dag}/dagRuns/{self.run_id}/taskInstances/{task}"
        self.person.call("PATCH", path, {"new_state": "failed"})


@pytest.fixture(scope="module")
def script(lake: Lake, person: Person) -> str:
    """Where the script lies, once Airflow knows the DAGs."""
    lake.s3.create_bucket(Bucket="provider", CreateBucketConfiguration={"LocationConstraint": REGION})
    lake.s3.put_object(Bucket="provider", Key="job.py", Body=SCRIPT)
    until(lambda: person.has_dags(*DAGS), 60)
    return "s3://provider/job.py"


@pytest.fixture
def application(lake: Lake) -> str:
    """An application that is there already."""
    made = lake.emr.create_application(name="theirs", releaseLabel="emr-spark-8.0.0", type="SPARK")
    return str(made["applicationId"])


@pytest.fixture(scope="module")
def job_runs(lake: Lake) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Finds the job runs of an application, by name."""

    def find(application: str) -> dict[str, dict[str, Any]]:
        listed = lake.emr.list_job_runs(applicationId=application)["jobRuns"]
        runs = [lake.emr.get_job_run(applicationId=application, jobRunId=each["id"])["jobRun"] for each in listed]
        return {each["name"]: each for each in runs}

    return find


def test_whole_life_of_an_application(
    person: Person, lake: Lake, sandbox: Sandbox, script: str, job_runs: Callable[..., Any]
) -> None:
    glue = lake.client("glue")
    glue.create_database(DatabaseInput={"Name": "sales"})
    table = {"Name": "orders", "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    glue.create_table(DatabaseName="sales", TableInput=table)
    glue.create_partition(DatabaseName="sales", TableName="orders", PartitionInput={"Values": ["2013-01-01"]})
    run = Run(person, "provider_whole_life", "0.2", script=script)
    tasks = ("script_is_there", "partition_is_there", "create", *BOTH, "delete")
    assert run.end() == dict.fromkeys(tasks, "success"), run.failures()
    application = run.xcom("create")
    runs = job_runs(application)
    assert {name: each["state"] for name, each in runs.items()} == dict.fromkeys(BOTH, "SUCCESS")
    for name in BOTH:
        assert run.xcom(name) == runs[name]["jobRunId"]
        assert (sandbox.settings.jobs / runs[name]["jobRunId"] / "stdout").read_text() == f"job of {name}\n"
    assert lake.emr.get_application(applicationId=application)["application"]["state"] == "TERMINATED"


def test_a_failing_script_fails_the_task_and_its_log_says_why(
    person: Person, script: str, application: str, job_runs: Callable[..., Any]
) -> None:
    run = Run(person, "provider_jobs", "fail", script=script, application=application)
    assert run.end() == dict.fromkeys(BOTH, "failed")
    why = "Job failed. ExitCode: 1. Last error: ValueError: the ledger is out of ink"
    assert {name: each["stateDetails"] for name, each in job_runs(application).items()} == dict.fromkeys(BOTH, why)
    for name in BOTH:
        assert why in run.log(name)


def test_a_task_that_a_person_fails_cancels_its_job(
    person: Person, script: str, application: str, job_runs: Callable[..., Any]
) -> None:
    run = Run(person, "provider_jobs", "300", script=script, application=application)
    until(lambda: run.states() == {"blocking": "running", "deferrable": "deferred"})
    until(lambda: [each["state"] for each in job_runs(application).values()] == ["RUNNING"] * 2)
    until(lambda: "Job status is: RUNNING" in run.log("deferrable"))
    for name in BOTH:
        run.fail(name)
    until(lambda: [each["state"] for each in job_runs(application).values()] == ["CANCELLED"] * 2)
    assert run.states() == dict.fromkeys(BOTH, "failed")


def test_stopping_by_force_cancels_what_runs(
    person: Person, lake: Lake, script: str, application: str, job_runs: Callable[..., Any]
) -> None:
    run = Run(person, "provider_stop", "300", script=script, application=application)
    assert run.end() == {"started": "success", "stopped": "success"}
    assert job_runs(application)["started"]["state"] == "CANCELLED"
    assert lake.emr.get_application(applicationId=application)["application"]["state"] == "STOPPED"
