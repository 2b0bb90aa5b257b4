"""Goes through the models of one DAG family, building no more than what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, Param, get_parsing_context

from groundwork.dag_families.family import RETRY_DELAY, TRIES_AFTER_THE_FIRST, UnusableDeclarations
from groundwork.dag_families.model_documentation import model_documentation
from groundwork.spec import names
from groundwork.spec.errors import SpecError
from groundwork.spec.include import include_folder, load_environment
from groundwork.spec.model_file import DeclaredModel, load_model, model_names

if TYPE_CHECKING:
    from groundwork.spec.environment import Environment
    from groundwork.spec.model import Model

TELLING_STAGE = "train_model"
"""The family that tells of models which cannot be used, once for all families."""


@dataclass(frozen=True)
class ModelDeclaration:
    """What one DAG about a model is built from.

    :param stage: stem of the DAG file
    :param include: folder of the declarations
    """

    stage: str
    include: Path
    environment: Environment
    declared: DeclaredModel

    @property
    def model(self) -> Model:
        """The model."""
        return self.declared.model

    def planning(self) -> dict[str, Any]:
        """Arguments of the DAG's first task."""
        return {"include": str(self.include), "environment": self.environment, "declared": self.declared}


def model_declarations(
    dag_file: str, name_of: Callable[[Model], str | None] = lambda model: model.name
) -> Iterator[ModelDeclaration]:
    """Every model that has a DAG in a file; only the one that Airflow asks for while it runs a task.

    :param dag_file: ``__file__`` of the DAG file; its stem is the stage
    :param name_of: last part of a model's ``dag_id``; None where the model has no DAG in this file
    :raises SpecError: the environment cannot be used, or the one model asked for
    """
    file = Path(dag_file)
    stage = file.stem
    asked = get_parsing_context().dag_id
    if asked is not None and not asked.startswith(names.dag_id(stage, "")):
        return
    include = include_folder(file.parent)
    environment = load_environment(include)
    if not environment.modules.models:
        return
    problems: list[SpecError] = []
    for name in model_names(include):
        try:
            declared = load_model(include, name)
        except SpecError as error:
            problems.append(error)
            continue
        last = name_of(declared.model)
        if last is not None and asked in (None, names.dag_id(stage, last)):
            yield ModelDeclaration(stage, include, environment, declared)
    if problems and asked is None and stage == TELLING_STAGE:
        # In the caller's file and by no name of it: Airflow finds DAGs that are made while a file is imported.
        with UnusableDeclarations(stage, SpecError("\n".join(str(problem) for problem in problems))):
            pass


def model_dag(
    declaration: ModelDeclaration,
    *,
    schedule: Any = None,
    params: dict[str, Param] | None = None,
    name: str | None = None,
) -> DAG:
    """The empty DAG of a model, to be used as a context manager.

    :param schedule: cron expression, asset condition or None
    :param params: what a person may choose when triggering it
    :param name: last part of the ``dag_id``; the model's name where left out
    """
    model, stage = declaration.model, declaration.stage
    words = stage.replace("_", " ")
    return DAG(
        dag_id=names.dag_id(stage, name or model.name),
        dag_display_name=f"{words}: {model.title}",
        description=f"{words.capitalize()} of {model.title}",
        doc_md=model_documentation(stage, declaration.environment, declaration.declared),
        schedule=schedule,
        start_date=datetime(2013, 1, 1),  # noqa: DTZ001 - Airflow reads it as UTC
        catchup=False,
        max_active_runs=1,
        tags=[stage, model.domain, model.name],
        params=params or {},
        default_args={"owner": model.owner, "retries": TRIES_AFTER_THE_FIRST, "retry_delay": RETRY_DELAY},
    )


def model_asset(what: names.AssetLayer, name: str) -> Asset:
    """The asset of a feature or prediction table, or of what became of a model.

    :param what: feature, prediction, registered, released or retrain
    :param name: feature view or model
    """
    return Asset(name=names.asset_name(what, name), uri=names.asset_uri(what, name))
