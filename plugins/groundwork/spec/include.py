"""Finds and loads what people declare."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groundwork.spec.contract import Contract
from groundwork.spec.environment import Environment
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.gate_figures import gate_problems
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.standardise_columns import standardise_problems
from groundwork.spec.ruleset import Ruleset
from groundwork.spec.ruleset_columns import column_problems
from groundwork.spec.ruleset_contradictions import contradictions
from groundwork.spec.ruleset_file import RulesetSource, read_ruleset
from groundwork.spec.ruleset_personal import personal_problems
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


def declaration(include: Path, folder: str, name: str) -> Path:
    """The file of a name, which may come from a person; it leads nowhere else."""
    if not name or Path(name).name != name or name.startswith("."):
        raise SpecError(f"{name!r} is no name of a file in {include / folder}", mend="Name it without a path")
    return include / folder / f"{name}.yaml"


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
    :raises SpecError: contract, ruleset or suite of expectations is missing or cannot be used
    """
    from groundwork.spec.contract_file import read_contract
    from groundwork.spec.expectation_suite import with_suite

    path = declaration(include, "contracts", product)
    if not path.is_file():
        raise SpecError(f"no contract for product {product!r}", file=path, mend="Register it: write the contract")
    contract = with_suite(include, read_contract(path))
    return Product(contract, load_ruleset(include, product, contract))


def load_ruleset(include: Path, product: str, contract: Contract) -> Ruleset:
    """The product's ruleset, held against its contract.

    :raises SpecError: it is missing, does not validate, or a rule names a column that is not there
    """
    path = declaration(include, "rules", product)
    if not path.is_file():
        raise SpecError("the product has no ruleset", file=path, mend="Write one; 'rules: []' publishes as it came")
    source = read_ruleset(path)
    if problems := [
        *column_problems(source, contract),
        *standardise_problems(source, contract),
        *gate_problems(source.file, source.ruleset, contract),
        *personal_problems(source, contract),
        *contradictions(source),
        *_look_up_problems(source, contract),
    ]:
        raise SpecErrors(problems)
    return source.ruleset


def _look_up_problems(source: RulesetSource, contract: Contract) -> Iterator[SpecError]:
    """A run that refines what it has just acquired cannot wait for another product to be published."""
    if not contract.refine_with_acquire:
        return
    for index, rule in enumerate(source.ruleset.rules):
        if isinstance(rule, Enrich):
            yield source.error(
                index,
                f"rule {rule.name!r} looks up {rule.product!r}, and the contract says groundwork.refineWithAcquire",
                "Leave refineWithAcquire out of the contract, or the rule out of here",
            )


def load_environment(include: Path, name: str | None = None) -> Environment:
    """One environment.

    :param name: its name; ``GROUNDWORK_ENVIRONMENT`` where left out
    :raises SpecError: none is named, or its file is missing or does not validate
    """
    name = name or os.environ.get(ENVIRONMENT)
    if not name:
        raise SpecError("no environment is named", mend=f"Set {ENVIRONMENT}")
    path = declaration(include, "environments", name)
    if not path.is_file():
        raise SpecError(f"environment {name!r} is not declared", file=path, mend="Write the file")
    file = YamlFile(path)
    environment = file.parse(Environment)
    if environment.name != name:
        raise file.error(("name",), f"is {environment.name!r}", f"Write {name!r}, as the file is named")
    if missing := [role for role in environment.job_roles if role not in environment.execution_roles]:
        raise file.error(
            ("executionRoles",), f"has no role for {', '.join(missing)}", "Add it, or switch the module off"
        )
    return environment
