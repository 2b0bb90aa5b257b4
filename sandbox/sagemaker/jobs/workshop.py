"""What a job at work needs of the sandbox."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.images.image import Image, ImageError
from sandbox.images.registry import ImageRegistry
from sandbox.processes.limits import Limits
from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.jobs.container import Containers
from sandbox.sagemaker.jobs.record import Job
from sandbox.settings import REGION, Settings


@dataclass(frozen=True)
class Workshop:
    """Shared by all jobs.

    :param images: what containers are started from
    :param s3: client
    :param logs: client
    :param closing: set when the sandbox goes down
    """

    settings: Settings
    limits: Limits
    images: ImageRegistry
    containers: Containers
    s3: Any
    logs: Any
    closing: threading.Event

    def image(self, address: str) -> Image:
        """The image of an address.

        :raises JobFailure: nobody pushed it
        """
        try:
            return self.images.find(address)
        except ImageError as error:
            raise JobFailure(f"ClientError: Cannot pull the container image: {error}") from error

    def command(self, image: Image, program: str, arguments: list[str]) -> list[str]:
        """What starts a container of an image.

        :raises JobFailure: the image has no such program
        """
        try:
            return image.command(program, arguments)
        except ImageError as error:
            raise JobFailure(f"ClientError: Cannot start the container: {error}") from error

    def folder(self, job: Job) -> Path:
        """Where a job works; another region's may have the same name."""
        region = job.arn.split(":")[3]
        name = job.name if region == REGION else f"{region}.{job.name}"
        return self.settings.sagemaker / job.KIND.lower() / name
