from __future__ import annotations

import subprocess
import sys

import pytest
from airflow.sdk.exceptions import TaskDeferralError

from groundwork.hooks.job_attempts import TaskRun
from groundwork.operators.spark_job import SparkJobOperator
from groundwork.operators.sweep_jobs import is_awaited
from sandbox.settings import REPOSITORY


@pytest.mark.parametrize("module", ["groundwork.operators.spark_job", "groundwork.operators.sweep_jobs"])
def test_parsing_imports_nothing_heavy(module: str) -> None:
    program = f"""
import sys
from airflow.sdk import DAG, BaseOperator
before = set(sys.modules)
import {module}
heavy = ("boto3", "botocore", "aiobotocore", "airflow.providers", "pydantic.v1", "groundwork.hooks", "groundwork.spec")
print(sorted(name for name in set(sys.modules) - before if name.startswith(heavy)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY / "plugins", check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_a_killed_task_ends_its_job_and_one_without_a_job_ends_nothing() -> None:
    ended: list[str] = []

    class Engine:
        cancel = staticmethod(ended.append)

    operator = SparkJobOperator(task_id="run", stages=("refine",), run_uri="s3://evidence/run.json")
    operator.on_kill()
    assert ended == []
    operator._running = (Engine(), "00job")  # type: ignore[assignment]
    operator.on_kill()
    assert ended == ["00job"]


def test_a_trigger_that_broke_leaves_the_job_to_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    operator = SparkJobOperator(task_id="run", stages=("refine",), run_uri="s3://evidence/run.json")
    handed: list[object] = []

    class Job:
        def hand_over(self, *what: object) -> None:
            handed.append(what)

    monkeypatch.setattr(operator, "_abandoned", lambda _: (Job(), "attempt"))
    with pytest.raises(TaskDeferralError):
        operator.resume_execution("__fail__", {"error": "Trigger failure"}, {})  # type: ignore[typeddict-item]
    assert handed == [("attempt", None)]


@pytest.mark.parametrize(
    ("states", "awaited"),
    [
        ({"r": {"t": "deferred"}}, True),
        ({"r": {"t": "up_for_retry"}}, True),
        ({"r": {"t": None}}, True),
        ({"r": {"t": "success"}}, False),
        ({"r": {"t": "failed"}}, False),
        ({"r": {}}, False),
        ({}, False),
    ],
)
def test_whose_job_the_sweeper_leaves(states: object, awaited: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    monkeypatch.setattr(RuntimeTaskInstance, "get_task_states", staticmethod(lambda **_: states))
    assert is_awaited(TaskRun("d", "r", "t")) is awaited
