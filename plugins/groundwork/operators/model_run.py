"""What the tasks of a run about a model have in common: they work with what its first task has frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import RegisteredVersion


class ModelRunOperator(BaseOperator):
    """A task of a run about a model.

    :param run_uri: ``s3://`` address of the frozen run; templated, so that an earlier task may give it
    """

    template_fields: Sequence[str] = ("run_uri",)

    def __init__(self, *, run_uri: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_uri = run_uri


def own_run(context: Context, run_uri: str) -> ModelRun:
    """The frozen run, which must be this DAG run's own.

    What a task hands to the next can be edited by whoever may edit task results; thresholds and approvers must not.

    :param run_uri: where it stands
    :raises AirflowFailException: it is another run's
    """
    from groundwork.hooks.evidence import EvidenceHook
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.names import run_prefix

    run = EvidenceHook().read(run_uri, ModelRun)
    ti = context["ti"]
    if run.uri != run_uri or run.prefix != run_prefix(run.environment, ti.dag_id, ti.run_id):
        raise AirflowFailException(
            f"{run_uri} was not frozen by this run ({ti.dag_id} {ti.run_id}); trigger a new one. Was a task's result "
            "edited by hand?"
        )
    return run


def ledger_of(run: ModelRun) -> LedgerHook:
    """The ledger of the run's environment."""
    from groundwork.hooks.ledger import LedgerHook

    return LedgerHook(table=run.environment.ledger_table, region_name=run.environment.region)


def version_of(run: ModelRun) -> RegisteredVersion:
    """The version that the run is about.

    :raises AirflowFailException: it is about none
    """
    if run.version is None:
        raise AirflowFailException(f"{run.uri} names no version; trigger a new run")
    return run.version
