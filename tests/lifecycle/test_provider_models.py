"""The amazon provider's own SageMaker operators, unchanged, against a sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY
from tests.lifecycle.conftest import Person, until
from tests.lifecycle.lake import Lake
from tests.lifecycle.test_provider_operators import Run

pytestmark = pytest.mark.timeout(300)
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
IMAGES = REPOSITORY / "tests" / "sandbox" / "sagemaker" / "images"
BUCKET = "provider-models"


@pytest.fixture(scope="module")
def start(lake: Lake, sandbox: Sandbox, person: Person) -> Callable[..., Run]:
    """Starts a run, once images and data lie where the DAGs expect them; what it makes is named by the run's id."""
    for image in ("trainer", "processor", "server"):
        sandbox.push_image(f"{REGISTRY}/{image}:1", IMAGES / image)
    lake.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    lake.s3.put_object(Bucket=BUCKET, Key="data/x.csv", Body=b"1,2\n3,4\n")
    until(lambda: person.has_dags("provider_model_life", "provider_models_fail"), 60)
    return lambda dag, order="": Run(person, dag, order)


def read(lake: Lake, key: str) -> str:
    body: bytes = lake.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body.decode()


def test_the_whole_life_of_a_model(start: Callable[..., Run], lake: Lake) -> None:
    run = start("provider_model_life", "report")
    tasks = ("train", "shown", "tune", "evaluate", "model", "transform", "transformed", "first", "second", "delete")
    assert run.end(200) == dict.fromkeys(tasks, "success"), run.failures()
    name = run.run_id
    sagemaker = lake.client("sagemaker")
    trained: dict[str, Any] = run.xcom("train")["Training"]
    assert (trained["TrainingJobStatus"], trained["TrainingJobName"]) == ("Completed", name)
    assert trained["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{BUCKET}/artifacts/{name}/output/model.tar.gz"
    assert "epoch=2; auc=0.75;" in run.log("shown")
    assert run.xcom("tune")["Tuning"]["BestTrainingJob"]["TunedHyperParameters"] == {"x": "3"}
    assert run.xcom("evaluate")["Processing"]["ExitMessage"] == "order was count"
    assert json.loads(read(lake, f"{name}/counts.json")) == {}
    assert read(lake, f"{name}/predictions/x.csv.out") == "3.0,2\n7.0,2\n"
    assert run.xcom("transform")["Model"]["PrimaryContainer"]["Image"] == f"{REGISTRY}/server:1"
    assert [run.xcom(task).rsplit("/", 1)[1] for task in ("first", "second")] == ["1", "2"]
    packages = sagemaker.list_model_packages(ModelPackageGroupName=name)["ModelPackageSummaryList"]
    assert [each["ModelApprovalStatus"] for each in packages] == ["PendingManualApproval"] * 2
    assert sagemaker.list_models(NameContains=name)["Models"] == []


def test_a_failing_job_fails_the_task_and_its_log_says_why(start: Callable[..., Run], lake: Lake) -> None:
    run = start("provider_models_fail")
    assert run.end() == dict.fromkeys(("blocking", "deferrable", "processing"), "failed")
    assert "AlgorithmError: the labels are all the same, exit code: 3" in run.log("blocking")
    assert "AlgorithmError: no rows in the slice EWR, exit code: 4" in run.log("processing")
    job = lake.client("sagemaker").describe_training_job(TrainingJobName=f"{run.run_id}-deferrable")
    assert job["TrainingJobStatus"] == "Failed"
