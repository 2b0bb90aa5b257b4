"""What a person may choose when triggering a DAG."""

from __future__ import annotations

from airflow.sdk import Param

from groundwork.decisions.publication import MINIMUM_REASON
from groundwork.spec.environment import Environment

BATCH_ID = r"^[0-9a-f]{16}$"


def waiting(environment: Environment) -> dict[str, Param]:
    """How long an acquisition waits."""
    return {
        "wait_minutes": Param(
            environment.landing_wait_minutes,
            type="integer",
            minimum=0,
            maximum=1440,
            title="Wait for files (minutes)",
            description="0 looks once. Nothing new in that time: the run is skipped.",
        )
    }


def choosing() -> dict[str, Param]:
    """Which batch to refine; all that wait by default."""
    return {
        "batch_id": Param(
            None,
            type=["null", "string"],
            pattern=BATCH_ID,
            title="Batch",
            description="One batch alone; empty: every acquired batch that has not been through the gate.",
        ),
        "replay": Param(
            default=False,
            type="boolean",
            title="Replay",
            description="Refine the batch again although it has been through the gate.",
        ),
    }


def deciding(verb: str) -> dict[str, Param]:
    """A batch and a person's reason.

    :param verb: what the person wants to do with it
    """
    return {
        "batch_id": Param(
            type="string",
            pattern=BATCH_ID,
            title="Batch",
            description=f"The batch to {verb}: 16 digits or letters a–f.",
        ),
        "reason": Param(
            type="string",
            minLength=MINIMUM_REASON,
            maxLength=2000,
            format="multiline",
            title="Reason",
            description="Recorded with your name.",
        ),
    }


def sweeping() -> dict[str, Param]:
    """What becomes of jobs that no task waits for."""
    return {
        "abandoned_jobs": Param(
            "end",
            type="string",
            enum=["end", "tell"],
            values_display={"end": "End them", "tell": "Only tell which there are"},
            title="Jobs that no task waits for",
            description="Telling ends nothing: look first when you are not sure whose jobs these are.",
        )
    }
