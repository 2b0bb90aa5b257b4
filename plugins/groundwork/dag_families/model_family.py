"""Goes through the models of one DAG family, building no more than what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Param

from groundwork.dag_families.model_documentation import model_documentation
from groundwork.dag_families.stage import Stage, stage_of
from groundwork.spec import names
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.model_file import DeclaredModel, load_model, model_names

if TYPE_CHECKING:
    from groundwork.spec.model import Model

TELLING_STAGE = "train_model"
"""The family that tells of models which cannot be used, once for all families."""


@dataclass(frozen=True)
class ModelDeclaration:
    """What one DAG about a model is built from."""

    stage: Stage
    declared: DeclaredModel

    @property
    def model(self) -> Model:
        """The model."""
        return self.declared.model

    def planning(self) -> dict[str, Any]:
        """Arguments of the DAG's first task."""
        return {**self.stage.planning(), "declared": self.declared}


def model_declarations(
    dag_file: str, name_of: Callable[[Model], str | None] = lambda model: model.name
) -> Iterator[ModelDeclaration]:
    """Every model that has a DAG in a file; only the one that Airflow asks for while it runs a task.

    :param dag_file: ``__file__`` of the DAG file; its stem is the stage
    :param name_of: last part of a model's ``dag_id``; None where the model has no DAG in this file
    :raises SpecError: the environment cannot be used, or the one model asked for
    """
    stage = stage_of(dag_file)
    if stage is None or not stage.environment.modules.models:
        return
    models, problems = _usable(stage.include)
    named = [(name_of(declared.model), declared) for declared in models]
    there = [(names.dag_id(stage.name, last), declared) for last, declared in named if last is not None]
    if problems and stage.asked is not None and all(dag_id != stage.asked for dag_id, _ in there):
        raise SpecErrors(problems)
    for dag_id, declared in there:
        if stage.asked in (None, dag_id):
            yield ModelDeclaration(stage, declared)
    if stage.asked is None and stage.name == TELLING_STAGE:
        stage.tell(problems)


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
    stage, model = declaration.stage, declaration.model
    doc_md = model_documentation(stage.name, stage.environment, declaration.declared)
    return stage.dag(name or model.name, model, doc_md, subject=model.name, schedule=schedule, params=params)


def _usable(include: Path) -> tuple[list[DeclaredModel], list[SpecError]]:
    """The models that can be used, and what is wrong with the others."""
    models: list[DeclaredModel] = []
    problems: list[SpecError] = []
    for name in model_names(include):
        try:
            models.append(load_model(include, name))
        except SpecError as error:
            problems.append(error)
    return models, problems
