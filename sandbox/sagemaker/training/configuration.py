"""What a training container is told: files under ``input/config``, and the variables of SageMaker's toolkit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sandbox.sagemaker.training.record import TrainingJob

HOST = "algo-1"
GROUP = "homogeneousCluster"


def write_configuration(ml: Path, job: TrainingJob) -> None:
    """Write the three files of the training contract; hyperparameters are texts, whatever they mean."""
    folder = ml / "input" / "config"
    folder.mkdir(parents=True)
    contents = {
        "hyperparameters": job.request.get("HyperParameters", {}),
        "inputdataconfig": input_data(job.request),
        "resourceconfig": resources(job.request),
    }
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content))


def input_data(request: dict[str, Any]) -> dict[str, dict[str, str]]:
    """``inputdataconfig.json``."""
    mode = request["AlgorithmSpecification"]["TrainingInputMode"]
    shown = {}
    for channel in request.get("InputDataConfig", []):
        shared = channel["DataSource"]["S3DataSource"].get("S3DataDistributionType", "FullyReplicated")
        shown[channel["ChannelName"]] = {
            "TrainingInputMode": channel.get("InputMode", mode),
            "S3DistributionType": shared,
            "RecordWrapperType": "None",
        }
        if "ContentType" in channel:
            shown[channel["ChannelName"]]["ContentType"] = channel["ContentType"]
    return shown


def resources(request: dict[str, Any]) -> dict[str, Any]:
    """``resourceconfig.json``: one host."""
    instance = request["ResourceConfig"]["InstanceType"]
    group = {"instance_group_name": GROUP, "instance_type": instance, "hosts": [HOST]}
    return {
        "current_host": HOST,
        "current_instance_type": instance,
        "current_group_name": GROUP,
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": "lo",
    }


def training_variables(ml: Path, job: TrainingJob) -> dict[str, str]:
    """The job's own variables over those of the training contract."""
    parameters = {name: decoded(text) for name, text in job.request.get("HyperParameters", {}).items()}
    channels = [each["ChannelName"] for each in job.request.get("InputDataConfig", [])]
    arguments = [part for name, value in sorted(parameters.items()) for part in (f"--{name}", encoded(value))]
    variables = {
        "TRAINING_JOB_NAME": job.name,
        "TRAINING_JOB_ARN": job.arn,
        "SM_MODEL_DIR": str(ml / "model"),
        "SM_INPUT_DIR": str(ml / "input"),
        "SM_INPUT_CONFIG_DIR": str(ml / "input" / "config"),
        "SM_OUTPUT_DIR": str(ml / "output"),
        "SM_OUTPUT_DATA_DIR": str(ml / "output" / "data"),
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_HPS": json.dumps(parameters),
        "SM_USER_ARGS": json.dumps(arguments),
        "SM_INPUT_DATA_CONFIG": json.dumps(input_data(job.request)),
        "SM_RESOURCE_CONFIG": json.dumps(resources(job.request)),
        "SM_CURRENT_HOST": HOST,
        "SM_HOSTS": json.dumps([HOST]),
        "SM_CURRENT_INSTANCE_TYPE": job.request["ResourceConfig"]["InstanceType"],
        "SM_NUM_CPUS": str(os.cpu_count() or 1),
        "SM_NUM_GPUS": "0",
        "SM_LOG_LEVEL": "20",
    }
    variables |= {f"SM_CHANNEL_{name.upper()}": str(ml / "input" / "data" / name) for name in channels}
    variables |= {f"SM_HP_{name.upper()}": encoded(value) for name, value in parameters.items()}
    return variables | job.request.get("Environment", {})


def decoded(text: str) -> Any:
    """A hyperparameter's value, where its text is JSON; else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def encoded(value: Any) -> str:
    """A value as text again: the SDK quotes texts, the toolkit's variables do not."""
    return value if isinstance(value, str) else json.dumps(value)
