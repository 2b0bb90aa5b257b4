"""What a person may choose when triggering a DAG."""

from __future__ import annotations

from collections.abc import Callable

from airflow.sdk import Param

from groundwork.decisions.person import MINIMUM_REASON
from groundwork.spec.contract import Column
from groundwork.spec.environment import Environment
from groundwork.spec.include import Product

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
        "reason": _reason(),
    }


def replaying(product: Product) -> dict[str, Param]:
    """Which quarantined rows to take up again, and a person's reason."""
    return {
        "batch_id": Param(
            None,
            type=["null", "string"],
            pattern=BATCH_ID,
            title="Batch",
            description="One published batch alone; empty: every batch of which rows wait in quarantine.",
        ),
        "rules": Param(
            None,
            type=["null", "array"],
            items={"type": "string", "minLength": 1},
            examples=_quarantining(product),
            title="Rules",
            description="Only rows that broke one of these rules; empty: all rows.",
        ),
        "reason": _reason(),
    }


def _quarantining(product: Product) -> list[str]:
    """Names of the rules that a row can be quarantined by, those that every product has among them."""
    contract = product.contract
    landing = contract.landing.columns if contract.landing else contract.columns

    def each(prefix: str, columns: tuple[Column, ...], wanted: Callable[[Column], bool]) -> list[str]:
        return [f"{prefix}_{column.name}" for column in columns if wanted(column)]

    return [
        *(rule.name for rule in product.ruleset.rules),
        *each("readable", landing, lambda column: column.type != "string"),
        *each("typed", contract.columns, lambda _: True),
        *each("required", contract.columns, lambda column: column.required),
        *(["primary_key"] if contract.primary_key else []),
    ]


def naming_version() -> dict[str, Param]:
    """Which version of a model to release; the newest that nobody has decided about by default."""
    return {
        "number": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            title="Version",
            description="Its number in the model registry; empty: the newest version that nobody has decided about.",
        )
    }


def giving_a_reason() -> dict[str, Param]:
    """Why the version before shall serve again."""
    return {"reason": _reason()}


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


def covering(what: str) -> dict[str, Param]:
    """Which batches a run covers; those that lack by default.

    :param what: what is made of a batch
    """
    return {
        "again": Param(
            default=False,
            type="boolean",
            title="All batches again",
            description=f"Make the {what} of every batch anew, not only of those that lack them.",
        )
    }


def explaining(verb: str) -> dict[str, Param]:
    """A person's reason, which may be left out.

    :param verb: what the person wants
    """
    return {
        "reason": Param(
            None,
            type=["null", "string"],
            minLength=MINIMUM_REASON,
            maxLength=2000,
            format="multiline",
            title="Reason",
            description=f"Why you {verb}; recorded with your name. May be left out.",
        )
    }


def _reason() -> Param:
    return Param(
        type="string",
        minLength=MINIMUM_REASON,
        maxLength=2000,
        format="multiline",
        title="Reason",
        description="Recorded with your name.",
    )
