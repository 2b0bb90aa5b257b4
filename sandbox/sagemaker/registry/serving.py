"""What a model is served from: the image, the archive and the variables, wherever the model names them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.sagemaker.models import SageMakerBackend
from sandbox.sagemaker.registry.checks import model_data


@dataclass(frozen=True)
class ServedContainer:
    """What a server is started from.

    :param image: address of its image
    :param data_url: s3:// address of its ``model.tar.gz``; empty for none
    :param environment: its variables
    """

    image: str
    data_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def served_container(backend: SageMakerBackend, model_name: str) -> ServedContainer:
    """What a model is served from, as it is now.

    :raises ValidationException: there is no such model, or no such package any more
    """
    own = backend.models.get(model_name).container
    if not own.get("ModelPackageName"):
        return ServedContainer(own["Image"], model_data(own), own.get("Environment", {}))
    package = backend.package(own["ModelPackageName"]).request["InferenceSpecification"]["Containers"][0]
    environment = {**package.get("Environment", {}), **own.get("Environment", {})}
    return ServedContainer(package["Image"], model_data(package), environment)
