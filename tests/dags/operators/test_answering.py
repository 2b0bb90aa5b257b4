"""The question as Airflow really asks it: a whole run, answered by people over Airflow's own API."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk import Asset

from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.approvals import Approvals
from groundwork.hooks.model_ledger.versions import Versions
from groundwork.hooks.model_registry import ModelRegistryHook
from groundwork.operators.register_model import RegisterModelOperator
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.model_world import ModelWorld, declare_model
from tests.dags.operators.conftest import RunDag

PEOPLE = ("scientist", "approver", "operator")
REGISTERED = Asset(name="registered/m", uri="x-groundwork://registered/m")


class People:
    """Logs people in and lets them answer, as a browser does."""

    def __init__(self, passwords: dict[str, str]) -> None:
        from airflow.api_fastapi.app import create_app
        from fastapi.testclient import TestClient

        self._client = TestClient(create_app())
        self._headers = {name: self._login(name, password) for name, password in passwords.items()}

    def _login(self, name: str, password: str) -> dict[str, str]:
        answer = self._client.post("/auth/token", json={"username": name, "password": password})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def question(self, dag_id: str) -> dict[str, Any]:
        """The open question of a DAG; waits until there is one."""
        until = time.monotonic() + 240
        while time.monotonic() < until:
            answer = self._client.get(
                f"/api/v2/dags/{dag_id}/dagRuns/~/hitlDetails",
                params={"response_received": False},
                headers=self._headers["approver"],
            )
            if answer.status_code == 200 and answer.json()["hitl_details"]:
                return dict(answer.json()["hitl_details"][0])
            time.sleep(0.5)
        raise AssertionError("nothing is asked")

    def answer(self, name: str, question: dict[str, Any], option: str, comment: str = "") -> Any:
        task = question["task_instance"]
        return self._client.patch(
            f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/-1/hitlDetails",
            json={"chosen_options": [option], "params_input": {"comment": comment}},
            headers=self._headers[name],
        )


@pytest.fixture
def people(airflow_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    passwords = {name: f"{name}'s secret" for name in PEOPLE}
    file = tmp_path / "passwords.json"
    file.write_text(json.dumps(passwords))
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", ",".join(f"{name}:user" for name in PEOPLE))
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(file))
    return People(passwords)


@pytest.fixture(autouse=True)
def answers_reach_the_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    """``dag.test`` gives triggers no answers of people; a triggerer asks the database for them, as this does."""
    from airflow.api_fastapi.execution_api.datamodels.hitl import HITLDetailResponse
    from airflow.models.hitl import HITLDetail
    from airflow.utils.session import create_session

    def asked(ti_id: Any) -> Any:
        with create_session() as session:
            return HITLDetailResponse.from_hitl_detail_orm(session.get(HITLDetail, ti_id))

    monkeypatch.setattr("airflow.providers.standard.triggers.hitl.get_hitl_detail_content_detail", asked)


@pytest.fixture
def world(cloud: Sandbox, include: Include) -> ModelWorld:
    """A model that is not served, with a version that waits for approval."""
    name = declare_model(include)
    file = include.folder / "models" / f"{name}.yaml"
    content = yaml.safe_load(file.read_text())
    kept = {key: value for key, value in content.items() if key not in ("release", "scoring", "monitor")}
    file.write_text(yaml.safe_dump(kept))
    return ModelWorld(include, name)


def register(world: ModelWorld, user: str) -> None:
    run, task, archive = world.trained(user=user)
    RegisterModelOperator(task_id="register", run_uri=run.uri, model=archive, asset=REGISTERED).execute(task.context)


def test_the_requester_is_refused_and_somebody_else_approves_in_the_same_run(
    world: ModelWorld, people: People, run_dag: RunDag, sandbox_ledger: LedgerHook
) -> None:
    register(world, "scientist")
    dag_id = f"release_model__{world.name}"
    said: list[tuple[int, str]] = []

    def answer() -> None:
        question = people.question(dag_id)
        for name in ("scientist", "approver"):
            response = people.answer(name, question, "Approve", "seen")
            said.append((response.status_code, response.text))

    answering = threading.Thread(target=answer, daemon=True)
    answering.start()
    run = run_dag(dag_id)
    answering.join(10)
    assert [status for status, _ in said] == [403, 200]
    assert "User=scientist (id=scientist) is not a respondent for the task." in said[0][1]
    assert run.state == "success", run.tasks
    (version,) = Versions(sandbox_ledger, world.name).all()
    approval = Approvals(sandbox_ledger, world.name).get(version.digest)
    assert approval is not None
    assert (version.state, approval.by, approval.comment) == ("approved", "approver", "seen")
    assert ModelRegistryHook(region_name=REGION).package(version.package_arn).status == "Approved"


def test_where_the_api_lets_everybody_answer_the_question_is_open_again_after_the_requesters(
    world: ModelWorld,
    people: People,
    run_dag: RunDag,
    sandbox_ledger: LedgerHook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register(world, "approver")  # an approver who asked for the version
    monkeypatch.setattr("groundwork.operators.approve_model._assigned", lambda _: None)
    dag_id = f"release_model__{world.name}"
    said: list[int] = []

    def answer() -> None:
        for name in ("approver", "operator"):
            said.append(people.answer(name, people.question(dag_id), "Approve").status_code)

    answering = threading.Thread(target=answer, daemon=True)
    answering.start()
    run = run_dag(dag_id)
    answering.join(10)
    assert said == [200, 200]
    assert run.state == "success", run.tasks
    (version,) = Versions(sandbox_ledger, world.name).all()
    kept = Approvals(sandbox_ledger, world.name).answers(version.digest)
    assert [(each.answer.by, bool(each.reasons)) for each in kept] == [("approver", True), ("operator", False)]
    assert version.state == "approved"
