"""The products that are declared for it are usable ones, and one parse is really done."""

from __future__ import annotations

from pathlib import Path

from benchmarks.parsing import declare, file_table, parse, summary_table
from groundwork.spec.include import load_product
from sandbox.settings import REPOSITORY

FIGURES = {"import": 1.5, "one": 0.004, "build": 0.02, "serialise": 0.3, "dags": 10.0}


def test_every_declared_product_is_a_product_of_its_own(tmp_path: Path) -> None:
    names = declare(tmp_path / "include", 7)
    assert names[:2] == ["airlines_0000", "airports_0001"]
    assert names[6] == "airlines_0006"
    products = [load_product(tmp_path / "include", name) for name in names]
    assert [product.contract.product for product in products] == names
    flights = products[2]
    assert flights.ruleset.look_ups == ("airlines", "planes", "airports"), "what is looked up keeps its name"
    expressions = [rule.expression for rule in flights.ruleset.rules if rule.kind == "augment"]
    assert expressions
    assert all(each.startswith("case when 2 = 2 then ") for each in expressions), "shared with no other product"


def test_a_dag_file_is_parsed_as_airflow_does(tmp_path: Path) -> None:
    names = declare(tmp_path / "include", 6)
    figures = parse(REPOSITORY / "dags" / "acquire_data.py", tmp_path / "include", names[2], tmp_path)
    assert figures["dags"] == 6
    assert 0 < figures["one"] < figures["build"]


def test_the_tables_say_the_slowest_file_and_its_share_of_the_target() -> None:
    slow = {**FIGURES, "build": 0.05, "import": 2.0}
    (row,) = summary_table({10: {"acquire_data": FIGURES, "refine_data": slow}}).rows
    assert row == ("10", "20", "0.05", "5.00", "1.00", "0.07", "2.00", "0.60", "4")
    assert file_table({"acquire_data": FIGURES}, 10).rows == (("acquire_data", "10", "1.50", "0.02", "0.30"),)
