"""SageMaker jobs as an engine, on real ones of the sandbox."""

from __future__ import annotations

import asyncio
import io
import tarfile
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.models.trigger import Trigger
from botocore.exceptions import ClientError

from groundwork.hooks.container_job import KINDS, ContainerJobHook, read_state
from groundwork.hooks.job_attempts import JobAttempts, TaskRun
from groundwork.hooks.job_engine import EngineError, JobIdentity, engine_of
from groundwork.hooks.ledger import LedgerHook
from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment
from groundwork.triggers.container_job import ContainerJobTrigger
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY
from tests.lifecycle.conftest import until

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hooks-trainer:1"
BUCKET = "container-job-models"


@pytest.fixture(scope="session")
def trainer(sandbox: Sandbox) -> str:
    """An image whose training does what it is told, and a bucket for its models."""
    sandbox.push_image(IMAGE, Path(__file__).parent / "trainer")
    client = boto3.Session("AKIASANDBOXSANDBOX00", "sandbox", region_name=REGION).client(
        "s3", endpoint_url=sandbox.settings.endpoint
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return IMAGE


@pytest.fixture
def environment() -> Environment:
    """The sandbox's."""
    return load_environment(REPOSITORY / "include", "sandbox")


@pytest.fixture
def engine(aws: Sandbox, trainer: str, environment: Environment) -> ContainerJobHook:
    """Training jobs."""
    return ContainerJobHook(environment, "training")


def request(algorithm: str) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "validation:roc_auc", "Regex": "validation:roc_auc=([0-9.]+)"}],
        },
        "HyperParameters": {"algorithm": algorithm},
        "RoleArn": "arn:aws:iam::123456789012:role/groundwork-sandbox-train",
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }


def named() -> JobIdentity:
    name = f"hooks-{uuid.uuid4().hex[:8]}"
    return JobIdentity(name, name, {"groundwork:run": "manual__{1}"})


def test_the_same_name_starts_one_job_whose_log_and_model_can_be_read(engine: ContainerJobHook) -> None:
    identity = named()
    assert engine.start(identity, request("end")) == identity.name
    assert engine.start(identity, request("end")) == identity.name
    until(lambda: engine.state(identity.name).phase == "succeeded")
    assert engine.state(identity.name).word == "Completed"
    assert engine.find(identity.name) is None, "it has ended"
    assert "learning as end" in engine.tail(identity.name, 5)
    assert engine.artifact(identity.name) == f"s3://{BUCKET}/models/{identity.name}/output/model.tar.gz"
    body = boto3.client("s3", region_name=REGION).get_object(
        Bucket=BUCKET, Key=f"models/{identity.name}/output/model.tar.gz"
    )["Body"]
    with tarfile.open(fileobj=io.BytesIO(body.read())) as archive:
        assert archive.extractfile("weights").read() == b"end"  # type: ignore[union-attr]
    engine.cancel(identity.name)
    assert engine.state(identity.name).phase == "succeeded", "one that has ended stays as it is"


def test_a_job_is_stopped_and_another_fails_with_its_reason(engine: ContainerJobHook) -> None:
    waiting, failing = named(), named()
    engine.start(waiting, request("wait"))
    engine.start(failing, request("fail"))
    assert engine.find(waiting.name) == waiting.name
    engine.cancel(waiting.name)
    until(lambda: engine.state(waiting.name).phase == "cancelled")
    until(lambda: engine.state(failing.name).phase == "failed")
    assert "the labels are all the same" in engine.state(failing.name).detail
    with pytest.raises(EngineError, match="has left no model"):
        engine.artifact(failing.name)


@pytest.mark.parametrize("kind", ["training", "tuning", "processing", "transform"])
def test_a_job_that_nobody_started_has_failed(kind: Any, aws: Sandbox, environment: Environment) -> None:
    engine = engine_of(environment, kind)
    state = engine.state("nobody-started-this")
    assert (state.phase, state.word) == ("failed", "UNKNOWN")
    assert engine.find("nobody-started-this") is None
    page = f"{aws.settings.endpoint}/_sandbox/sagemaker/jobs/{kind}/nobody-started-this"
    assert engine.job_url("nobody-started-this") == page


def test_where_a_person_sees_a_job_on_amazon() -> None:
    environment = load_environment(REPOSITORY / "include", "aws")
    assert engine_of(environment, "processing").job_url("n") == (
        "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/processing-jobs/n"
    )


def test_a_search_gives_its_best_model_and_names_what_it_tried(
    aws: Sandbox, trainer: str, environment: Environment
) -> None:
    engine = ContainerJobHook(environment, "tuning")
    definition = request("end")
    definition["StaticHyperParameters"] = definition.pop("HyperParameters")
    search = {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "RandomSeed": 1,
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:roc_auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": "eta", "MinValue": "0.1", "MaxValue": "0.9", "ScalingType": "Linear"}
                ]
            },
        },
        "TrainingJobDefinition": definition,
    }
    identity = named()
    engine.start(identity, search)
    until(lambda: engine.state(identity.name).phase == "succeeded")
    tried = engine.tail(identity.name, 10)
    assert len(tried) == 3
    best = max(float(line.rpartition("eta=")[2]) for line in tried)
    described = engine.conn.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=identity.name)
    assert float(described["BestTrainingJob"]["TunedHyperParameters"]["eta"]) == best
    assert engine.artifact(identity.name).startswith(f"s3://{BUCKET}/models/")


def test_a_quota_says_the_mend(engine: ContainerJobHook, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        said = "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances."
        response = {"Error": {"Code": "ResourceLimitExceeded", "Message": said}}
        raise ClientError(response, "CreateTrainingJob")  # type: ignore[arg-type]

    monkeypatch.setattr(engine.conn, "create_training_job", refused)
    with pytest.raises(EngineError, match=r"is 0 Instances\. Ask for a larger quota, choose another instanceType"):
        engine.start(named(), request("end"))


def test_a_name_taken_by_nobody_we_know_is_no_success(
    engine: ContainerJobHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "no"}}, "CreateTrainingJob")

    monkeypatch.setattr(engine.conn, "create_training_job", refused)
    with pytest.raises(ClientError):
        engine.start(named(), request("end"))


def test_states() -> None:
    kind = KINDS["training"]
    assert read_state(kind, {"TrainingJobStatus": "InProgress"}).phase == "running"
    assert read_state(kind, {"TrainingJobStatus": "Stopping"}).phase == "running"
    late = read_state(kind, {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded"})
    assert (late.phase, late.detail) == ("cancelled", "it took longer than maximumMinutes of the model's file")
    failed = read_state(KINDS["processing"], {"ProcessingJobStatus": "Failed", "ExitMessage": "exit 3"})
    assert (failed.phase, failed.detail) == ("failed", "exit 3")


def test_the_trigger_waits_and_comes_back_from_the_database(engine: ContainerJobHook) -> None:
    arguments = {"region_name": REGION, "job_id": "n", "poll_seconds": 1, "kind": "training"}
    path, kept = ContainerJobTrigger(**arguments).serialize()
    assert (path, kept) == ("groundwork.triggers.container_job.ContainerJobTrigger", arguments)
    row = Trigger(classpath=path, kwargs=kept)
    identity = named()
    engine.start(identity, request("fail"))
    trigger = ContainerJobTrigger(**{**row.kwargs, "job_id": identity.name})

    async def fired() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    (event,) = asyncio.run(fired())
    assert event["phase"] == "failed"
    assert "the labels are all the same" in event["detail"]


def test_attempts_remember_their_engine_and_searches_have_short_names(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    work = TaskRun("train_model__late_arrival", "manual", "tune_model", engine="tuning")
    claimed = attempts.current(work)
    assert len(claimed.name) <= 32
    assert attempts.open() == [claimed]
    assert attempts.open()[0].work.engine == "tuning"
