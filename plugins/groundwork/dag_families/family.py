"""Goes through the products of one DAG family, building no more than what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Param

from groundwork.dag_families.documentation import documentation
from groundwork.dag_families.stage import Stage, stage_of
from groundwork.spec import names
from groundwork.spec.errors import SpecError
from groundwork.spec.include import Product, load_product, product_names
from groundwork.spec.look_up_cycles import look_up_cycles

if TYPE_CHECKING:
    from groundwork.spec.contract import Contract
    from groundwork.spec.environment import Modules


@dataclass(frozen=True)
class Declaration:
    """What one DAG about a product is built from."""

    stage: Stage
    product: Product

    @property
    def contract(self) -> Contract:
        """The product's contract."""
        return self.product.contract

    def planning(self) -> dict[str, Any]:
        """Arguments of the DAG's first task."""
        return {**self.stage.planning(), "product": self.product}


def declarations(dag_file: str) -> Iterator[Declaration]:
    """Every product that has a DAG in a file; only the one that Airflow asks for while it runs a task.

    A product that cannot be used is left out, and so are those that look each other up in a circle. The first family
    that is switched on tells of it, once.

    :param dag_file: ``__file__`` of the DAG file; its stem is the stage
    :raises SpecError: the environment cannot be used, or the one product asked for
    """
    stage = stage_of(dag_file)
    if stage is None or not getattr(stage.environment.modules, _module(stage.name)):
        return
    if stage.asked is not None:
        yield Declaration(stage, load_product(stage.include, stage.asked.removeprefix(names.dag_id(stage.name, ""))))
        return
    products, problems = _usable(stage.include)
    for product in products.values():
        yield Declaration(stage, product)
    if stage.name == _telling_stage(stage.environment.modules):
        stage.tell(problems)


def product_dag(declaration: Declaration, *, schedule: Any = None, params: dict[str, Param] | None = None) -> DAG:
    """The empty DAG of a product, to be used as a context manager.

    :param schedule: cron expression, asset condition or None
    :param params: what a person may choose when triggering it
    """
    stage, contract = declaration.stage, declaration.contract
    doc_md = documentation(stage.name, stage.environment, declaration.product)
    return stage.dag(contract.product, contract, doc_md, subject=contract.product, schedule=schedule, params=params)


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
