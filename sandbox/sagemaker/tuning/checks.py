"""What CreateHyperParameterTuningJob may ask for here."""

from __future__ import annotations

from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.tuning.search import CATEGORICAL, NUMERIC, STRATEGIES, make_search
from sandbox.sagemaker.validation import refuse, refuse_value

CRITERIA = ("BestObjectiveNotImproving", "ConvergenceDetected")
DEFINITION = ("HyperParameterRanges", "HyperParameterTuningResourceConfig", "TuningObjective")
MOST_PARALLEL = 10


def check_tuning(request: dict[str, Any]) -> None:
    """Hold a CreateHyperParameterTuningJob against what the sandbox searches; the trials are checked as training jobs.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: another strategy, several definitions, warm start
    """
    config = request["HyperParameterTuningJobConfig"]
    refuse(request, ["TrainingJobDefinitions", "WarmStartConfig", "Autotune"])
    refuse_value(config, "Strategy", STRATEGIES, "HyperParameterTuningJobConfig.")
    refuse(config, ["StrategyConfig"], "HyperParameterTuningJobConfig.")
    refuse_value(config, "TrainingJobEarlyStoppingType", ["Off"], "HyperParameterTuningJobConfig.")
    refuse(config.get("TuningJobCompletionCriteria", {}), CRITERIA, "TuningJobCompletionCriteria.")
    refuse(config["ResourceLimits"], ["MaxRuntimeInSeconds"], "ResourceLimits.")
    refuse(config.get("ParameterRanges", {}), ["AutoParameters"], "ParameterRanges.")
    if not request.get("TrainingJobDefinition"):
        raise ValidationException("TrainingJobDefinition is missing")
    refuse(request["TrainingJobDefinition"], DEFINITION, "TrainingJobDefinition.")
    check_ranges(config, request["TrainingJobDefinition"].get("StaticHyperParameters", {}))
    check_objective(config, request["TrainingJobDefinition"]["AlgorithmSpecification"])
    check_limits(config)


def check_ranges(config: dict[str, Any], static: dict[str, str]) -> None:
    """Something to search, each hyperparameter once."""
    ranges = config.get("ParameterRanges", {})
    names = [each["Name"] for kind in (*NUMERIC, CATEGORICAL) for each in ranges.get(kind, [])]
    if not names:
        raise ValidationException("ParameterRanges name no hyperparameter to search.")
    twice = {name for name in names if names.count(name) > 1 or name in static}
    if twice:
        raise ValidationException(f"These hyperparameters are given more than once: {', '.join(sorted(twice))}")
    make_search(config, 0)


def check_objective(config: dict[str, Any], algorithm: dict[str, Any]) -> None:
    """A metric that the training jobs measure."""
    objective = config.get("HyperParameterTuningJobObjective")
    if objective is None:
        raise ValidationException("HyperParameterTuningJobObjective is missing")
    measured = [each["Name"] for each in algorithm.get("MetricDefinitions", [])]
    if objective["MetricName"] not in measured:
        raise ValidationException(
            f"The objective metric {objective['MetricName']} is not in MetricDefinitions ({', '.join(measured)})"
        )


def check_limits(config: dict[str, Any]) -> None:
    """How many trials, and how many at once."""
    limits = config["ResourceLimits"]
    size = make_search(config, 0).size
    most = limits.get("MaxNumberOfTrainingJobs")
    if size is None and most is None:
        raise ValidationException("ResourceLimits.MaxNumberOfTrainingJobs is missing")
    if size is not None and most not in (None, size):
        raise ValidationException(f"ResourceLimits.MaxNumberOfTrainingJobs must be {size}: the grid has so many points")
    if limits["MaxParallelTrainingJobs"] > MOST_PARALLEL:
        raise ValidationException(f"ResourceLimits.MaxParallelTrainingJobs must be at most {MOST_PARALLEL}")
