"""Products that look each other up in a circle: none of them could ever be published first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.ruleset_file import read_ruleset

if TYPE_CHECKING:
    from groundwork.spec.errors import SpecError
    from groundwork.spec.include import Product


@dataclass(frozen=True)
class LookUpCycle:
    """One circle.

    :param products: each looks up the next one, and the last one the first
    :param problem: told at the first one's rule
    """

    products: tuple[str, ...]
    problem: SpecError


def look_up_cycles(include: Path, products: Mapping[str, Product]) -> Iterator[LookUpCycle]:
    """A circle for each rule that has to go until there is none left; no file is read unless there is one.

    :param include: folder of the declarations
    :param products: those that can be used, by name; a look-up of any other one closes no circle
    """
    graph = {name: [*found.ruleset.look_ups] for name, found in products.items() if found.ruleset.look_ups}
    while circle := _circle(graph):
        yield LookUpCycle(circle, _problem(include, products[circle[0]], circle))
        graph[circle[0]].remove(circle[1])


def _circle(graph: Mapping[str, list[str]]) -> tuple[str, ...] | None:
    """One circle, beginning with the name that comes first in the alphabet."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # The library gives each before the one that waits for it, and the first once more at the end.
        waiting: list[str] = error.args[1][:0:-1]
        first = waiting.index(min(waiting))
        return (*waiting[first:], *waiting[:first])
    return None


def _problem(include: Path, product: Product, circle: tuple[str, ...]) -> SpecError:
    rules = enumerate(product.ruleset.rules)
    index, name = next((at, rule.name) for at, rule in rules if isinstance(rule, Enrich) and rule.product == circle[1])
    way = " → ".join([*circle, circle[0]])
    return read_ruleset(include / "rules" / f"{circle[0]}.yaml").error(
        index,
        f"rule {name!r} closes a circle of look-ups, {way}: each waits until the next one is published",
        "Take one of these look-ups out, or move the columns it takes to a product of their own",
    )
