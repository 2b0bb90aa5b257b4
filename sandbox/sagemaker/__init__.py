"""SageMaker that really trains and serves: the API on moto's server, the work in processes of pushed images."""

from __future__ import annotations

from sandbox.images.registry import ImageRegistry
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.sagemaker.runtime import Runtime
from sandbox.settings import Settings


def install(settings: Settings, images: ImageRegistry, faults: JobFaults, limits: Limits | None = None) -> Runtime:
    """Put this service in the place of moto's; call it before the first request.

    :param settings: the sandbox
    :param images: what containers are started from
    :param faults: faults that wait for their jobs
    :param limits: how much at once, and how long; the defaults suit two cores
    """
    from moto.sagemaker.models import sagemaker_backends

    from sandbox.sagemaker.models import SageMakerBackend
    from sandbox.sagemaker.responses import SageMakerResponse

    sagemaker_backends.backend = SageMakerBackend
    SageMakerResponse.runtime = Runtime(settings, images, faults, limits or Limits())
    return SageMakerResponse.runtime


__all__ = ["install"]
