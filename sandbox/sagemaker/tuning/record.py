"""What is remembered of a tuning job; its trials are remembered as training jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.sagemaker.jobs.record import Job, present
from sandbox.sagemaker.training.record import TrainingJob
from sandbox.sagemaker.tuning.search import Search, make_search


@dataclass
class TuningJob(Job):
    """One tuning job.

    :param seed: what its search draws from
    """

    KIND: ClassVar[str] = "HyperParameterTuning"

    seed: int = 0

    @property
    def config(self) -> dict[str, Any]:
        """Its HyperParameterTuningJobConfig."""
        found: dict[str, Any] = self.request["HyperParameterTuningJobConfig"]
        return found

    @property
    def search(self) -> Search:
        """Its search."""
        return make_search(self.config, self.seed)

    @property
    def most_trials(self) -> int:
        """How many trials there are to be."""
        most: int | None = self.config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
        size = self.search.size
        return most if size is None and most is not None else min(each for each in (most, size) if each is not None)

    @property
    def target(self) -> float | None:
        """The objective's value that is good enough."""
        value: float | None = self.config.get("TuningJobCompletionCriteria", {}).get("TargetObjectiveMetricValue")
        return value

    @property
    def maximizes(self) -> bool:
        """Whether more is better."""
        return bool(self.config["HyperParameterTuningJobObjective"]["Type"] == "Maximize")

    def objective_of(self, trial: TrainingJob) -> float | None:
        """What a trial reached; None while it has not, or when its log did not say."""
        name = self.config["HyperParameterTuningJobObjective"]["MetricName"]
        found = [each.value for each in trial.metrics if each.name == name]
        return found[0] if found and trial.status == "Completed" else None

    def best_of(self, trials: list[TrainingJob]) -> TrainingJob | None:
        """The best trial so far; of equals, the first."""
        reached = [(value, each) for each in trials if (value := self.objective_of(each)) is not None]
        if not reached:
            return None
        sign = 1 if self.maximizes else -1
        return max(reached, key=lambda pair: sign * pair[0])[1]

    def reached(self, trials: list[TrainingJob]) -> bool:
        """Whether the best is good enough."""
        best = self.best_of(trials)
        value = self.objective_of(best) if best else None
        if value is None or self.target is None:
            return False
        return value >= self.target if self.maximizes else value <= self.target

    def counts(self, trials: list[TrainingJob]) -> dict[str, dict[str, int]]:
        """How many trials are where."""
        by_status = {status: sum(each.status == status for each in trials) for status in ("Completed", "Stopped")}
        failed, ended = sum(each.status == "Failed" for each in trials), sum(each.ended for each in trials)
        succeeded = sum(self.objective_of(each) is not None for each in trials)
        pending = len(trials) - ended
        jobs = {**by_status, "InProgress": pending, "RetryableError": 0, "NonRetryableError": failed}
        objectives = {"Succeeded": succeeded, "Pending": pending, "Failed": ended - succeeded}
        return {"TrainingJobStatusCounters": jobs, "ObjectiveStatusCounters": objectives}

    def shown_trial(self, trial: TrainingJob) -> dict[str, Any]:
        """A trial, as the tuning actions show it."""
        objective = self.config["HyperParameterTuningJobObjective"]
        value = self.objective_of(trial)
        status = "Pending" if not trial.ended else "Failed" if value is None else "Succeeded"
        shown = {
            "TrainingJobDefinitionName": self.request["TrainingJobDefinition"].get("DefinitionName"),
            "TrainingJobName": trial.name,
            "TrainingJobArn": trial.arn,
            "TuningJobName": self.name,
            "CreationTime": trial.created_at,
            "TrainingStartTime": trial.began_at,
            "TrainingEndTime": trial.ended_at,
            "TrainingJobStatus": trial.status,
            "TunedHyperParameters": trial.trial.tuned if trial.trial else {},
            "FailureReason": trial.failure_reason or None,
            "FinalHyperParameterTuningJobObjectiveMetric": None if value is None else {**objective, "Value": value},
            "ObjectiveStatus": status,
        }
        return present(shown)

    def summary_with(self, trials: list[TrainingJob]) -> dict[str, Any]:
        """As ListHyperParameterTuningJobs shows it."""
        shown = super().summary()
        shown.pop("FailureReason", None)
        more = {"Strategy": self.config["Strategy"], "ResourceLimits": self.config["ResourceLimits"]}
        return shown | more | self.counts(trials)

    def describe_with(self, trials: list[TrainingJob]) -> dict[str, Any]:
        """As DescribeHyperParameterTuningJob shows it."""
        shown = super().describe()
        shown.pop("HyperParameterTuningStartTime", None)
        best = self.best_of(trials)
        config = {"HyperParameterTuningJobConfig": {**self.config, "RandomSeed": self.seed}}
        seconds = {"RuntimeInSeconds": sum(each.seconds or 0 for each in trials)}
        found = {"BestTrainingJob": self.shown_trial(best) if best else None, "ConsumedResources": seconds}
        return shown | config | self.counts(trials) | present(found)
