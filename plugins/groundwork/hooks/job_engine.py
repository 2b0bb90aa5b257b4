"""What a service that runs jobs does for us: the seam behind which EMR Serverless and SageMaker stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, get_args

if TYPE_CHECKING:
    from groundwork.spec.environment import Environment

ContainerJob = Literal["training", "tuning", "processing", "transform"]
"""Kinds of job that SageMaker runs."""
EngineName = Literal["spark"] | ContainerJob
"""What a job runs on, as the ledger names it."""


@dataclass(frozen=True)
class JobIdentity:
    """What a job is started under.

    :param name: the job's name
    :param token: two starts with the same token are one job
    :param tags: who started it and for what
    """

    name: str
    token: str
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


class EngineError(Exception):
    """The engine cannot be used as declared; the message says the mend."""


class JobEngine(Protocol):
    """A service that runs jobs; what it is asked for to start one is its own."""

    def find(self, name: str) -> str | None:
        """Id of the job of that name that has not ended."""

    def state(self, job_id: str) -> JobState:
        """How a job is; a job that the engine does not know has failed."""

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job; one that has ended stays as it is."""

    def tail(self, job_id: str, lines: int) -> list[str]:
        """The last lines of the job's output, as far as it has been delivered."""

    def job_url(self, job_id: str) -> str:
        """Where a person sees the job."""


def engine_of(environment: Environment, name: EngineName) -> JobEngine:
    """The engine that a job runs on."""
    if name in get_args(ContainerJob):
        from groundwork.hooks.container_job import ContainerJobHook

        return ContainerJobHook(environment, name)  # type: ignore[arg-type]
    from groundwork.hooks.spark_job import SparkJobHook

    return SparkJobHook(environment)
