"""Endpoints that really serve: a process a variant, requests routed by weight, captured and drained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.images.registry import ImageRegistry
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.sagemaker.endpoints.runtime import EndpointRuntime


def install(settings: Settings, images: ImageRegistry) -> EndpointRuntime:
    """Let the actions on endpoints have what does them; call it before the first request.

    :param settings: the sandbox
    :param images: what serving processes are started from
    """
    # imported late: the records of endpoints are read by what this imports
    from sandbox.sagemaker.endpoints.responses import EndpointActions
    from sandbox.sagemaker.endpoints.runtime import EndpointRuntime
    from sandbox.sagemaker.models import backends

    EndpointActions.endpoints = EndpointRuntime(settings, images, backends)
    return EndpointActions.endpoints


__all__ = ["install"]
