"""The DAGs about models: what each has, what a section that is left out takes away, what a bad file does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.settings import REPOSITORY
from tests.dags.conftest import BUNDLE
from tests.dags.dag_families.test_family import bag

TASKS = {
    "build_features__flight_outlook": ["plan_features", "build_features", "record_features"],
    "train_model__late_arrival": [
        *("plan_training", "select_examples", "train_model", "train_baseline", "evaluate_model", "register_model")
    ],
    "release_model__late_arrival": [
        *("plan_release", "approve_model", "record_approval", "await_approval"),
        *("deploy_model", "verify_model", "record_release"),
    ],
    "roll_back_model__late_arrival": ["plan_rollback", "deploy_model", "verify_model", "record_release"],
    "score_data__late_arrival": [
        *("plan_scoring", "select_requests", "transform", "publish_predictions", "record_predictions")
    ],
    "monitor_model__late_arrival": ["plan_monitoring", "measure_drift", "report_drift", "decide_monitoring"],
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Airflow's DAGs of the repository's declarations with a changed model."""
    folder = tmp_path / "include"
    for kind in ("contracts", "rules", "environments", "models"):
        shutil.copytree(REPOSITORY / "include" / kind, folder / kind)
    (folder / "job_bundle.json").write_text(json.dumps(BUNDLE))
    monkeypatch.setenv("GROUNDWORK_INCLUDE", str(folder))
    monkeypatch.setenv("GROUNDWORK_ENVIRONMENT", "sandbox")

    def make(change: Callable[[dict[str, Any]], None] | None = None, environment: dict[str, Any] | None = None) -> Any:
        path = folder / "models" / "late_arrival.yaml"
        content = yaml.safe_load(path.read_text())
        if change:
            change(content)
            path.write_text(yaml.safe_dump(content, sort_keys=False))
        if environment:
            sandbox = folder / "environments" / "sandbox.yaml"
            sandbox.write_text(yaml.safe_dump({**yaml.safe_load(sandbox.read_text()), **environment}))
        return bag()

    return make


def of_models(found: Any) -> dict[str, list[str]]:
    """Tasks of the DAGs about models, by DAG."""
    owned = {dag_id: dag for dag_id, dag in found.dags.items() if "late_arrival" in dag.tags}
    return {dag_id: [task.task_id for task in dag.topological_sort()] for dag_id, dag in owned.items()}


def test_every_stage_has_its_tasks_its_owner_and_its_page(models: Callable[..., Any]) -> None:
    found = models()
    assert found.import_errors == {}
    assert {dag_id: sorted(tasks) for dag_id, tasks in of_models(found).items()} == {
        dag_id: sorted(tasks) for dag_id, tasks in TASKS.items()
    }
    for dag_id in TASKS:
        dag = found.dags[dag_id]
        assert {task.owner for task in dag.tasks} == {"scientist"}, dag_id
        assert dag.max_active_runs == 1, dag_id
        assert not dag.catchup, dag_id
        assert dag_id.partition("__")[0] in dag.tags, dag_id
        assert "**What this does.**" in dag.doc_md, dag_id
        assert "roc_auc at least 0.65, 0.01 better than the baseline" in dag.doc_md, dag_id
        assert "| carrier_late_share_7d | number |" in dag.doc_md, dag_id
        assert dag.params, dag_id


def test_model_and_baseline_are_trained_side_by_side(models: Callable[..., Any]) -> None:
    dag = models().dags["train_model__late_arrival"]
    assert dag.get_task("select_examples").downstream_task_ids == {"train_model", "train_baseline"}
    assert dag.get_task("evaluate_model").upstream_task_ids == {"train_model", "train_baseline"}
    evaluate = dag.get_task("evaluate_model")
    assert evaluate.model == "{{ ti.xcom_pull(task_ids='train_model') }}"
    assert evaluate.baseline == "{{ ti.xcom_pull(task_ids='train_baseline') }}"


def test_the_stages_hang_together_by_assets(models: Callable[..., Any]) -> None:
    dags = models().dags

    def woken_by(dag_id: str) -> list[str]:
        condition = dags[dag_id].timetable.asset_condition
        return sorted(asset.name for asset in getattr(condition, "objects", [condition]))

    def tells(dag_id: str, task: str) -> list[str]:
        return [asset.name for asset in dags[dag_id].get_task(task).outlets if hasattr(asset, "uri")]

    assert woken_by("build_features__flight_outlook") == ["refined/flights", "refined/weather"]
    assert woken_by("train_model__late_arrival") == ["retrain/late_arrival"]
    assert woken_by("release_model__late_arrival") == ["registered/late_arrival"]
    assert woken_by("score_data__late_arrival") == ["feature/flight_outlook", "released/late_arrival"]
    assert dags["monitor_model__late_arrival"].schedule == "0 6 * * *"
    assert tells("build_features__flight_outlook", "record_features") == ["feature/flight_outlook"]
    assert tells("train_model__late_arrival", "register_model") == ["registered/late_arrival"]
    assert tells("release_model__late_arrival", "record_release") == ["released/late_arrival"]
    assert tells("score_data__late_arrival", "record_predictions") == ["prediction/late_arrival"]


def test_sections_left_out_leave_their_tasks_out(models: Callable[..., Any]) -> None:
    def thin(content: dict[str, Any]) -> None:
        for section in ("release", "scoring", "monitor"):
            del content[section]
        del content["training"]["baseline"]
        del content["evaluation"]["thresholds"][0]["gain"]

    assert of_models(models(thin)) == {
        "build_features__flight_outlook": TASKS["build_features__flight_outlook"],
        "train_model__late_arrival": [
            *("plan_training", "select_examples", "train_model", "evaluate_model", "register_model")
        ],
        "release_model__late_arrival": ["plan_release", "approve_model", "record_approval", "await_approval"],
    }


def test_a_search_takes_the_place_of_the_training(models: Callable[..., Any]) -> None:
    def tuned(content: dict[str, Any]) -> None:
        content["tuning"] = {"maximumJobs": 4, "ranges": {"eta": {"minimum": 0.05, "maximum": 0.3}}}

    dag = models(tuned).dags["train_model__late_arrival"]
    assert "train_model" not in dag.task_ids
    assert dag.get_task("evaluate_model").model == "{{ ti.xcom_pull(task_ids='tune_model') }}"
    assert dag.get_task("register_model").model == "{{ ti.xcom_pull(task_ids='tune_model') }}"


def test_a_bad_file_is_one_readable_import_error_and_the_others_build(models: Callable[..., Any]) -> None:
    def leaking(content: dict[str, Any]) -> None:
        content["features"]["own"][0]["expression"] = "if(cancelled, 'none', carrier)"

    found = models(leaking)
    assert of_models(found) == {}
    assert "refine_data__flights" in found.dags
    ((file, message),) = found.import_errors.items()
    assert file == "train_model.py"
    assert "features.own[0].expression: reads 'cancelled', which is not known when the prediction is made" in message
    assert "Traceback" not in message


def test_with_the_module_off_no_model_has_a_dag(models: Callable[..., Any]) -> None:
    found = models(environment={"modules": {"models": False}})
    assert of_models(found) == {}
    assert found.import_errors == {}


@pytest.mark.parametrize("dag_id", TASKS)
def test_only_what_airflow_asks_for_is_built(
    dag_id: str, models: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", dag_id)
    assert models().dags.keys() - {"sweep_jobs"} == {dag_id}


def test_a_bad_model_asked_for_says_so(models: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "train_model__late_arrival")
    (message,) = models(lambda content: content.update(colour="red")).import_errors.values()
    assert "models/late_arrival.yaml" in message


@pytest.mark.parametrize("stage", sorted({dag_id.partition("__")[0] for dag_id in TASKS}))
def test_parsing_imports_no_client(stage: str, tmp_path: Path) -> None:
    script = f"""
import json, runpy, sys
from airflow.sdk import DAG
made = [found for found in runpy.run_path("dags/{stage}.py").values() if isinstance(found, DAG)]
heavy = ("boto3", "botocore", "aiobotocore", "pandas", "openlineage", "airflow.providers.amazon.aws.hooks")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": "plugins",
            "AIRFLOW_HOME": str(tmp_path),
            "GROUNDWORK_ENVIRONMENT": "sandbox",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(answer.stdout.splitlines()[-1]) == []
