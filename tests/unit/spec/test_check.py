"""``make check``: everything people declare, without Airflow and without AWS."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.__main__ import main
from groundwork.spec.check import check_include
from tests.unit.conftest import CONTRACT, RULES

REPOSITORY = Path(__file__).parents[3]
PRODUCTS = 1_000


def checked(include: Path) -> list[str]:
    return [str(problem).replace(f"{include}/", "") for problem in check_include(include)[1]]


def test_the_projects_own_declarations_are_valid() -> None:
    files, problems = check_include(REPOSITORY / "include")
    assert problems == []
    assert files >= 13


def test_valid_files_are_counted_and_the_status_is_0(include: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--include", str(include)]) == 0
    assert "3 files checked in 0." in capsys.readouterr().out


def test_problems_are_printed_and_the_status_is_1(
    include: Path, change: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    contract = change("contracts/orders.yaml", ("kind: DataContract", "kind: X"))
    environment = change("environments/test.yaml", ("region: eu-west-1", "region: mars"))
    assert main(["check", "--include", str(include)]) == 1
    told = capsys.readouterr()
    assert f"{contract}:2: kind: is 'X'. Write kind: DataContract" in told.err
    assert f"{environment}:4: region: " in told.err
    assert "3 files checked" in told.out
    assert "2 with problems" in told.out


def test_a_folder_that_is_none_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--include", str(tmp_path)]) == 2
    assert "name the include folder with --include" in capsys.readouterr().err


def test_a_broken_product_leaves_the_others_checked(include: Path) -> None:
    (include / "contracts" / "shops.yaml").write_text("")
    (include / "rules" / "orders.yaml").write_text("[]")
    assert checked(include) == [
        "rules/orders.yaml:1: the file is not a mapping. Start with 'key: value' lines",
        "contracts/shops.yaml:1: the file is empty. Start with 'key: value' lines",
    ]


def test_files_that_nobody_reads_are_told(include: Path) -> None:
    (include / "rules" / "shops.yaml").write_text(RULES)
    (include / "contracts" / "towns.yml").write_text(CONTRACT)
    assert checked(include) == [
        "rules/shops.yaml: a ruleset without a contract. Write the contract",
        "contracts/towns.yml: is not read. Name it towns.yaml",
    ]


def test_look_ups_are_held_against_the_product_they_name(include: Path) -> None:
    rules = (
        "  - {name: a, kind: enrich, product: towns, match: {order_id: id}, take: {town: name}}\n"
        "  - {name: b, kind: enrich, product: shops, match: {order_id: order_id}, take: {cost: price, x: line}}\n"
    )
    (include / "rules" / "orders.yaml").write_text(RULES + rules)
    (include / "contracts" / "shops.yaml").write_text(CONTRACT.replace("orders", "shops"))
    (include / "rules" / "shops.yaml").write_text(RULES.replace("orders", "shops"))
    assert checked(include) == [
        ("rules/orders.yaml:14: rules[2]: rule 'a' looks up 'towns', which is not declared. Declared: orders, shops"),
        (
            "rules/orders.yaml:15: rules[3]: rule 'b' wants column 'price' of 'shops', which is not there. "
            "Columns there: amount, line, order_id, ordered_at"
        ),
    ]


@pytest.mark.parametrize(
    ("default", "column", "right"),
    [
        ("unknown", "order_id", True),
        ("7", "order_id", False),
        ("7", "line", True),
        ("7.5", "line", False),
        ("7.5", "amount", True),
        ("true", "amount", False),
        ("2013-01-01 00:00:00", "ordered_at", True),
        ("never", "ordered_at", False),
    ],
)
def test_a_default_is_held_against_the_type_there(include: Path, default: str, column: str, *, right: bool) -> None:
    rule = (
        "  - {name: a, kind: enrich, product: shops, match: {order_id: order_id}, "
        f"take: {{x: {column}}}, missing: default, defaults: {{x: {default}}}}}\n"
    )
    (include / "rules" / "orders.yaml").write_text(RULES + rule)
    (include / "contracts" / "shops.yaml").write_text(CONTRACT.replace("orders", "shops"))
    (include / "rules" / "shops.yaml").write_text(RULES.replace("orders", "shops"))
    told = checked(include)
    assert told == [] if right else "rule 'a' gives 'x' the default" in told[0]


def looks_up(include: Path, product: str, *others: str) -> None:
    """Declare a product whose rules look others up."""
    rules = "".join(
        f"  - {{name: find_{other}, kind: enrich, product: {other}, match: {{order_id: order_id}}, "
        f"take: {{line_of_{other}: line}}}}\n"
        for other in others
    )
    (include / "contracts" / f"{product}.yaml").write_text(CONTRACT.replace("orders", product))
    (include / "rules" / f"{product}.yaml").write_text(RULES.replace("orders", product) + rules)


def test_a_circle_of_look_ups_is_told_once_with_file_rule_and_mend(include: Path) -> None:
    looks_up(include, "orders", "towns", "shops")
    looks_up(include, "shops", "towns", "orders")
    looks_up(include, "towns", "lands")
    looks_up(include, "lands", "orders")
    looks_up(include, "visitors", "orders")  # waits for a circle, is in none
    looks_up(include, "names")
    mend = "Take one of these look-ups out, or move the columns it takes to a product of their own"
    circles = {
        "rules/lands.yaml:14: rules[2]: rule 'find_orders'": "lands → orders → towns → lands",
        "rules/orders.yaml:15: rules[3]: rule 'find_shops'": "orders → shops → orders",
    }
    assert sorted(checked(include)) == [
        f"{place} closes a circle of look-ups, {way}: each waits until the next one is published. {mend}"
        for place, way in circles.items()
    ]


def test_look_ups_that_meet_again_are_no_circle(include: Path) -> None:
    looks_up(include, "orders", "towns", "shops")
    looks_up(include, "shops", "towns")
    looks_up(include, "towns")
    assert checked(include) == []


def test_the_command_needs_neither_airflow_nor_aws_and_less_than_three_seconds() -> None:
    """What ``make check`` runs, on the project's own declarations. Processor time, as others may use the machine."""
    program = """
import os, runpy, sys
sys.argv[1:] = ["check"]
try:
    runpy.run_module("groundwork.spec", run_name="__main__", alter_sys=True)
finally:
    print(sorted({"airflow", "boto3", "botocore", "moto", "pyspark"} & sys.modules.keys()))
    print(sum(os.times()[:2]))
"""
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "plugins")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    told, heavy, seconds = finished.stdout.splitlines()
    assert told.endswith("0 with problems")
    assert heavy == "[]"
    assert float(seconds) < 3
    assert "groundwork.spec check" in (REPOSITORY / "Makefile").read_text()


def test_a_thousand_products_are_checked(include: Path, record_property: Callable[[str, object], None]) -> None:
    for number in range(PRODUCTS - 1):
        for folder, text in (("contracts", CONTRACT), ("rules", RULES)):
            own = text.replace("orders", f"p{number:04}").replace("amount > 0", f"amount > {number}")
            (include / folder / f"p{number:04}.yaml").write_text(own)
    started = time.perf_counter()
    files, problems = check_include(include)
    seconds = time.perf_counter() - started
    record_property("seconds", round(seconds, 2))
    print(f"{PRODUCTS} products checked in {seconds:.2f} s")
    assert (files, problems) == (2 * PRODUCTS + 1, [])
