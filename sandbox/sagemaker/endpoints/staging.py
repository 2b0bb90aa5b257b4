"""A serving process's folder: the model unpacked, and all variables that the server gets."""

from __future__ import annotations

import shutil
import uuid
from typing import Any

from sandbox.sagemaker.endpoints.records import Variant
from sandbox.sagemaker.endpoints.serving_process import Program
from sandbox.sagemaker.environment import container_environment, make_folders
from sandbox.sagemaker.model_data import ModelDataError, fetch_model
from sandbox.settings import Settings


def stage(settings: Settings, s3: Any, endpoint: str, variant: Variant, command: list[str]) -> Program:
    """Make the folder of a new serving process and fill it.

    :param settings: the sandbox
    :param s3: client of its S3
    :param endpoint: name of the endpoint
    :param variant: what is to be served
    :param command: what starts the server
    :raises ModelDataError: the model's artefact cannot be had
    """
    folder = settings.endpoints / f"{endpoint}-{variant.name}-{uuid.uuid4().hex[:12]}"
    model = make_folders(folder) / "model"
    model.mkdir()
    if variant.model.data_url:
        try:
            fetch_model(s3, variant.model.data_url, model)
        except ModelDataError:
            shutil.rmtree(folder)
            raise
    environment = container_environment(settings, folder) | {"SM_MODEL_DIR": str(model)}
    return Program(command, environment | variant.model.environment, folder)
