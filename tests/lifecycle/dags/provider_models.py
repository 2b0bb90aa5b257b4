"""A model's life by somebody who has never heard of Groundwork: the provider's SageMaker operators as they come."""

from __future__ import annotations

from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerDeleteModelOperator,
    SageMakerModelOperator,
    SageMakerProcessingOperator,
    SageMakerRegisterModelVersionOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)
from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerTrainingSensor, SageMakerTransformSensor
from airflow.sdk import DAG

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
NAME = "{{ dag_run.run_id }}"
ORDER = "{{ dag_run.conf['order'] }}"
BUCKET = "s3://provider-models"
ROLE = "arn:aws:iam::123456789012:role/model-training"
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
ERROR = {"Name": "error", "Regex": "error=([0-9.]+);"}
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/data/"}}


def training(order: str) -> dict[str, Any]:
    """Of a training job, and of a tuning job's trials."""
    return {
        "AlgorithmSpecification": {
            "TrainingImage": f"{REGISTRY}/trainer:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [ERROR],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [{"ChannelName": "train", "DataSource": SOURCE}],
        "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/artifacts"},
        "ResourceConfig": RESOURCES,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    } | ({"HyperParameters": {"order": order}} if order else {"StaticHyperParameters": {"order": "square"}})


def processing(*arguments: str) -> dict[str, Any]:
    """Of a processing job."""
    output = {"S3Uri": f"{BUCKET}/{NAME}/", "LocalPath": "/opt/ml/processing/reports", "S3UploadMode": "EndOfJob"}
    other = {**output, "LocalPath": "/opt/ml/processing/second"}
    return {
        "ProcessingJobName": NAME,
        "AppSpecification": {
            "ImageUri": f"{REGISTRY}/processor:1",
            "ContainerEntrypoint": ["evaluate", *arguments],
        },
        "ProcessingResources": {"ClusterConfig": RESOURCES},
        "ProcessingOutputConfig": {
            "Outputs": [{"OutputName": "reports", "S3Output": output}, {"OutputName": "second", "S3Output": other}]
        },
        "RoleArn": ROLE,
    }


TUNING = {
    "HyperParameterTuningJobName": NAME,
    "HyperParameterTuningJobConfig": {
        "Strategy": "Grid",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "error"},
        "ResourceLimits": {"MaxParallelTrainingJobs": 2, "MaxNumberOfTrainingJobs": 2},
        "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "x", "Values": ["1", "3"]}]},
    },
    "TrainingJobDefinition": training(""),
}
TRANSFORM = {
    "TransformJobName": NAME,
    "ModelName": NAME,
    "TransformInput": {"DataSource": SOURCE, "ContentType": "text/csv", "SplitType": "Line"},
    "TransformOutput": {"S3OutputPath": f"{BUCKET}/{NAME}/predictions"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}
CONTAINER = {"Image": f"{REGISTRY}/server:1", "ModelDataUrl": f"{BUCKET}/artifacts/{NAME}/output/model.tar.gz"}


def register(task_id: str) -> SageMakerRegisterModelVersionOperator:
    """The next version of the group, which is made when there is none."""
    return SageMakerRegisterModelVersionOperator(
        task_id=task_id,
        image_uri=CONTAINER["Image"],
        model_url=CONTAINER["ModelDataUrl"],
        package_group_name=NAME,
    )


with DAG("provider_model_life", schedule=None):
    train = SageMakerTrainingOperator(
        task_id="train",
        config={"TrainingJobName": NAME, **training(ORDER)},
        deferrable=True,
        check_interval=1,
    )
    shown = SageMakerTrainingSensor(task_id="shown", job_name=NAME, poke_interval=1)
    tune = SageMakerTuningOperator(task_id="tune", config=TUNING, deferrable=True, check_interval=1)
    evaluate = SageMakerProcessingOperator(
        task_id="evaluate", config=processing("count"), deferrable=True, check_interval=1
    )
    model = SageMakerModelOperator(
        task_id="model", config={"ModelName": NAME, "ExecutionRoleArn": ROLE, "PrimaryContainer": CONTAINER}
    )
    transform = SageMakerTransformOperator(task_id="transform", config=TRANSFORM, deferrable=True, check_interval=1)
    transformed = SageMakerTransformSensor(task_id="transformed", job_name=NAME, poke_interval=1)
    delete = SageMakerDeleteModelOperator(task_id="delete", config={"ModelName": NAME})
    train >> [shown, tune, evaluate, model]
    model >> transform >> transformed >> delete
    evaluate >> register("first") >> register("second")

with DAG("provider_models_fail", schedule=None):
    SageMakerTrainingOperator(
        task_id="blocking",
        config={"TrainingJobName": f"{NAME}-blocking", **training("fail")},
        print_log=False,
        check_interval=1,
    )
    SageMakerTrainingOperator(
        task_id="deferrable",
        config={"TrainingJobName": f"{NAME}-deferrable", **training("fail")},
        deferrable=True,
        check_interval=1,
    )
    SageMakerProcessingOperator(task_id="processing", config=processing("fail"), check_interval=1)
