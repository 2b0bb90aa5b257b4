"""Where the seconds of the demo went, from the story that its last run has written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.table import BenchmarkError, Table
from sandbox.settings import REPOSITORY

MODEL_HEADER = ("DAG run", "seconds", "Airflow", "queued in the sandbox", "jobs' start and end", "work", "job share")
HEADER = ("DAG run", "seconds", "Airflow", "queued in the sandbox", "Spark's start and end", "work", "job share")


def measure() -> list[Table]:
    """Reads ``demo/story.json`` below ``GROUNDWORK_HOME``.

    :raises BenchmarkError: the demo has not been run, or the story is another one's
    """
    home = Path(os.environ.get("GROUNDWORK_HOME", REPOSITORY / ".groundwork"))
    story = read_story(home / "demo" / "story.json")
    return [stage_table(story), model_table(story)]


def read_story(file: Path) -> Mapping[str, Any]:
    """The story in a file.

    :raises BenchmarkError: there is none, or it lacks the stages
    """
    try:
        story: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _ = [each["stages"] for each in story["deliveries"]], story["model"]["runs"]
    except FileNotFoundError as error:
        raise BenchmarkError(f"{file} is not there. mend: run make demo first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(
            f"{file} is no story of this demo ({error!r}). mend: make reset, then make demo"
        ) from error
    return story


def stage_table(story: Mapping[str, Any]) -> Table:
    """One line for each DAG run, and their sum.

    :param story: what the demo wrote
    """
    stages = [(each["name"], stage) for each in story["deliveries"] for stage in each["stages"]]
    runs = [(f"{stage['stage']} {delivery}", split(stage)) for delivery, stage in stages]
    total = {part: sum(seconds[part] for _, seconds in runs) for part in ("all", "airflow", "queue", "start", "work")}
    took = f" The whole story took {story['seconds']:.0f} s: runs overlap." if story.get("seconds") else ""
    note = (
        f"Airflow is what of a DAG run is not its Spark job; work is what the job's reports add up to.{took} "
        f"{story['spark_jobs']} Spark jobs."
    )
    rows = tuple(_row(name, seconds) for name, seconds in [*runs, ("sum", total)])
    return Table("The demo, stage by stage", HEADER, rows, note)


def model_table(story: Mapping[str, Any]) -> Table:
    """One line for each DAG run about the model, and their sum; runs that found nothing to do are left out.

    :param story: what the demo wrote
    """
    stages = [run for run in story["model"]["runs"] if run["seconds"] and run["jobs"]]
    served = [run for run in story["model"]["runs"] if run["stage"] == "release_model" and run["state"] == "success"]
    runs = [(f"{run['stage']} {story['model']['model']}", split(run)) for run in [*stages, *served]]
    total = {part: sum(seconds[part] for _, seconds in runs) for part in ("all", "airflow", "queue", "start", "work")}
    note = (
        "A container's time is its work; of a Spark job the report says which part was. A release has no job: its "
        "seconds are Airflow's, the person's and the endpoint's."
    )
    rows = tuple(_row(name, seconds) for name, seconds in [*runs, ("sum", total)])
    return Table("The model, from features to a look", MODEL_HEADER, rows, note)


def split(stage: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of a DAG run by where they went.

    :param stage: as the story has it
    """
    everything = stage["seconds"] or 0.0
    queue = sum(job["queued_seconds"] or 0.0 for job in stage["jobs"])
    jobs = sum(job["seconds"] or 0.0 for job in stage["jobs"])
    work = stage["work_seconds"]
    return {
        "all": everything,
        "airflow": everything - queue - jobs,
        "queue": queue,
        "start": jobs - work,
        "work": work,
    }


def _row(name: str, seconds: Mapping[str, float]) -> tuple[str, ...]:
    share = 1 - seconds["airflow"] / seconds["all"] if seconds["all"] else 0.0
    parts = (f"{seconds[part]:.1f}" for part in ("all", "airflow", "queue", "start", "work"))
    return (name, *parts, f"{share:.0%}")
