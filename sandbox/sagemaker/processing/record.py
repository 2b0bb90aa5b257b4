"""What is remembered of a processing job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.sagemaker.jobs.record import Job


@dataclass
class ProcessingJob(Job):
    """One processing job.

    :param exit_message: what its program left to be read
    """

    KIND: ClassVar[str] = "Processing"

    exit_message: str = ""

    def summary(self) -> dict[str, Any]:
        """As ListProcessingJobs shows it."""
        return super().summary() | ({"ExitMessage": self.exit_message} if self.exit_message else {})
