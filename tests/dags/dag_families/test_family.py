"""The DAGs that Airflow finds: what each has, what a bad file does, and how little is read and imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from sandbox.settings import REPOSITORY
from tests.dags.conftest import Include, contract

STAGES = ("acquire_data", "refine_data", "publish_batch", "undo_publish", "replay_quarantine")


def bag() -> Any:
    """What Airflow makes of the dags folder."""
    from airflow.dag_processing.dagbag import DagBag

    folder = REPOSITORY / "dags"
    return DagBag(folder, include_examples=False, bundle_path=folder, bundle_name="dags-folder")


@pytest.fixture(scope="module")
def repository_dags() -> dict[str, Any]:
    """Every DAG of the repository's own declarations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUNDWORK_ENVIRONMENT", "sandbox")
        found = bag()
    assert found.import_errors == {}
    return dict(found.dags)


def test_every_product_has_every_stage(repository_dags: dict[str, Any]) -> None:
    products = [path.stem for path in (REPOSITORY / "include" / "contracts").glob("*.yaml")]
    assert {f"{stage}__{product}" for stage in STAGES for product in products} <= repository_dags.keys()


def test_policies(repository_dags: dict[str, Any]) -> None:
    for dag_id, dag in repository_dags.items():
        stage, _, product = dag_id.partition("__")
        assert dag.max_active_runs == 1, dag_id
        assert not dag.catchup, dag_id
        if stage not in STAGES:
            continue
        assert {stage, product} < set(dag.tags), dag_id
        assert "**What this does.**" in dag.doc_md, dag_id
        assert "| column | type |" in dag.doc_md, dag_id
        assert 3 <= len(dag.tasks) <= 5, dag_id
        for task in dag.tasks:
            assert task.owner == "steward", dag_id
            assert task.retries == 2, dag_id


def test_every_dag_has_docs_owner_tags_and_a_form(repository_dags: dict[str, Any]) -> None:
    for dag_id, dag in repository_dags.items():
        assert len(dag.doc_md.split()) > 20, dag_id
        assert all(task.owner not in ("", "airflow") for task in dag.tasks), f"{dag_id} has Airflow's own owner"
        assert dag.tags, dag_id
        assert dag.params or dag_id.partition("__")[0] not in (*STAGES, "sweep_jobs"), dag_id
        for name in dag.params:
            declared = dag.params.get_param(name)
            assert {"title", "type"} <= declared.schema.keys(), (dag_id, name)
            assert declared.description, (dag_id, name)
            # What a person types is held against something; what has choices has a default among them.
            typed = "string" in declared.schema["type"]
            assert not typed or declared.schema.keys() & {"pattern", "minLength", "enum"}, (dag_id, name)
            if "enum" in declared.schema:
                assert declared.value in declared.schema["enum"], (dag_id, name)
                assert set(declared.schema["values_display"]) == set(declared.schema["enum"]), (dag_id, name)


def test_only_a_persons_decision_has_no_default(repository_dags: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    ours = {dag_id: dag for dag_id, dag in repository_dags.items() if dag_id.startswith((*STAGES, "sweep_jobs"))}
    for dag_id, dag in ours.items():
        try:
            dag.params.validate()
            complete = True
        except ParamValidationError:
            complete = False
        assert complete == (not dag_id.startswith(("publish_batch__", "undo_publish__", "replay_quarantine__"))), dag_id


def test_a_dag_reads_as_a_line(repository_dags: dict[str, Any]) -> None:
    expected = {
        "acquire_data__flights": ["collect_files", "append_raw", "record_batch"],
        "acquire_data__airlines": [
            *("collect_files", "append_and_refine", "record_batch", "record_publication", "report_blocked")
        ],
        "refine_data__flights": ["plan_refinement", "refine_and_publish", "record_publication", "report_blocked"],
        "publish_batch__flights": ["plan_override", "publish", "record_publication"],
        "undo_publish__flights": ["plan_undo", "undo", "record_undo"],
        "replay_quarantine__flights": [*("plan_replay", "replay_and_publish", "record_publication", "report_blocked")],
    }
    for dag_id, wanted in expected.items():
        (task,) = repository_dags[dag_id].roots
        line = [task.task_id]
        while task.downstream_list:
            (task,) = task.downstream_list
            line.append(task.task_id)
        assert line == wanted


def test_schedules_follow_the_assets(include: Include) -> None:
    from airflow.sdk import AssetAny

    include.add("codes", customProperties=[{"property": "groundwork.refineWithAcquire", "value": True}])
    look_up = {"name": "find", "kind": "enrich", "product": "codes", "match": {"id": "id"}, "take": {"name2": "name"}}
    include.add(
        "orders", {"rules": [look_up]}, customProperties=[{"property": "groundwork.schedule", "value": "0 5 * * *"}]
    )
    dags = bag().dags
    condition = dags["refine_data__orders"].timetable.asset_condition
    assert isinstance(condition, AssetAny)
    assert sorted(asset.uri for asset in condition.objects) == [
        "x-groundwork://raw/orders",
        "x-groundwork://refined/codes",
    ]
    assert dags["acquire_data__orders"].schedule == "0 5 * * *"
    assert dags["refine_data__codes"].schedule is None
    assert dags["acquire_data__codes"].schedule is None
    outlets = {task.task_id: [asset.name for asset in task.outlets] for task in dags["acquire_data__codes"].tasks}
    assert outlets["record_batch"] == ["raw/codes"]
    assert outlets["record_publication"] == ["refined/codes"]


def test_params_are_validated(repository_dags: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    def refused(dag_id: str, **values: object) -> bool:
        params = repository_dags[dag_id].params
        copied = type(params)({name: params.get_param(name) for name in params})
        try:
            for name, value in values.items():
                copied[name] = value
            copied.validate()
        except ParamValidationError:
            return True
        return False

    good = {"batch_id": "0123456789abcdef", "reason": "checked by hand"}
    assert not refused("publish_batch__flights", **good)
    assert refused("publish_batch__flights", **{**good, "reason": "short"})
    assert refused("publish_batch__flights", **{**good, "batch_id": "../../etc"})
    assert refused("undo_publish__flights", reason="a batch is missing here")
    assert not refused("refine_data__flights")
    assert refused("refine_data__flights", batch_id="'; drop table")
    assert refused("acquire_data__flights", wait_minutes=-1)
    assert refused("acquire_data__flights", wait_minutes="soon")
    assert not refused("sweep_jobs", abandoned_jobs="tell")
    assert refused("sweep_jobs", abandoned_jobs="keep")


def test_bad_files_are_one_readable_import_error_and_the_others_build(include: Include) -> None:
    include.add("good")
    include.add("absent", {"rules": [{"name": "adult", "kind": "require", "predicate": "age > 17"}]})
    include.add("cut")
    (include.folder / "rules" / "cut.yaml").write_text("specVersion: 1\nrules: [\n")
    fields = {"name": "landing", "properties": [{"name": "name", "logicalType": "string"}]}
    include.add("keyless", schema=[fields, *contract("keyless")["schema"]])
    include.add("mistyped", version=1.0)
    include.add("typo", colour="red")
    found = bag()
    assert {f"{stage}__good" for stage in STAGES} == found.dags.keys() - {"sweep_jobs"}
    ((file, message),) = found.import_errors.items()
    assert file == "acquire_data.py"
    lines = message.splitlines()
    expected = {
        "rules/absent.yaml:": "rule 'adult' names column 'age', which is not there. Columns at this point: id, name",
        "rules/cut.yaml:": "",
        "rules/keyless.yaml:": "no rule makes the contract's column 'id'. Add an augment rule",
        "contracts/mistyped.yaml:": "version: ",
        "contracts/typo.yaml:": "colour: unknown key",
    }
    assert len(lines) == len(expected)
    for line, (file, said) in zip(lines, expected.items(), strict=True):
        assert re.search(rf"{file}\d+: ", line)
        assert said in line
    assert "Traceback" not in message


def test_products_that_look_each_other_up_are_refused_and_the_others_build(include: Include) -> None:
    def look_up(product: str) -> dict[str, Any]:
        taken = {f"name_of_{product}": "name"}
        return {"rules": [{"name": "find", "kind": "enrich", "product": product, "match": {"id": "id"}, "take": taken}]}

    include.add("shops", look_up("towns"))
    include.add("towns", look_up("shops"))
    include.add("visitors", look_up("towns"))
    found = bag()
    assert {f"{stage}__visitors" for stage in STAGES} == found.dags.keys() - {"sweep_jobs"}
    ((file, message),) = found.import_errors.items()
    assert file == "acquire_data.py"
    circle = "rule 'find' closes a circle of look-ups, shops → towns → shops: .*Take one of these look-ups out"
    assert re.search(rf"rules/shops\.yaml:\d+: rules\[0\]: {circle}", message)
    assert "Traceback" not in message


def test_one_job_for_both_stages_and_a_look_up_exclude_each_other(include: Include) -> None:
    look_up = {"name": "find", "kind": "enrich", "product": "codes", "match": {"id": "id"}, "take": {"name2": "name"}}
    together = [{"property": "groundwork.refineWithAcquire", "value": True}]
    include.add("orders", {"rules": [look_up]}, customProperties=together)
    (message,) = bag().import_errors.values()
    assert "rule 'find' looks up 'codes', and the contract says groundwork.refineWithAcquire" in message


def test_with_acquisition_off_the_refinements_tell_of_bad_files(include: Include) -> None:
    include.add("good")
    include.add("typo", colour="red")
    include.environment(modules={"acquire": False, "refine": True})
    found = bag()
    assert list(found.import_errors) == ["refine_data.py"]
    assert found.dags.keys() - {"sweep_jobs"} == {f"{stage}__good" for stage in STAGES[1:]}


def test_with_refinement_off_only_acquisitions_are_there(include: Include) -> None:
    include.add("good")
    include.environment(modules={"acquire": True, "refine": False})
    assert bag().dags.keys() - {"sweep_jobs"} == {"acquire_data__good"}


def test_only_what_airflow_asks_for_is_built_and_read(include: Include, monkeypatch: pytest.MonkeyPatch) -> None:
    include.add("good")
    include.add("typo", colour="red")  # would be an import error if it were read
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "refine_data__good")
    found = bag()
    assert found.dags.keys() - {"sweep_jobs"} == {"refine_data__good"}
    assert found.import_errors == {}


def test_a_bad_product_asked_for_says_so(include: Include, monkeypatch: pytest.MonkeyPatch) -> None:
    include.add("typo", colour="red")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "refine_data__typo")
    (message,) = bag().import_errors.values()
    assert "contracts/typo.yaml" in message


def test_parsing_imports_no_client_and_builds_a_thousand_products_in_time(tmp_path: Path) -> None:
    declared = Include(tmp_path / "include")
    declared.environment()
    for number in range(250):
        declared.add(f"product_{number}")
    script = textwrap.dedent("""
        import json, runpy, sys, time
        import airflow.sdk
        from airflow.sdk import DAG, Asset, Param, AssetAny, BaseOperator, get_parsing_context
        began = time.process_time()
        made = {}
        for stage in ("acquire_data", "refine_data", "publish_batch", "undo_publish"):
            made[stage] = sum(isinstance(found, DAG) for found in runpy.run_path(f"dags/{stage}.py").values())
        heavy = ("boto3", "botocore", "aiobotocore", "pandas", "openlineage", "airflow.providers.amazon.aws.hooks")
        print(json.dumps({"seconds": time.process_time() - began, "heavy": [m for m in heavy if m in sys.modules]}))
    """)
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": "plugins",
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "GROUNDWORK_INCLUDE": str(declared.folder),
            "GROUNDWORK_ENVIRONMENT": "sandbox",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    measured = json.loads(answer.stdout.splitlines()[-1])
    assert measured["heavy"] == []
    assert measured["seconds"] < 10
