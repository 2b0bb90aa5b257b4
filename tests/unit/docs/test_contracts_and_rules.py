"""Every example of docs/contracts-and-rules.md does what the page says, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from open_data_contract_standard.model import DataQuality

from groundwork.spec.contract import SYSTEM_COLUMNS, Classification, Completeness, Evolution, Landing
from groundwork.spec.contract_columns import EXEMPTION, TYPES
from groundwork.spec.contract_file import API_VERSIONS, CONTRACT_PROPERTIES, LANDING_PROPERTIES
from groundwork.spec.errors import SpecError
from groundwork.spec.expectation_types import TYPES as EXPECTATIONS
from groundwork.spec.expression import parse_expression
from groundwork.spec.functions import FUNCTIONS
from groundwork.spec.gate import Gate
from groundwork.spec.include import load_product
from groundwork.spec.odcs_quality import to_expectation
from groundwork.spec.ruleset import MAXIMUM_RULES, Ruleset

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "contracts-and-rules.md").read_text()
FILES = dict(re.findall(r"```yaml (\S+)\n(.*?)```", PAGE, re.DOTALL))
QUALITY = re.findall(r"^\| `(\{.*\})` \| (`\w+`|the table) \| `(expect_\w+)` \| `(\{.*\})` \|$", PAGE, re.MULTILINE)
EXPRESSIONS = re.findall(r"^\| `(.*)` \| (allowed|refused) \|$", PAGE, re.MULTILINE)


def table(first: str) -> list[list[str]]:
    """Rows of the table whose first heading begins so, as cells."""
    lines = PAGE[PAGE.index(f"\n| {first}") + 1 :].splitlines()
    rows = lines[2 : next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def between(name: str) -> str:
    [text] = re.findall(rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return str(text)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """The include folder that the page describes."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_examples_of_files_are_one_valid_product(orders: Path) -> None:
    assert sorted(FILES) == ["contracts/orders.yaml", "rules/orders.yaml"]
    product = load_product(orders, "orders")
    assert product.contract.registered
    assert product.contract.primary_key == ("order_id", "line")
    assert product.contract.landing is not None
    assert product.contract.landing.evolution == Evolution(added="ignore")
    assert {rule.kind for rule in product.ruleset.rules} < {row[0].strip("`") for row in table("`kind`")}


def test_the_examples_of_errors_are_what_check_says(orders: Path) -> None:
    path = orders / "rules" / "orders.yaml"
    [told] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    told_of_column, told_of_function = told.splitlines()
    right = path.read_text()
    for old, new, message in (
        ("round(amount / 1.19, 2)", "amount - discount", told_of_column),
        ("predicate: amount > 0", "predicate: amount > rand()", told_of_function),
    ):
        assert right.count(old) == 1
        path.write_text(right.replace(old, new))
        with pytest.raises(SpecError) as caught:
            load_product(orders, "orders")
        assert str(caught.value) == message.replace("include", str(orders), 1)


@pytest.mark.parametrize(("entry", "under", "kind", "kwargs"), QUALITY)
def test_a_quality_entry_becomes_the_expectation_of_its_row(entry: str, under: str, kind: str, kwargs: str) -> None:
    column = None if under == "the table" else under.strip("`")
    expectation = to_expectation(DataQuality(**yaml.safe_load(entry)), column)
    assert (expectation.type, expectation.kwargs) == (kind, yaml.safe_load(kwargs))


def test_every_entry_of_the_table_is_tried() -> None:
    assert len(QUALITY) == len(table("entry"))
    assert {kind for _, _, kind, _ in QUALITY} <= set(EXPECTATIONS)


@pytest.mark.parametrize(("text", "verdict"), EXPRESSIONS)
def test_an_expression_is_allowed_or_refused_as_its_row_says(text: str, verdict: str) -> None:
    if verdict == "allowed":
        assert parse_expression(text)
    else:
        with pytest.raises(SpecError):
            parse_expression(text)


def test_the_functions_are_those_of_the_code() -> None:
    assert len(EXPRESSIONS) == len(table("expression"))
    rows = [f"| {group} | {' '.join(f'`{name}`' for name in sorted(names))} |" for group, names in FUNCTIONS.items()]
    assert between("functions").splitlines() == ["| group | functions |", "|---|---|", *rows]


def test_the_types_are_those_of_the_code() -> None:
    rows = {
        row[0].strip("`"): tuple(re.findall("`([^`]+)`", row[1])) for row in table("`logicalType` | `physicalType`")
    }
    assert rows == TYPES


def test_the_properties_are_those_of_the_code() -> None:
    rows = [(row[0], row[1].strip("`")) for row in table("at | `property`")]
    assert rows == [
        *[("contract", name) for name in CONTRACT_PROPERTIES],
        *[("landing server", name) for name in LANDING_PROPERTIES],
        ("column", EXEMPTION),
    ]


def test_every_kind_of_rule_is_listed_with_its_page() -> None:
    kinds = Ruleset.model_json_schema()["properties"]["rules"]["items"]["discriminator"]["mapping"]
    rows = table("`kind`")
    assert {row[0].strip("`") for row in rows} == set(kinds)
    for _, _, link in rows:
        [page] = re.findall(r"\((rules/\w+\.md)", link)
        assert (ROOT / "docs" / page).is_file()


def test_the_defaults_that_the_page_names_are_those_of_the_code() -> None:
    landing = Landing(location="s3://{landing}/a.csv", columns=())
    assert (landing.delimiter, landing.encoding, landing.completeness) == (
        ",",
        "UTF-8",
        Completeness(settle_seconds=10),
    )
    assert (Gate().maximum_quarantined, Gate().minimum_published) == (0.05, 1)
    assert f"at most {MAXIMUM_RULES}, each" in PAGE
    assert f"version {API_VERSIONS[0][1:]} to {API_VERSIONS[-1][1:]}." in PAGE
    assert all(f"`{column}`" in PAGE for column in SYSTEM_COLUMNS)
    assert all(f"`{name}`" in PAGE for name in Classification.__args__)  # type: ignore[attr-defined]
