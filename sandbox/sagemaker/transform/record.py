"""What is remembered of a transform job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.sagemaker.jobs.record import Job


@dataclass
class TransformJob(Job):
    """One transform job.

    :param image: address of the model's image, as it was when the job was made
    :param data_url: address of the model's archive
    :param environment: the model's variables
    """

    KIND: ClassVar[str] = "Transform"
    DEFAULT_SECONDS: ClassVar[int] = 10 * 86_400  # it has no stopping condition

    image: str = ""
    data_url: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    def describe(self) -> dict[str, Any]:
        """As DescribeTransformJob shows it."""
        shown = super().describe()
        shown.pop("LastModifiedTime")
        return shown
