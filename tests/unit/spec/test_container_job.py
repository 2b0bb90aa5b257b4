"""What SageMaker is asked for is what its API takes, and names the run's own data and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from groundwork.spec import container_job
from groundwork.spec.include import load_environment
from groundwork.spec.model import Range, Tuning
from groundwork.spec.model_file import load_model
from groundwork.spec.model_run import ModelRun
from groundwork.spec.run import JobBundle

INCLUDE = Path(__file__).parents[3] / "include"
PREFIX = "s3://groundwork-sandbox-evidence/runs/train_model__late_arrival/0123456789abcdef/"
DATA = "s3://groundwork-sandbox-artifacts/runs/train_model__late_arrival/0123456789abcdef/"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/groundwork-models:abc"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModelRun:
    """A frozen training."""
    monkeypatch.setenv("GROUNDWORK_HOME", "/home/ada/.groundwork")
    declared = load_model(INCLUDE, "late_arrival")
    return ModelRun(
        spec_version=1,
        prefix=PREFIX,
        dag_id="train_model__late_arrival",
        run_id="manual",
        requested_by="scientist",
        frozen_at=datetime(2026, 1, 1, tzinfo=UTC),
        environment=load_environment(INCLUDE, "sandbox"),
        model=declared.model,
        contract=declared.contract,
        bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e", image_tag="abc"),
        image=IMAGE,
    )


def checked(action: str, request: dict[str, Any], **name: str) -> dict[str, Any]:
    """The request, after botocore has held it against the service's model."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    problems = ParamValidator().validate({**name, **request}, model.operation_model(action).input_shape)
    assert not problems.has_errors(), problems.generate_report()
    return request


def places(inputs: list[dict[str, Any]]) -> dict[str, str]:
    return {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in inputs}


def test_training(run: ModelRun) -> None:
    request = checked(
        "CreateTrainingJob", container_job.training_request(run, "logistic_regression"), TrainingJobName="n"
    )
    assert request["AlgorithmSpecification"]["TrainingImage"] == IMAGE
    assert request["HyperParameters"] == {"algorithm": "logistic_regression"}
    assert request["RoleArn"] == "arn:aws:iam::123456789012:role/groundwork-sandbox-train"
    assert places(request["InputDataConfig"]) == {
        "run": f"{PREFIX}run.json",
        "train": f"{DATA}examples/train/",
        "validation": f"{DATA}examples/validation/",
    }
    assert request["OutputDataConfig"] == {"S3OutputPath": f"{DATA}models/"}
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert request["Environment"] == {"MLFLOW_TRACKING_URI": "sqlite:////home/ada/.groundwork/mlflow/mlflow.db"}
    (regex,) = [
        each["Regex"]
        for each in request["AlgorithmSpecification"]["MetricDefinitions"]
        if each["Name"] == "validation:roc_auc"
    ]
    assert regex == "validation:roc_auc=([0-9.]+)"


def test_tuning_is_repeatable_and_searches_what_is_declared(run: ModelRun) -> None:
    ranges = {
        "max_depth": Range(minimum=3, maximum=9, integer=True),
        "eta": Range(minimum=0.01, maximum=0.3, logarithmic=True),
    }
    tuned = run.model_copy(
        update={"model": run.model.model_copy(update={"tuning": Tuning(maximum_jobs=4, ranges=ranges)})}
    )
    request = checked(
        "CreateHyperParameterTuningJob", container_job.tuning_request(tuned), HyperParameterTuningJobName="n"
    )
    assert request == container_job.tuning_request(tuned)
    config = request["HyperParameterTuningJobConfig"]
    assert config["ResourceLimits"] == {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2}
    assert config["HyperParameterTuningJobObjective"] == {"Type": "Maximize", "MetricName": "validation:roc_auc"}
    assert config["ParameterRanges"] == {
        "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "3", "MaxValue": "9", "ScalingType": "Linear"}],
        "ContinuousParameterRanges": [
            {"Name": "eta", "MinValue": "0.01", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
        ],
    }
    assert request["TrainingJobDefinition"]["StaticHyperParameters"] == {"algorithm": "xgboost"}
    with pytest.raises(ValueError, match="declares no tuning"):
        container_job.tuning_request(run)


@pytest.mark.parametrize("baseline", [None, "s3://b/baseline/model.tar.gz"])
def test_evaluation(run: ModelRun, baseline: str | None) -> None:
    request = checked(
        "CreateProcessingJob",
        container_job.evaluation_request(run, "s3://b/m/model.tar.gz", baseline),
        ProcessingJobName="n",
    )
    inputs = {
        each["InputName"]: (each["S3Input"]["S3Uri"], each["S3Input"]["LocalPath"])
        for each in request["ProcessingInputs"]
    }
    expected = {
        "run": (f"{PREFIX}run.json", "/opt/ml/processing/run"),
        "train": (f"{DATA}examples/train/", "/opt/ml/processing/train"),
        "test": (f"{DATA}examples/test/", "/opt/ml/processing/test"),
        "model": ("s3://b/m/model.tar.gz", "/opt/ml/processing/model"),
    }
    if baseline:
        expected["baseline"] = (baseline, "/opt/ml/processing/baseline")
    assert inputs == expected
    (output,) = request["ProcessingOutputConfig"]["Outputs"]
    assert (output["S3Output"]["S3Uri"], output["S3Output"]["LocalPath"]) == (PREFIX, "/opt/ml/processing/output")
    assert request["AppSpecification"] == {"ImageUri": IMAGE, "ContainerEntrypoint": ["evaluate"]}
    assert request["RoleArn"].endswith("/groundwork-sandbox-evaluate")


def test_drift_report_and_transform(run: ModelRun) -> None:
    request = checked(
        "CreateProcessingJob", container_job.drift_report_request(run, "s3://b/examples/train/"), ProcessingJobName="n"
    )
    assert request["RoleArn"].endswith("/groundwork-sandbox-report-drift")
    assert request["AppSpecification"]["ContainerEntrypoint"] == ["report_drift"]
    serving = run.model_copy(update={"release": 3})
    request = checked("CreateTransformJob", container_job.transform_request(serving), TransformJobName="n")
    assert request["ModelName"] == "groundwork-sandbox-late-arrival-000003"
    assert request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"] == f"{DATA}requests/"
    assert request["TransformOutput"]["S3OutputPath"] == f"{DATA}answers/"
    with pytest.raises(ValueError, match="names no release"):
        container_job.transform_request(run)


def test_tracking(run: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(uri: str | None) -> ModelRun:
        return run.model_copy(update={"environment": run.environment.model_copy(update={"tracking_uri": uri})})

    arn = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/groundwork-aws"
    assert container_job.tracking_uri(at(arn)) == arn
    assert container_job.training_request(at(None), "xgboost")["Environment"] == {}
    monkeypatch.delenv("GROUNDWORK_HOME")
    with pytest.raises(ValueError, match="GROUNDWORK_HOME is not set"):
        container_job.tracking_uri(run)
