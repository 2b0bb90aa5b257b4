"""Validates everything people declare, without Airflow and without AWS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from groundwork.spec.errors import SpecError
from groundwork.spec.include import Product, load_environment, load_product, product_names
from groundwork.spec.ruleset import Enrich


def check_include(include: Path) -> tuple[int, list[SpecError]]:
    """Reads every contract, ruleset and environment.

    :param include: the include folder
    :return: number of files read, and every problem found
    """
    problems: list[SpecError] = []
    products: dict[str, Product] = {}
    files = 0
    for name in product_names(include):
        files += 2
        try:
            products[name] = load_product(include, name)
        except SpecError as error:
            problems.append(error)
    for path in sorted((include / "rules").glob("*.yaml")):
        if not (include / "contracts" / path.name).is_file():
            problems.append(SpecError("a ruleset without a contract", file=path, mend="Write the contract"))
    for path in sorted((include / "environments").glob("*.yaml")):
        files += 1
        try:
            load_environment(include, path.stem)
        except SpecError as error:
            problems.append(error)
    return files, problems + list(_look_up_problems(include, products))


def _look_up_problems(include: Path, products: dict[str, Product]) -> Iterator[SpecError]:
    declared = set(product_names(include))
    for name, product in products.items():
        file = include / "rules" / f"{name}.yaml"
        for rule in product.ruleset.rules:
            if not isinstance(rule, Enrich):
                continue
            if rule.product not in declared:
                yield SpecError(f"rule {rule.name!r} looks up {rule.product!r}, which is not declared", file=file)
            elif rule.product in products:
                columns = {column.name for column in products[rule.product].contract.columns}
                wanted = {*rule.match.values(), *rule.take.values()}
                for column in sorted(wanted - columns):
                    yield SpecError(
                        f"rule {rule.name!r} wants column {column!r} of {rule.product!r}, which is not there",
                        file=file,
                        mend=f"Columns there: {', '.join(sorted(columns))}",
                    )
