"""From a trained model to a decided version: registered as it was evaluated, asked about, answered, recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException, DownstreamTasksSkipped, TaskDeferred

from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.approvals import Approvals
from groundwork.hooks.model_ledger.versions import Versions
from groundwork.hooks.model_registry import ModelRegistryHook
from groundwork.operators.approve_model import APPROVE, REJECT, ApproveModelOperator
from groundwork.operators.plan_release import PlanReleaseOperator
from groundwork.operators.record_approval import RecordApprovalOperator
from groundwork.operators.register_model import RegisterModelOperator
from groundwork.sensors.model_approval import ModelApprovalSensor
from groundwork.spec import names
from groundwork.spec.model_run import ModelRun
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.model_world import ModelWorld, Task, declare_model

REGISTERED = Asset(name="registered/m", uri="x-groundwork://registered/m")


@pytest.fixture
def world(cloud: Sandbox, include: Include) -> ModelWorld:
    return ModelWorld(include, declare_model(include))


@pytest.fixture
def registry(cloud: Sandbox) -> ModelRegistryHook:
    return ModelRegistryHook(region_name=REGION)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What people are asked, as it would go to Airflow's API."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **content: asked.append(content)
    )
    return asked


def register(world: ModelWorld, run_id: str = "train", user: str | None = "scientist") -> tuple[ModelRun, int]:
    run, task, archive = world.trained(run_id, user)
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    return run, operator.execute(task.context)


def plan(world: ModelWorld, run_id: str = "release", number: int | None = None) -> tuple[str, Task]:
    task = Task(names.dag_id("release_model", world.name), run_id, None, number=number)
    return PlanReleaseOperator(task_id="plan_release", **world.planning()).execute(task.context), task


def ask(uri: str, task: Task) -> ApproveModelOperator:
    operator = ApproveModelOperator(task_id="approve_model", run_uri=uri)
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(task.context)
    assert deferred.value.method_name == "execute_complete"
    return operator


def answer(by: str | None, option: str = APPROVE, comment: str = "", at: datetime | None = None) -> dict[str, Any]:
    """As the trigger gives it."""
    return {
        "chosen_options": [option],
        "params_input": {"comment": comment},
        "responded_at": at or datetime.now(UTC),
        "responded_by_user": {"id": by, "name": by} if by else None,
    }


def record(uri: str, task: Task, then: bool = True) -> Any:
    operator = RecordApprovalOperator(task_id="record_approval", run_uri=uri)
    if then:
        operator.downstream_task_ids = {"await_approval"}
    return operator.execute(task.context)


def sensor(world: ModelWorld, arn: str) -> ModelApprovalSensor:
    return ModelApprovalSensor(
        task_id="await_approval",
        package_arn=arn,
        model=world.name,
        ledger_table="groundwork-sandbox",
        region_name=REGION,
        poll_seconds=1,
    )


def test_a_version_is_registered_as_it_was_evaluated(
    world: ModelWorld, registry: ModelRegistryHook, sandbox_ledger: LedgerHook
) -> None:
    run, task, archive = world.trained(user="scientist")
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    number = operator.execute(task.context)
    record = Versions(sandbox_ledger, world.name).get(number)
    assert record is not None
    assert (number, record.state, record.requested_by) == (1, "registered", "scientist")
    package = registry.package(record.package_arn)
    assert (package.status, package.digest, package.number) == ("PendingManualApproval", record.digest, 1)
    assert (package.image, package.artifact) == (run.image, archive)
    assert task.outlets[REGISTERED].extra == {
        "package_arn": record.package_arn,
        "number": 1,
        "digest": record.digest,
    }
    described = registry.conn.describe_model_package(ModelPackageName=record.package_arn)
    assert described["CustomerMetadataProperties"]["snapshot"] == "7"
    assert described["CustomerMetadataProperties"]["policy"] == world.model.policy_digest
    assert described["CustomerMetadataProperties"]["requestedBy"] == "scientist"
    assert described["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == run.report_uri("evaluate")


def test_a_second_try_finds_what_the_first_has_registered(world: ModelWorld, sandbox_ledger: LedgerHook) -> None:
    run, task, archive = world.trained()
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    assert [operator.execute(task.context), operator.execute(task.context)] == [1, 1]
    assert len(Versions(sandbox_ledger, world.name).all()) == 1


def test_a_lost_record_is_found_again_by_the_packages_digest(
    world: ModelWorld, registry: ModelRegistryHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, task, archive = world.trained()
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)

    def die(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Versions, "register", die)
        with pytest.raises(ConnectionResetError):
            operator.execute(task.context)
    assert operator.execute(task.context) == 1
    group = names.package_group(world.environment, world.name)
    assert len(registry.conn.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]) == 1


def test_what_the_evaluation_refuses_is_not_registered(world: ModelWorld, sandbox_ledger: LedgerHook) -> None:
    run, task, archive = world.trained(outcome="refuse")
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    with pytest.raises(AirflowFailException, match=r"not registered: roc_auc is 0.51, at least 0.65 must be"):
        operator.execute(task.context)
    assert Versions(sandbox_ledger, world.name).all() == []


@pytest.mark.parametrize("part", ["model", "golden", "reference"])
def test_what_was_swapped_after_the_evaluation_is_refused(
    world: ModelWorld, sandbox_ledger: LedgerHook, part: str
) -> None:
    run, task, archive = world.trained()
    places = {
        "model": archive,
        "golden": run.artefact_uri("evaluate", "golden.jsonl"),
        "reference": run.artefact_uri("evaluate", "reference.json"),
    }
    world.put(places[part], b"another")
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    with pytest.raises(AirflowFailException, match="is not what was evaluated"):
        operator.execute(task.context)
    assert Versions(sandbox_ledger, world.name).all() == []


def test_an_object_that_is_gone_is_named(world: ModelWorld) -> None:
    run, task, archive = world.trained()
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=f"{archive}x", asset=REGISTERED)
    with pytest.raises(AirflowFailException, match=r"model.tar.gzx is gone"):
        operator.execute(task.context)


def test_a_run_of_another_dag_is_refused(world: ModelWorld) -> None:
    run, _, archive = world.trained()
    other = Task(names.dag_id("train_model", world.name), "another")
    operator = RegisterModelOperator(task_id="register_model", run_uri=run.uri, model=archive, asset=REGISTERED)
    with pytest.raises(AirflowFailException, match="was not frozen by this run"):
        operator.execute(other.context)


def test_the_question_shows_the_evidence_and_names_who_may_answer(
    world: ModelWorld, questions: list[dict[str, Any]]
) -> None:
    _, number = register(world)
    uri, task = plan(world)
    ask(uri, task)
    (question,) = questions
    assert question["subject"] == f"Approve version {number} of Late arrival?"
    assert question["options"] == ["Approve", "Reject"]
    assert question["defaults"] is None
    assert question["assigned_users"] == [{"id": name, "name": name} for name in ("approver", "operator")]
    assert list(question["params"]) == ["comment"]
    for text in (
        "| roc_auc | 0.7412 | 0.7000 | at least 0.65, 0.01 better than the baseline |",
        "Asked for by **scientist**, who cannot answer. **Who may:** **approver**, **operator**, within 72 hours.",
        "snapshot 7",
        "/runs/train_model__",
        "evaluate.page.html",
        world.model.policy_digest,
    ):
        assert text in question["body"], text


def test_an_answer_that_counts_is_recorded_and_shown_in_sagemaker(
    world: ModelWorld, registry: ModelRegistryHook, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]]
) -> None:
    register(world)
    uri, task = plan(world)
    operator = ask(uri, task)
    given = answer("approver", comment="slices look fine")
    result = operator.execute_complete(task.context, given)
    assert result == {"by": "approver", "at": given["responded_at"].isoformat(), "outcome": "approve"}
    assert record(uri, task) == {"outcome": "approve", "by": "approver", "at": result["at"]}
    (version,) = Versions(sandbox_ledger, world.name).all()
    assert version.state == "approved"
    approval = Approvals(sandbox_ledger, world.name).get(version.digest)
    assert approval is not None
    assert (approval.by, approval.comment, approval.outcome) == ("approver", "slices look fine", "approve")
    assert approval.decision is not None
    assert approval.decision.measured["requestedBy"] == "scientist"
    described = registry.conn.describe_model_package(ModelPackageName=version.package_arn)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["ApprovalDescription"].startswith("approved by approver at ")
    assert sensor(world, version.package_arn).execute(task.context).startswith("approved by approver at ")
    # Everything once more, as cleared tasks do it.
    assert record(uri, task)["by"] == "approver"
    assert operator.execute(task.context)["outcome"] == "approve"
    assert len(questions) == 1


def test_the_requesters_answer_is_refused_and_the_question_is_open_again(
    world: ModelWorld, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "AIRFLOW__CORE__AUTH_MANAGER", "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
    )
    register(world, user="approver")
    uri, task = plan(world)
    operator = ask(uri, task)
    assert questions[0]["assigned_users"] is None  # others know people by numbers
    for by in ("approver", "steward", None):
        with pytest.raises(TaskDeferred):
            operator.execute_complete(task.context, answer(by))
    assert len(questions) == 4
    with pytest.raises(AirflowFailException, match=r"no answer .* that counts.*who may answer: operator"):
        record(uri, task)
    (version,) = Versions(sandbox_ledger, world.name).all()
    assert version.state == "registered"
    operator.execute_complete(task.context, answer("operator"))
    assert record(uri, task)["by"] == "operator"
    kept = Approvals(sandbox_ledger, world.name).answers(version.digest)
    assert [(each.answer.by, bool(each.reasons)) for each in kept] == [
        ("approver", True),
        ("steward", True),
        (None, True),
        ("operator", False),
    ]


def test_a_rejection_is_recorded_and_nothing_follows(
    world: ModelWorld, registry: ModelRegistryHook, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]]
) -> None:
    register(world)
    uri, task = plan(world)
    ask(uri, task).execute_complete(task.context, answer("operator", REJECT, "too few hubs"))
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        record(uri, task)
    assert skipped.value.tasks == ["await_approval"]
    (version,) = Versions(sandbox_ledger, world.name).all()
    assert version.state == "rejected"
    assert registry.package(version.package_arn).status == "Rejected"
    with pytest.raises(AirflowFailException, match=r"rejected by operator at .*too few hubs"):
        sensor(world, version.package_arn).execute(task.context)


def test_what_is_swapped_while_the_question_is_open_cannot_be_approved(
    world: ModelWorld, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]]
) -> None:
    run, _ = register(world)
    uri, task = plan(world)
    operator = ask(uri, task)
    world.put(run.artefact_uri("evaluate", "golden.jsonl"), b"another")
    with pytest.raises(AirflowFailException, match="is not what was asked about"):
        operator.execute_complete(task.context, answer("approver"))
    with pytest.raises(AirflowFailException, match="no answer"):
        record(uri, task)


def test_what_is_swapped_between_answer_and_record_is_not_approved(
    world: ModelWorld, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]]
) -> None:
    run, _ = register(world)
    uri, task = plan(world)
    ask(uri, task).execute_complete(task.context, answer("approver"))
    world.put(run.report_uri("evaluate"), b"{}")
    with pytest.raises(AirflowFailException, match="is not what was asked about"):
        record(uri, task)
    (version,) = Versions(sandbox_ledger, world.name).all()
    assert version.state == "registered"


def test_an_answer_that_comes_too_late_is_none(world: ModelWorld, questions: list[dict[str, Any]]) -> None:
    register(world)
    uri, task = plan(world)
    operator = ask(uri, task)
    late = datetime.now(UTC) + timedelta(hours=72, minutes=1)
    with pytest.raises(AirflowFailException, match="time to answer ended"):
        operator.execute_complete(task.context, answer("approver", at=late))
    with pytest.raises(AirflowFailException, match="nobody whose answer counts has answered within 72 hours"):
        operator.execute_complete(task.context, {"error": "…", "error_type": "timeout"})


def test_nobody_is_asked_when_the_time_is_over(world: ModelWorld, questions: list[dict[str, Any]]) -> None:
    register(world)
    uri, _ = plan(world)
    from groundwork.hooks.evidence import EvidenceHook

    version = EvidenceHook(region_name=REGION).read(uri, ModelRun).version
    long_ago = datetime.now(UTC) - timedelta(hours=73)
    run, task = world.freeze("release_model", "old", version=version, frozen_at=long_ago)
    with pytest.raises(AirflowFailException, match="trigger release_model__m"):
        ApproveModelOperator(task_id="approve_model", run_uri=run.uri).execute(task.context)
    assert questions == []


def test_the_only_approver_cannot_ask_for_a_version(cloud: Sandbox, include: Include) -> None:
    alone = ("approvers: [approver, operator]", "approvers: [scientist]")
    world = ModelWorld(include, declare_model(include, alone=alone))
    register(world)
    uri, task = plan(world)
    with pytest.raises(AirflowFailException, match="is the only approver; declare another one"):
        ApproveModelOperator(task_id="approve_model", run_uri=uri).execute(task.context)


def test_a_status_set_past_the_record_is_not_enough_and_is_told(
    world: ModelWorld, registry: ModelRegistryHook, capsys: pytest.CaptureFixture[str]
) -> None:
    register(world)
    _, task = plan(world)
    arn = task.pushed["package_arn"]
    registry.project(arn, "Approved", "by hand")
    with pytest.raises(TaskDeferred) as deferred:
        sensor(world, arn).execute(task.context)
    assert "no record in the ledger says by whom" in capsys.readouterr().out
    trigger = deferred.value.trigger
    assert trigger.serialize()[1]["package_arn"] == arn
    with pytest.raises(TaskDeferred):
        sensor(world, arn).execute_complete(task.context, {"phase": "approved", "detail": ""})


def test_which_version_a_release_is_about(world: ModelWorld, sandbox_ledger: LedgerHook) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match=r"every version of .* is decided"):
        plan(world, "r0")
    register(world, "train 1")
    register(world, "train 2")
    assert plan(world, "r1")[1].pushed["package_arn"].endswith("/2")
    assert plan(world, "r2", 1)[1].pushed["package_arn"].endswith("/1")
    assert plan(world, "r1")[1].pushed["package_arn"].endswith("/2")  # as frozen
    with pytest.raises(AirflowFailException, match="has no version 7; registered are: 1, 2"):
        plan(world, "r3", 7)


def test_an_older_version_gives_way_to_an_approved_one(
    world: ModelWorld, sandbox_ledger: LedgerHook, questions: list[dict[str, Any]]
) -> None:
    register(world, "train 1")
    register(world, "train 2")
    uri, task = plan(world)
    ask(uri, task).execute_complete(task.context, answer("approver"))
    record(uri, task)
    assert [each.state for each in Versions(sandbox_ledger, world.name).all()] == ["superseded", "approved"]
    with pytest.raises(AirflowFailException, match=r"version 1 of .* is superseded"):
        plan(world, "again", 1)
