"""The DAGs that release, roll back and monitor models: what each has, and what sections that are left out take away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.settings import REPOSITORY
from tests.dags.conftest import Include
from tests.dags.model_world import declare_model

FILES = ("release_model", "roll_back_model", "monitor_model")


def dags(*stages: str) -> dict[str, Any]:
    """What Airflow makes of these DAG files."""
    from airflow.dag_processing.dagbag import DagBag

    found: dict[str, Any] = {}
    for stage in stages:
        file = REPOSITORY / "dags" / f"{stage}.py"
        bag = DagBag(file, include_examples=False, bundle_path=REPOSITORY / "dags", bundle_name="dags-folder")
        assert bag.import_errors == {}
        found |= bag.dags
    return found


@pytest.fixture(scope="module")
def families() -> dict[str, Any]:
    """The DAGs of the repository's own models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUNDWORK_ENVIRONMENT", "sandbox")
        patch.delenv("GROUNDWORK_INCLUDE", raising=False)
        return dags(*FILES)


def way(dag: Any) -> list[str]:
    """The tasks of a DAG without branches, in order."""
    (task,) = dag.roots
    found = [task.task_id]
    while task.downstream_list:
        (task,) = task.downstream_list
        found.append(task.task_id)
    assert len(found) == len(dag.tasks)
    return found


def test_the_tasks_are_one_sentence(families: dict[str, Any]) -> None:
    assert way(families["release_model__late_arrival"]) == [
        "plan_release",
        "approve_model",
        "record_approval",
        "await_approval",
        "deploy_model",
        "verify_model",
        "record_release",
    ]
    assert way(families["roll_back_model__late_arrival"]) == [
        "plan_rollback",
        "deploy_model",
        "verify_model",
        "record_release",
    ]
    assert way(families["monitor_model__late_arrival"]) == [
        "plan_monitoring",
        "measure_drift",
        "report_drift",
        "decide_monitoring",
    ]


def test_what_wakes_them_and_what_they_tell(families: dict[str, Any]) -> None:
    release, back, monitor = (families[f"{stage}__late_arrival"] for stage in FILES)
    assert release.schedule.name == "registered/late_arrival"
    assert monitor.schedule == "0 6 * * *"
    assert back.schedule is None
    for dag in (release, back):
        (outlet,) = dag.task_dict["record_release"].outlets
        assert outlet.name == "released/late_arrival"
    (alias,) = monitor.task_dict["decide_monitoring"].outlets
    assert alias.name == "monitor/retrain/late_arrival"


def test_policies_and_forms(families: dict[str, Any]) -> None:
    for dag_id, dag in families.items():
        assert (dag.max_active_runs, dag.catchup) == (1, False), dag_id
        assert "**What this does.**" in dag.doc_md, dag_id
        assert {task.owner for task in dag.tasks} == {"scientist"}, dag_id
        assert {task.retries for task in dag.tasks} == {2}, dag_id
    assert list(families["release_model__late_arrival"].params) == ["number"]
    reason = families["roll_back_model__late_arrival"].params.get_param("reason")
    assert (reason.schema["type"], reason.schema["minLength"]) == ("string", 10)
    assert not reason.has_value
    # The question's own form is not the DAG's.
    assert list(families["release_model__late_arrival"].task_dict["approve_model"].params) == ["comment"]


def test_a_step_back_is_not_stopped_by_changed_thresholds(families: dict[str, Any]) -> None:
    assert families["roll_back_model__late_arrival"].task_dict["deploy_model"].rolls_back
    assert not families["release_model__late_arrival"].task_dict["deploy_model"].rolls_back


def without(include: Include, *sections: str) -> str:
    """A model whose file lacks sections."""
    name = declare_model(include)
    file = include.folder / "models" / f"{name}.yaml"
    content = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({key: value for key, value in content.items() if key not in sections}))
    return name


def test_a_model_that_is_not_released_ends_with_its_approval(include: Include) -> None:
    name = without(include, "release", "monitor", "scoring")
    found = dags(*FILES)
    assert found.keys() == {f"release_model__{name}"}
    assert way(found[f"release_model__{name}"])[-1] == "await_approval"


def test_a_model_without_a_monitor_has_no_look(include: Include) -> None:
    name = without(include, "monitor")
    assert dags(*FILES).keys() == {f"release_model__{name}", f"roll_back_model__{name}"}


def test_without_the_module_there_is_nothing(include: Include) -> None:
    declare_model(include)
    include.environment(modules={"models": False})
    assert dags(*FILES) == {}


def test_parsing_imports_no_client_of_aws(tmp_path: Path) -> None:
    files = [str(REPOSITORY / "dags" / f"{stage}.py") for stage in FILES]
    program = f"""
import runpy, sys
for file in {files!r}:
    runpy.run_path(file)
heavy = ("boto3", "botocore", "aiobotocore", "airflow.providers.amazon.aws", "groundwork.hooks.")
print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""
    environment = {
        "PATH": "/usr/bin:/bin",
        "AIRFLOW_HOME": str(tmp_path),
        "GROUNDWORK_ENVIRONMENT": "sandbox",
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
