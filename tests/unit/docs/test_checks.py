"""The page on checks, held against the code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlglot
import yaml
from open_data_contract_standard.model import DataQuality

from groundwork.spec.check import check_include
from groundwork.spec.expectation_suite import read_suite
from groundwork.spec.expectation_types import FIGURES, ODCS, RECORDS, TABLES, TYPES, VALUES, ExpectationType
from groundwork.spec.include import load_product
from groundwork.spec.odcs_operators import OPERATORS
from groundwork.spec.odcs_quality import METRICS, to_expectation
from groundwork.spec.quality_query import AGGREGATES, bounded_query

PATH = Path(__file__).parents[3] / "docs" / "rules" / "checks.md"
PAGE = PATH.read_text()
GROUPS = {
    "values of a column": VALUES,
    "several columns": RECORDS,
    "a figure of a column": FIGURES,
    "the table": TABLES,
}


def between(name: str) -> str:
    return PAGE.split(f"<!-- {name} -->\n")[1].split("<!-- end -->")[0]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def expectations_table() -> str:
    """The list of all expectations; what Great Expectations knows only by name has no kwargs here."""
    lines = ["| judges | expectation | kwargs | carried out |", "|---|---|---|---|"]
    for group, types in GROUPS.items():
        lines += [f"| {group} | `{kind}` | {kwargs(known)} | {carried(known)} |" for kind, known in types.items()]
    return "\n".join(lines) + "\n"


def kwargs(known: ExpectationType) -> str:
    needed = [f"**{name}**" for name in sorted(known.required)]
    return ", ".join([*needed, *sorted(known.optional - {"row_condition", "condition_parser"})]).replace("_", "\\_")


def carried(known: ExpectationType) -> str:
    said = {"native": "native", "great_expectations": "by Great Expectations itself", "nowhere": "refused"}
    return said[known.carried] + (f": {known.why}" if known.why else "")


def test_the_list_of_expectations_is_that_of_the_code() -> None:
    assert set(TYPES) == {kind for types in (*GROUPS.values(), ODCS) for kind in types}
    assert between("expectations") == expectations_table(), "run: python -m tests.unit.docs.test_checks"


def test_the_functions_are_those_of_the_code() -> None:
    assert between("aggregates").strip() == " ".join(f"`{name}`" for name in sorted(AGGREGATES))


def test_the_end_of_a_query_is_told_so() -> None:
    told = between("too long").replace("```text\n", "").replace("```", "").strip()
    bounded = sqlglot.parse_one(bounded_query("SELECT count(*) FROM ${table} WHERE note RLIKE '.*x.*y'"), read="spark")
    assert told in [literal.this for literal in bounded.find_all(sqlglot.exp.Literal)]


def test_every_metric_and_operator_is_explained() -> None:
    assert [f"`{name}`" in PAGE for name in (*METRICS, *OPERATORS)] == [True] * (len(METRICS) + len(OPERATORS))
    assert re.findall(r"^\| `(\w+)` \|.*\| the (?:batch|whole table) \|$", PAGE, re.MULTILINE) == list(METRICS)


@pytest.mark.parametrize(("under", "entries"), yaml.safe_load(block("yaml quality")).items())
def test_the_contracts_example_can_be_carried_out(under: str, entries: list[dict[str, object]]) -> None:
    for entry in entries:
        assert to_expectation(DataQuality(**entry), None if under == "table" else under)


def test_the_suites_example_can_be_carried_out(include: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(block("json suite"))
    found = read_suite(path, load_product(include, "orders").contract)
    assert [item.type for item in found] == [item["type"] for item in json.loads(path.read_text())["expectations"]]


def test_the_problems_on_the_page_are_told_so(include: Path, change: Callable[..., Path]) -> None:
    contract, suite = block("text").splitlines()
    suites = include / "expectations"
    suites.mkdir()
    wrong = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "amnt", "max_value": 9}}
    right = {**wrong, "kwargs": {"column": "amount", "max_value": 9}}
    (suites / "orders.json").write_text(json.dumps({"expectations": [right, wrong]}, indent=2))
    assert told(include) == [suite]
    (suites / "orders.json").unlink()
    misspelt = "{type: expect_column_values_to_be_nul}"
    entry = f"{{type: custom, engine: greatExpectations, implementation: {misspelt}}}"
    change("contracts/orders.yaml", ("{metric: nullValues, mustBe: 0}", entry))
    assert told(include) == [contract]


def told(include: Path) -> list[str]:
    return [str(problem).replace(str(include), "include") for problem in check_include(include)[1]]


if __name__ == "__main__":
    lists = {
        "expectations": expectations_table(),
        "aggregates": " ".join(f"`{name}`" for name in sorted(AGGREGATES)) + "\n",
    }
    for name, text in lists.items():
        PAGE = PAGE.replace(f"<!-- {name} -->\n{between(name)}", f"<!-- {name} -->\n{text}")
    PATH.write_text(PAGE)
