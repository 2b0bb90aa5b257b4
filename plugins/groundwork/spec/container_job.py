"""What SageMaker is asked for so that a model's container does a stage of a run.

Each function gives the request of an API's Create call without the job's name, which the attempt decides. The programs
read the frozen run; what stands here is only where data comes from and goes to, and how large a machine is.
"""

from __future__ import annotations

import os
from typing import Any

from groundwork.spec import names
from groundwork.spec.model_run import ModelRun

VOLUME_GB = 30
ML = "/opt/ml"
METRICS = ("roc_auc", "log_loss")
LINES = "application/jsonlines"
MAXIMUM_PAYLOAD_MB = 6


def training_request(run: ModelRun, algorithm: str) -> dict[str, Any]:
    """CreateTrainingJob: one model, or its baseline.

    :param algorithm: which of the train program's algorithms
    """
    training = run.model.training
    return {
        "AlgorithmSpecification": _algorithm(run),
        "HyperParameters": {"algorithm": algorithm},
        "RoleArn": run.environment.execution_roles["train"],
        "InputDataConfig": _channels(run),
        "OutputDataConfig": {"S3OutputPath": run.folder_uri("models")},
        "ResourceConfig": _machine(training.instance_type),
        "StoppingCondition": {"MaxRuntimeInSeconds": training.maximum_minutes * 60},
        "Environment": _variables(run),
    }


def tuning_request(run: ModelRun) -> dict[str, Any]:
    """CreateHyperParameterTuningJob: a random search, whose seed makes it repeatable.

    :raises ValueError: the model declares no tuning
    """
    tuning = run.model.tuning
    if tuning is None:
        raise ValueError(f"model {run.model.name} declares no tuning")
    objective = {
        "Type": "Minimize" if tuning.metric == "log_loss" else "Maximize",
        "MetricName": f"validation:{tuning.metric}",
    }
    definition = training_request(run, run.model.training.algorithm)
    definition["StaticHyperParameters"] = definition.pop("HyperParameters")
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "RandomSeed": int(run.model.content_digest()[:7], 16),
            "HyperParameterTuningJobObjective": objective,
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": tuning.maximum_jobs,
                "MaxParallelTrainingJobs": tuning.parallel_jobs,
            },
            "ParameterRanges": _ranges(run),
        },
        "TrainingJobDefinition": definition,
    }


def evaluation_request(run: ModelRun, model: str, baseline: str | None) -> dict[str, Any]:
    """CreateProcessingJob: the model, and its baseline, on the test part.

    :param model: address of the model's ``model.tar.gz``
    :param baseline: the baseline's
    """
    evaluation = run.model.evaluation
    examples = run.folder_uri("examples")
    inputs = {"run": run.uri, "train": f"{examples}train/", "test": f"{examples}test/", "model": model}
    if baseline:
        inputs["baseline"] = baseline
    return _processing(run, "evaluate", inputs, evaluation.instance_type, evaluation.maximum_minutes)


def drift_report_request(run: ModelRun, reference_sample: str) -> dict[str, Any]:
    """CreateProcessingJob: the page that shows captured requests beside the examples that were learnt from.

    :param reference_sample: folder of Parquet files with those examples
    """
    inputs = {"run": run.uri, "sample": run.folder_uri("sample"), "reference_sample": reference_sample}
    return _processing(run, "report_drift", inputs, run.model.evaluation.instance_type, 30)


def transform_request(run: ModelRun) -> dict[str, Any]:
    """CreateTransformJob: an answer for every request line, by the SageMaker model of the release that serves.

    :raises ValueError: the model declares no scoring, or the run names no release
    """
    scoring = run.model.scoring
    if scoring is None:
        raise ValueError(f"model {run.model.name} declares no scoring")
    if run.release is None:
        raise ValueError(f"{run.uri} names no release")
    source = {"S3DataType": "S3Prefix", "S3Uri": run.folder_uri("requests")}
    return {
        "ModelName": names.release(run.environment, run.model.name, run.release),
        "BatchStrategy": "MultiRecord",
        "MaxPayloadInMB": MAXIMUM_PAYLOAD_MB,
        "TransformInput": {"DataSource": {"S3DataSource": source}, "ContentType": LINES, "SplitType": "Line"},
        "TransformOutput": {"S3OutputPath": run.folder_uri("answers"), "Accept": LINES, "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": scoring.instance_type, "InstanceCount": 1},
    }


def tracking_uri(run: ModelRun) -> str | None:
    """Where experiments are tracked; None where they are not.

    :raises ValueError: it lies under ``{home}``, and GROUNDWORK_HOME is not set
    """
    template = run.environment.tracking_uri
    if template is None or "{home}" not in template:
        return template
    home = os.environ.get("GROUNDWORK_HOME")
    if not home:
        raise ValueError(
            f"trackingUri of environment {run.environment.name!r} names {{home}}, and GROUNDWORK_HOME is not set. Set "
            "it, or write a whole address"
        )
    return template.replace("{home}", home)


def _algorithm(run: ModelRun) -> dict[str, Any]:
    return {
        "TrainingImage": run.image,
        "TrainingInputMode": "File",
        "MetricDefinitions": [
            {"Name": f"validation:{metric}", "Regex": f"validation:{metric}=([0-9.]+)"} for metric in METRICS
        ],
    }


def _channels(run: ModelRun) -> list[dict[str, Any]]:
    examples = run.folder_uri("examples")
    places = {"run": run.uri, "train": f"{examples}train/", "validation": f"{examples}validation/"}
    return [
        {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}
        for name, uri in places.items()
    ]


def _machine(instance_type: str) -> dict[str, Any]:
    return {"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": VOLUME_GB}


def _variables(run: ModelRun) -> dict[str, str]:
    uri = tracking_uri(run)
    return {"MLFLOW_TRACKING_URI": uri} if uri else {}


def _ranges(run: ModelRun) -> dict[str, Any]:
    found: dict[str, list[dict[str, str]]] = {"IntegerParameterRanges": [], "ContinuousParameterRanges": []}
    for name, each in (run.model.tuning.ranges if run.model.tuning else {}).items():
        low, high = (f"{int(bound)}" if each.integer else f"{bound}" for bound in (each.minimum, each.maximum))
        scale = "Logarithmic" if each.logarithmic else "Linear"
        found["IntegerParameterRanges" if each.integer else "ContinuousParameterRanges"].append(
            {"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": scale}
        )
    return {kind: ranges for kind, ranges in found.items() if ranges}


def _processing(
    run: ModelRun, program: str, inputs: dict[str, str], instance_type: str, minutes: int
) -> dict[str, Any]:
    """A job of one program; its output goes to the run's evidence."""
    place = f"{ML}/processing"
    output = {"S3Uri": run.prefix, "LocalPath": f"{place}/output", "S3UploadMode": "EndOfJob"}
    return {
        "AppSpecification": {"ImageUri": run.image, "ContainerEntrypoint": [program]},
        "RoleArn": run.environment.execution_roles["evaluate" if program == "evaluate" else "report_drift"],
        "ProcessingInputs": [
            {
                "InputName": name,
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"{place}/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for name, uri in inputs.items()
        ],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "evidence", "S3Output": output}]},
        "ProcessingResources": {"ClusterConfig": _machine(instance_type)},
        "StoppingCondition": {"MaxRuntimeInSeconds": minutes * 60},
        "Environment": _variables(run),
    }
