"""What is remembered of a training job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from sandbox.sagemaker.jobs.record import MOVES, Job, now, present

STOPPING = "Stopping the training job"


@dataclass(frozen=True)
class Transition:
    """One stay in a secondary status."""

    status: str
    message: str
    began_at: datetime
    ended_at: datetime | None = None

    def shown(self) -> dict[str, Any]:
        """As DescribeTrainingJob shows it."""
        times = {"StartTime": self.began_at, "EndTime": self.ended_at}
        return present({"Status": self.status, **times, "StatusMessage": self.message})


@dataclass(frozen=True)
class Metric:
    """The last value of a metric that was seen in the log."""

    name: str
    value: float
    at: datetime


@dataclass(frozen=True)
class Trial:
    """Where a training job stands in a tuning job.

    :param tuning_job_arn: of the tuning job that made it
    :param tuned: the hyperparameters that were chosen for it
    """

    tuning_job_arn: str
    tuned: dict[str, str]


@dataclass
class TrainingJob(Job):
    """One training job.

    :param model_artifacts: where the model lies, once it does
    :param trial: None unless a tuning job made it
    """

    KIND: ClassVar[str] = "Training"

    transitions: tuple[Transition, ...] = ()
    metrics: tuple[Metric, ...] = ()
    model_artifacts: str = ""
    trial: Trial | None = None

    def __post_init__(self) -> None:
        if not self.transitions:
            self._note("Starting", "Preparing the instances for training")

    @property
    def secondary(self) -> str:
        """The secondary status."""
        return self.transitions[-1].status

    def move(self, secondary: str, message: str) -> None:
        """Go on to a secondary status, unless the job is about to stop or has."""
        with MOVES:
            if self.status == "InProgress":
                self.updated_at = now()
                self._note(secondary, message)

    def upload(self) -> None:
        """Say that the model is on its way; a job that stops brings it away as well."""
        with MOVES:
            self._note("Uploading", "Uploading generated training model")

    def wait_again(self) -> None:
        """As every job's."""
        super().wait_again()
        self.move("Starting", "Preparing the instances for training again")

    def stop(self, *, too_long: bool = False) -> None:
        """As every job's."""
        if self.status == "InProgress" and self.began_at is not None:
            self.move("Stopping", STOPPING)
        super().stop(too_long=too_long)

    def end(self, status: str, reason: str = "") -> bool:
        """As every job's; the secondary status comes first, so that nobody sees an end without its reason."""
        if self.ended:
            return False
        with MOVES:
            self._note(*self._last(status, reason))
        return super().end(status, reason)

    def _last(self, status: str, reason: str) -> tuple[str, str]:
        if status == "Stopped" and self.ran_too_long:
            return "MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided"
        messages = {"Completed": "Training job completed", "Stopped": "Training job stopped"}
        return status, messages.get(status, reason)

    def _note(self, secondary: str, message: str) -> None:
        at = now()
        before = tuple(each if each.ended_at else replace(each, ended_at=at) for each in self.transitions)
        self.transitions = (*before, Transition(secondary, message, at))

    def summary(self) -> dict[str, Any]:
        """As ListTrainingJobs shows it."""
        shown = super().summary()
        shown.pop("FailureReason", None)
        return shown | {"SecondaryStatus": self.secondary}

    def describe(self) -> dict[str, Any]:
        """As DescribeTrainingJob shows it."""
        artifacts = {"S3ModelArtifacts": self.model_artifacts} if self.model_artifacts else None
        metrics = [{"MetricName": each.name, "Value": each.value, "Timestamp": each.at} for each in self.metrics]
        more = {
            "StoppingCondition": {"MaxRuntimeInSeconds": self.most_seconds},
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
            "EnableManagedSpotTraining": False,
        }
        measured = {
            "FailureReason": self.failure_reason or None,
            "SecondaryStatusTransitions": [each.shown() for each in self.transitions],
            "ModelArtifacts": artifacts,
            "FinalMetricDataList": metrics or None,
            "TrainingTimeInSeconds": self.seconds,
            "BillableTimeInSeconds": self.seconds,
            "TuningJobArn": self.trial and self.trial.tuning_job_arn,
        }
        return more | super().describe() | present(measured)
