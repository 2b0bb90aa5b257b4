"""EMR Serverless that really runs Spark: the API on moto's server, the work in drivers of the jobs environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.emr_serverless.runtime import Runtime


def install(settings: Settings, faults: JobFaults, limits: Limits | None = None) -> Runtime:
    """Put this service in the place of moto's; call it before the first request.

    :param settings: the sandbox
    :param faults: faults that wait for their jobs
    :param limits: how much at once, and how long; the defaults suit two cores
    """
    # imported late: the archive of classes needs a part of this package and none of moto
    from moto.emrserverless.models import emrserverless_backends

    from sandbox.emr_serverless.models import EMRServerlessBackend
    from sandbox.emr_serverless.responses import EMRServerlessResponse
    from sandbox.emr_serverless.runtime import Runtime

    emrserverless_backends.backend = EMRServerlessBackend
    EMRServerlessResponse.runtime = Runtime(settings, faults, limits or Limits())
    return EMRServerlessResponse.runtime


__all__ = ["install"]
