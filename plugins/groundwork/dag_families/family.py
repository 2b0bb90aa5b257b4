"""Goes through the products of one DAG family, building no more than what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, Param, get_parsing_context

from groundwork.dag_families.documentation import documentation
from groundwork.spec import names
from groundwork.spec.errors import SpecError
from groundwork.spec.include import Product, include_folder, load_environment, load_product, product_names
from groundwork.spec.look_up_cycles import look_up_cycles

if TYPE_CHECKING:
    from groundwork.spec.contract import Contract
    from groundwork.spec.environment import Environment, Modules


TRIES_AFTER_THE_FIRST = 2
RETRY_DELAY = timedelta(seconds=20)


@dataclass(frozen=True)
class Declaration:
    """What one DAG is built from.

    :param stage: stem of the DAG file
    :param include: folder of the declarations
    """

    stage: str
    include: Path
    environment: Environment
    product: Product

    @property
    def contract(self) -> Contract:
        """The product's contract."""
        return self.product.contract

    def planning(self) -> dict[str, Any]:
        """Arguments of the DAG's first task."""
        return {"include": str(self.include), "environment": self.environment, "product": self.product}


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


def declarations(dag_file: str) -> Iterator[Declaration]:
    """Every product that has a DAG in a file; only the one that Airflow asks for while it runs a task.

    A product that cannot be used is left out, and so are those that look each other up in a circle. The first family
    that is switched on tells of it, once.

    :param dag_file: ``__file__`` of the DAG file; its stem is the stage
    :raises SpecError: the environment cannot be used, or the one product asked for
    """
    file = Path(dag_file)
    stage = file.stem
    asked = get_parsing_context().dag_id
    if asked is not None and not asked.startswith(names.dag_id(stage, "")):
        return
    include = include_folder(file.parent)
    environment = load_environment(include)
    if not getattr(environment.modules, _module(stage)):
        return
    if asked is not None:
        product = load_product(include, asked.removeprefix(names.dag_id(stage, "")))
        yield Declaration(stage, include, environment, product)
        return
    products, problems = _usable(include)
    for product in products.values():
        yield Declaration(stage, include, environment, product)
    if problems and stage == _telling_stage(environment.modules):
        # In the caller's file and by no name of it: Airflow finds DAGs that are made while a file is imported.
        with UnusableDeclarations(stage, SpecError("\n".join(str(problem) for problem in problems))):
            pass


def product_dag(declaration: Declaration, *, schedule: Any = None, params: dict[str, Param] | None = None) -> DAG:
    """The empty DAG of a product, to be used as a context manager.

    :param schedule: cron expression, asset condition or None
    :param params: what a person may choose when triggering it
    """
    contract = declaration.contract
    return DAG(
        dag_id=names.dag_id(declaration.stage, contract.product),
        dag_display_name=f"{declaration.stage.replace('_', ' ')}: {contract.title}",
        description=f"{declaration.stage.replace('_', ' ').capitalize()} of {contract.title}",
        doc_md=documentation(declaration.stage, declaration.environment, declaration.product),
        schedule=schedule,
        start_date=datetime(2013, 1, 1),  # noqa: DTZ001 - Airflow reads it as UTC
        catchup=False,
        max_active_runs=1,
        tags=[declaration.stage, contract.domain, contract.product],
        params=params or {},
        default_args={
            "owner": contract.owner,
            "retries": TRIES_AFTER_THE_FIRST,
            "retry_delay": RETRY_DELAY,
        },
    )


def result_of(task_id: str) -> str:
    """Template of what a task has returned; unlike ``.output`` it draws no edge past the tasks in between."""
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}') }}}}"


def asset(layer: names.Layer, product: str) -> Asset:
    """The asset of a product's table."""
    return Asset(name=names.asset_name(layer, product), uri=names.asset_uri(layer, product))


def _usable(include: Path) -> tuple[dict[str, Product], list[SpecError]]:
    """The products that can be used, by name, and what is wrong with the others."""
    products: dict[str, Product] = {}
    problems: list[SpecError] = []
    for name in product_names(include):
        try:
            products[name] = load_product(include, name)
        except SpecError as error:
            problems.append(error)
    for cycle in list(look_up_cycles(include, products)):
        problems.append(cycle.problem)
        for name in cycle.products:
            products.pop(name, None)
    return products, problems


def _module(stage: str) -> str:
    return "acquire" if stage == "acquire_data" else "refine"


def _telling_stage(modules: Modules) -> str:
    return "acquire_data" if modules.acquire else "refine_data"
