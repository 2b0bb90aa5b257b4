"""Finds and loads what people declare."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groundwork.spec.contract import SYSTEM_COLUMNS, Contract
from groundwork.spec.environment import Environment
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.ruleset import Augment, Comply, Enrich, Ruleset, Standardise, rule_columns
from groundwork.spec.yaml_file import YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

INCLUDE = "GROUNDWORK_INCLUDE"
ENVIRONMENT = "GROUNDWORK_ENVIRONMENT"


def include_folder(dags_folder: Path) -> Path:
    """The folder that holds contracts, rules, models and environments.

    ``GROUNDWORK_INCLUDE``, else the sibling of the DAGs folder, else the folder inside it, as on MWAA.

    :param dags_folder: folder of the DAG files
    :raises SpecError: there is none
    """
    if named := os.environ.get(INCLUDE):
        candidates = [Path(named)]
    else:
        candidates = [dags_folder.parent / "include", dags_folder / "include"]
    for folder in candidates:
        if (folder / "contracts").is_dir():
            return folder
    looked = " or ".join(str(folder) for folder in candidates)
    raise SpecError(f"no include folder with contracts at {looked}", mend=f"Set {INCLUDE} to it")


@dataclass(frozen=True)
class Product:
    """A contract with its ruleset, read and held against each other."""

    contract: Contract
    ruleset: Ruleset


def product_names(include: Path) -> Iterator[str]:
    """Names of all declared products, by their files alone."""
    for path in sorted((include / "contracts").glob("*.yaml")):
        yield path.stem


def load_product(include: Path, product: str) -> Product:
    """One product.

    :param include: the include folder
    :param product: its name
    :raises SpecError: contract or ruleset is missing or cannot be used
    """
    from groundwork.spec.contract_file import read_contract

    path = include / "contracts" / f"{product}.yaml"
    if not path.is_file():
        raise SpecError(f"no contract for product {product!r}", file=path, mend="Register it: write the contract")
    contract = read_contract(path)
    return Product(contract, load_ruleset(include, product, contract))


def load_ruleset(include: Path, product: str, contract: Contract) -> Ruleset:
    """The product's ruleset, held against its contract.

    :raises SpecError: it is missing, does not validate, or a rule names a column that is not there
    """
    path = include / "rules" / f"{product}.yaml"
    if not path.is_file():
        raise SpecError("the product has no ruleset", file=path, mend="Write one; 'rules: []' publishes as it came")
    file = YamlFile(path)
    ruleset = file.parse(Ruleset)
    if ruleset.product != product:
        raise file.error(("product",), f"is {ruleset.product!r}", f"Write {product!r}, as the file is named")
    problems = list(_column_problems(file, ruleset, contract))
    if problems:
        raise SpecErrors(problems)
    return ruleset


def _column_problems(file: YamlFile, ruleset: Ruleset, contract: Contract) -> Iterator[SpecError]:
    landing = {column.name for column in (contract.landing.columns if contract.landing else contract.columns)}
    known = set(landing)
    removed: set[str] = set()
    for index, rule in enumerate(ruleset.rules):
        allowed = landing if isinstance(rule, Standardise) else known
        for name in sorted(rule_columns(rule) - allowed):
            yield file.error(
                ("rules", index),
                f"rule {rule.name!r} names column {name!r}, which is not there",
                f"Columns at this point: {', '.join(sorted(allowed))}",
            )
        added = {rule.column} if isinstance(rule, Augment) else set(rule.take) if isinstance(rule, Enrich) else set()
        for name in sorted(added & SYSTEM_COLUMNS.keys()):
            yield file.error(("rules", index), f"rule {rule.name!r} writes system column {name!r}", "Rename it")
        known |= added
        if isinstance(rule, Comply) and rule.method == "remove":
            removed |= set(rule.columns)
    for column in contract.columns:
        if column.name not in known - removed:
            yield file.error(("rules",), f"no rule makes the contract's column {column.name!r}", "Add an augment rule")


def load_environment(include: Path, name: str | None = None) -> Environment:
    """One environment.

    :param name: its name; ``GROUNDWORK_ENVIRONMENT`` where left out
    :raises SpecError: none is named, or its file is missing or does not validate
    """
    name = name or os.environ.get(ENVIRONMENT)
    if not name:
        raise SpecError("no environment is named", mend=f"Set {ENVIRONMENT}")
    path = include / "environments" / f"{name}.yaml"
    if not path.is_file():
        raise SpecError(f"environment {name!r} is not declared", file=path, mend="Write the file")
    file = YamlFile(path)
    environment = file.parse(Environment)
    if environment.name != name:
        raise file.error(("name",), f"is {environment.name!r}", f"Write {name!r}, as the file is named")
    return environment
