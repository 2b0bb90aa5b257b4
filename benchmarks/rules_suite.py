"""The rules and the checks that are measured, in words of no library: each peer's module says them in its own.

Knows no module of ours but the data's, so that Deequ's environment makes the same checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.rules_data import REGIONS, double_columns, text_columns

LARGEST = 1001.0
CODE = "^C[0-9]{4}$"
FREE_TEXT = "^order of [0-9a-f]{12}$"


@dataclass(frozen=True)
class Check:
    """One check of a column, met by the rows of ``benchmarks.rules_data``.

    :param kind: complete, between, minimum, maximum, mean, pattern, contained or length
    :param low: smallest value, figure or length
    :param high: largest one
    :param mostly: share of the values (of the rows, for complete) that must meet it
    """

    kind: str
    column: str
    low: float | None = None
    high: float | None = None
    mostly: float = 1.0
    pattern: str = ""
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Unique in a suite."""
        return f"{self.column} {self.kind}"


def checks(columns: int, rows: int) -> list[Check]:
    """Five a double, three a text, five of the key and one of the time: 40 for ten columns.

    :param columns: of the table
    :param rows: of the table
    """
    found = [each for name in double_columns(columns) for each in _of_a_double(name)]
    found += [each for index, name in enumerate(text_columns(columns)) for each in _of_a_text(name, index)]
    last, middle = rows - 1, (rows - 1) / 2
    found += [
        Check("complete", "id"),
        Check("between", "id", 0, last),
        Check("minimum", "id", 0, 0),
        Check("maximum", "id", last, last),
        Check("mean", "id", middle - 0.5, middle + 0.5),
    ]
    return [*found, Check("complete", "at")]


def _of_a_double(name: str) -> list[Check]:
    return [
        Check("complete", name, mostly=0.95),
        Check("between", name, 0, 1000, mostly=0.98),
        Check("minimum", name, 0, 100),
        Check("maximum", name, 900, LARGEST),
        Check("mean", name, 450, 550),
    ]


def _of_a_text(name: str, index: int) -> list[Check]:
    shape = (
        Check("pattern", name, mostly=0.98, pattern=CODE),
        Check("contained", name, values=REGIONS),
        Check("pattern", name, pattern=FREE_TEXT),
    )[index % 3]
    return [Check("complete", name, mostly=0.95), shape, Check("length", name, 4, 21)]


def row_rules(count: int, columns: int) -> list[dict[str, Any]]:
    """Rules of a ruleset file: cleaned texts and a derived column, then predicates of one and of two columns.

    A few of a thousand rows are quarantined and as many dropped, most warn of nothing.
    """
    found: list[dict[str, Any]] = [
        {"name": "clean", "kind": "standardise", "columns": text_columns(columns), "nullTokens": ["n/a", ""]},
        {"name": "ratio", "kind": "augment", "column": "ratio", "expression": "d0 / (d1 + 1)"},
    ]
    return [*found, *predicates(count - len(found), columns)]


def predicates(count: int, columns: int) -> list[dict[str, Any]]:
    """Rules that only look: predicates of one and of two columns."""
    texts, doubles = text_columns(columns), double_columns(columns)
    return [
        {
            "name": f"rule_{place}",
            "kind": "require",
            "predicate": _predicate(place, doubles, texts),
            "otherwise": ("quarantine", "warn", "drop")[place % 3],
            "nullPasses": True,
        }
        for place in range(count)
    ]


def _predicate(place: int, doubles: list[str], texts: list[str]) -> str:
    number, other = doubles[place % len(doubles)], doubles[(place + 1) % len(doubles)]
    text, step = texts[place % len(texts)], place // 6
    return (
        f"{number} between 0 and {1000.2 + step}",
        f"{number} + {other} < {2100 + step}",
        f"length({text}) between 4 and {21 + step}",
        f"{number} <= {1000.2 + step} or {other} is null",
        f"substring({text}, 1, 1) in ('C', 'n', 's', 'e', 'w', 'c', 'h', 'i', 'o', '{step}')",
        f"at < timestamp '20{14 + step % 80}-01-01 00:00:00' and id >= 0",
    )[place % 6]
