"""What a Spark engine does for us: the seam behind which EMR Serverless stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class JobStart:
    """What an engine is asked to run.

    :param name: the job's name
    :param token: two starts with the same token are one job
    :param role: IAM role that the job runs under
    :param entry_point: ``s3://`` address of the script
    :param archive: ``s3://`` address of the zip that it imports
    :param arguments: the script's arguments
    :param tags: who started it and for what
    """

    name: str
    token: str
    role: str
    entry_point: str
    archive: str
    arguments: tuple[str, ...]
    tags: dict[str, str]


@dataclass(frozen=True)
class JobState:
    """How a job is.

    :param phase: in our words; everything but ``running`` is final
    :param word: in the engine's word
    :param detail: what the engine says about it
    """

    phase: Literal["running", "succeeded", "failed", "cancelled"]
    word: str
    detail: str = ""


class SparkEngine(Protocol):
    """A service that runs Spark jobs."""

    def start(self, job: JobStart) -> str:
        """Start a job, or find the one that was started with the same token.

        :return: the engine's id of it
        """

    def find(self, name: str) -> str | None:
        """Id of the job of that name that has not ended."""

    def state(self, job_id: str) -> JobState:
        """How a job is; a job that the engine does not know has failed."""

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job; one that has ended stays as it is."""

    def tail(self, job_id: str, lines: int) -> list[str]:
        """The last lines of the driver's output, as far as it has been delivered."""
