"""Brings up fleets: image, model, folder and process of each variant, all or none."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from typing import Any

from sandbox.images.image import Image, ImageError
from sandbox.images.registry import ImageRegistry
from sandbox.processes.log_stream import LogStream
from sandbox.processes.processes import Processes
from sandbox.sagemaker.endpoints.fleet import Fleet
from sandbox.sagemaker.endpoints.limits import EndpointLimits
from sandbox.sagemaker.endpoints.records import Deployment, Variant
from sandbox.sagemaker.endpoints.serving_process import ServingFailure, ServingProcess
from sandbox.sagemaker.endpoints.staging import stage
from sandbox.sagemaker.model_data import ModelDataError
from sandbox.settings import Settings

LOG = logging.getLogger(__name__)


class FleetBuilder:
    """Makes the fleets of all endpoints and knows the servers that live.

    :param images: what was pushed
    :param s3: client
    :param logs: client
    """

    def __init__(self, settings: Settings, limits: EndpointLimits, images: ImageRegistry, *, s3: Any, logs: Any):
        self._settings = settings
        self._limits = limits
        self._images = images
        self._s3, self._logs = s3, logs
        self._processes = Processes("endpoints", self._exited)
        self._servers: dict[str, ServingProcess] = {}
        self.longest_startup: float | None = None

    @property
    def servers(self) -> list[ServingProcess]:
        """Those that live, and those that are being started."""
        return list(self._servers.values())

    def open(self) -> None:
        """Start the parent of all servers."""
        self._processes.open()

    def close(self) -> None:
        """End what is left."""
        for server in self.servers:
            server.begin_stop()
        for server in self.servers:
            server.finish_stop()
        self._processes.close()

    def build(self, endpoint: str, deployment: Deployment, failing: Callable[[str], None]) -> tuple[Fleet, Deployment]:
        """A fleet that answers, and the deployment with the digests of its images.

        :param endpoint: name of the endpoint
        :param deployment: what it shall serve
        :param failing: told the reason before what was started is ended again
        :raises ServingFailure: an image, a model or a server is not to be had; nothing of it is left then
        """
        fleet = Fleet()
        try:
            images = {each.model.image: self._find(each) for each in deployment.variants}
            for variant in deployment.variants:
                fleet.add(self._prepare(endpoint, variant, images[variant.model.image]))
            fleet.start()
            digests = {address: f"sha256:{image.digest}" for address, image in images.items()}
            return fleet, deployment.with_images(digests)
        except ServingFailure as failure:
            failing(str(failure))
            self.take_down(fleet)
            raise
        except Exception as error:
            LOG.exception("a fleet of %s could not be brought up", endpoint)
            self.take_down(fleet)
            raise ServingFailure(f"The endpoint could not be brought up: {type(error).__name__}: {error}") from error

    def take_down(self, fleet: Fleet) -> None:
        """End a fleet's servers and remove their folders; their output lies in CloudWatch."""
        fleet.stop()
        for server in fleet.servers.values():
            self._servers.pop(server.key, None)
            shutil.rmtree(server.folder, ignore_errors=True)

    def _find(self, variant: Variant) -> Image:
        try:
            return self._images.find(variant.model.image)
        except ImageError as error:
            raise ServingFailure(f"Production variant {variant.name}: {error}") from error

    def _prepare(self, endpoint: str, variant: Variant, image: Image) -> ServingProcess:
        try:
            program = stage(self._settings, self._s3, endpoint, variant, image.command("serve", []))
        except (ModelDataError, ImageError) as error:
            raise ServingFailure(f"Production variant {variant.name}: {error}") from error
        key = program.folder.name
        server = self._servers[key] = ServingProcess(
            variant.name,
            program,
            startup_seconds=self._startup_seconds(variant),
            processes=self._processes,
            log=LogStream(self._logs, f"/aws/sagemaker/Endpoints/{endpoint}", f"{variant.name}/i-{key[-12:]}"),
            limits=self._limits,
        )
        return server

    def _startup_seconds(self, variant: Variant) -> float:
        wanted = variant.startup_seconds or self._limits.startup_seconds
        return wanted if self.longest_startup is None else min(wanted, self.longest_startup)

    def _exited(self, key: str, status: int, _: float, reason: str) -> None:
        server = self._servers.get(key)
        if server is not None:
            server.exited(status, reason)
