"""Validates everything people declare, without Airflow and without AWS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from groundwork.spec.errors import SpecError
from groundwork.spec.expectation_suite import FOLDER
from groundwork.spec.include import Product, load_environment, load_product, product_names
from groundwork.spec.look_up_cycles import look_up_cycles
from groundwork.spec.model_file import load_model, model_names
from groundwork.spec.rules.enrich import Enrich, fits
from groundwork.spec.ruleset_file import SHARED, read_fragment, read_ruleset


def check_include(include: Path) -> tuple[int, list[SpecError]]:
    """Reads every contract, ruleset, environment and model.

    :param include: the include folder
    :return: number of files read, and every problem found
    """
    names = list(product_names(include))
    environments = sorted(path.stem for path in (include / "environments").glob("*.yaml"))
    products: dict[str, Product] = {}
    problems = list(_misplaced(include, names))
    for name in names:
        try:
            products[name] = load_product(include, name)
        except SpecError as error:
            problems.append(error)
    for name in environments:
        try:
            load_environment(include, name)
        except SpecError as error:
            problems.append(error)
    models = list(model_names(include))
    for name in models:
        try:
            load_model(include, name)
        except SpecError as error:
            problems.append(error)
    fragments = sorted((include / "rules" / SHARED).glob("*.yaml"))
    for path in fragments:
        try:
            read_fragment(path)
        except SpecError as error:
            problems.append(error)
    problems += _look_up_problems(include, products)
    problems += [cycle.problem for cycle in look_up_cycles(include, products)]
    return 2 * len(names) + len(environments) + len(models) + len(fragments), problems


def _misplaced(include: Path, products: list[str]) -> Iterator[SpecError]:
    for path in sorted((include / "rules").glob("*.yaml")):
        if path.stem not in products:
            yield SpecError("a ruleset without a contract", file=path, mend="Write the contract")
    for path in sorted((include / FOLDER).glob("*")):
        if path.suffix != ".json" or path.stem not in products:
            yield SpecError("no product has such a suite", file=path, mend="Name it <product>.json")
    for folder in ("contracts", "rules", "environments", "models"):
        for path in sorted((include / folder).glob("*.yml")):
            yield SpecError("is not read", file=path, mend=f"Name it {path.stem}.yaml")


def _look_up_problems(include: Path, products: dict[str, Product]) -> Iterator[SpecError]:
    declared = set(product_names(include))
    for name, product in products.items():
        for index, rule in enumerate(product.ruleset.rules):
            if isinstance(rule, Enrich):
                for problem, mend in _look_up(rule, declared, products):
                    source = read_ruleset(include / "rules" / f"{name}.yaml")
                    yield source.error(index, f"rule {rule.name!r} {problem}", mend)


def _look_up(rule: Enrich, declared: set[str], products: dict[str, Product]) -> Iterator[tuple[str, str]]:
    if rule.product not in declared:
        yield f"looks up {rule.product!r}, which is not declared", f"Declared: {', '.join(sorted(declared))}"
    elif rule.product in products:
        types = {column.name: column.type for column in products[rule.product].contract.columns}
        for column in sorted({*rule.match.values(), *rule.take.values()} - types.keys()):
            mend = f"Columns there: {', '.join(sorted(types))}"
            yield f"wants column {column!r} of {rule.product!r}, which is not there", mend
        for name, default in rule.defaults.items():
            type_ = types.get(rule.take[name])
            if type_ and not fits(default, type_):
                yield (
                    f"gives {name!r} the default {default!r}, and the column is a {type_}",
                    "Write a value of that type",
                )
