"""What all DAG files have in common: each holds one stage of every product or model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, Param, get_parsing_context

from groundwork.spec import names
from groundwork.spec.errors import SpecError
from groundwork.spec.include import include_folder, load_environment

if TYPE_CHECKING:
    from groundwork.spec.contract import Contract
    from groundwork.spec.environment import Environment
    from groundwork.spec.model import Model

TRIES_AFTER_THE_FIRST = 2
RETRY_DELAY = timedelta(seconds=20)


@dataclass(frozen=True)
class Stage:
    """What every DAG of one file is built from.

    :param name: stem of the DAG file
    :param include: folder of the declarations
    :param asked: the one DAG that Airflow asks for while it runs a task; None where it asks for all
    """

    name: str
    include: Path
    environment: Environment
    asked: str | None

    def planning(self) -> dict[str, Any]:
        """Arguments of every DAG's first task."""
        return {"include": str(self.include), "environment": self.environment}

    def dag(
        self,
        name: str,
        declared: Contract | Model,
        doc_md: str,
        *,
        subject: str,
        schedule: Any,
        params: dict[str, Param] | None,
    ) -> DAG:
        """An empty DAG, to be used as a context manager.

        :param name: last part of the ``dag_id``
        :param declared: what it is about
        :param doc_md: what its page in the UI says
        :param subject: name of the product or model, a tag
        :param schedule: cron expression, asset condition or None
        :param params: what a person may choose when triggering it
        """
        words = self.name.replace("_", " ")
        return DAG(
            dag_id=names.dag_id(self.name, name),
            dag_display_name=f"{words}: {declared.title}",
            description=f"{words.capitalize()} of {declared.title}",
            doc_md=doc_md,
            schedule=schedule,
            start_date=datetime(2013, 1, 1),  # noqa: DTZ001 - Airflow reads it as UTC
            catchup=False,
            max_active_runs=1,
            tags=[self.name, declared.domain, subject],
            params=params or {},
            default_args={"owner": declared.owner, "retries": TRIES_AFTER_THE_FIRST, "retry_delay": RETRY_DELAY},
        )

    def tell(self, problems: Sequence[SpecError]) -> None:
        """Let Airflow list what is wrong with declarations that cannot be used, if anything is."""
        if problems:
            # In the caller's file and by no name of it: Airflow finds DAGs that are made while a file is imported.
            with UnusableDeclarations(self.name, SpecError("\n".join(str(problem) for problem in problems))):
                pass


class UnusableDeclarations(DAG):
    """Stands for declarations that cannot be used: Airflow lists its refusal as an import error of the DAG file, and
    builds the file's other DAGs. An exception while the file is imported would take all of them down.

    :param stage: stem of the DAG file
    :param error: what is wrong, one problem a line
    """

    def __init__(self, stage: str, error: SpecError) -> None:
        super().__init__(dag_id=f"{stage}__unusable_declarations", schedule=None)
        self.error = error

    def validate(self) -> None:
        """Refuse to be bagged.

        :raises SpecError: always
        """
        raise self.error


def stage_of(dag_file: str) -> Stage | None:
    """The stage that a DAG file holds; None while Airflow runs a task of another file's DAG.

    :param dag_file: ``__file__`` of the DAG file
    :raises SpecError: the environment cannot be used
    """
    file = Path(dag_file)
    asked = get_parsing_context().dag_id
    if asked is not None and not asked.startswith(names.dag_id(file.stem, "")):
        return None
    include = include_folder(file.parent)
    return Stage(file.stem, include, load_environment(include), asked)


def result_of(task_id: str) -> str:
    """Template of what a task has returned; unlike ``.output`` it draws no edge past the tasks in between."""
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}') }}}}"


def asset(what: names.AssetLayer, name: str) -> Asset:
    """The asset of a table, or of what became of a model.

    :param what: the table's layer, or registered, released, retrain
    :param name: product, feature view or model
    """
    return Asset(name=names.asset_name(what, name), uri=names.asset_uri(what, name))
