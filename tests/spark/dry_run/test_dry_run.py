"""A ruleset on a file: what each rule touched, broke and made of values, by hand; nothing personal is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.include import load_environment, load_product
from sandbox.settings import REPOSITORY
from spark_jobs.dry_run.command import main
from spark_jobs.dry_run.effects import Effect, Outcome, Pair, mask
from spark_jobs.dry_run.outcome import dry_run
from spark_jobs.dry_run.page import dry_run_page
from spark_jobs.dry_run.rows import Desk
from spark_jobs.errors import JobError

RULES: list[dict[str, Any]] = [
    {"name": "clean", "kind": "standardise", "columns": ["id", "region", "email"], "nullTokens": ["", "NA"]},
    {"name": "lower", "kind": "standardise", "columns": ["email"], "case": "lower"},
    {
        "name": "region_known",
        "kind": "enrich",
        "product": "regions",
        "match": {"region": "code"},
        "take": {"region_name": "name"},
        "missing": "warn",
    },
    {"name": "net", "kind": "augment", "column": "net", "expression": "amount / 2"},
    {"name": "local_part", "kind": "augment", "column": "local_part", "expression": "substring_index(email, '@', 1)"},
    {"name": "positive", "kind": "require", "predicate": "amount > 0"},
    {"name": "not_test", "kind": "require", "predicate": "id <> 'x'", "otherwise": "drop"},
    {"name": "token", "kind": "comply", "method": "tokenise", "columns": ["email"]},
]
ORDERS = (
    "id,region,email,amount\n1, n ,Ada@Example.org,10\n2,NA,bob@example.org,-3\nx,n,eve@example.org,4\n4,n,,oops\n5\n"
)
REGIONS = "code,name\nn,North\n"


def contract(name: str, *columns: dict[str, Any], landing: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    schema = [{"name": name, "properties": list(columns)}]
    if landing:
        schema.insert(0, {"name": "landing", "properties": landing})
    location = f"s3://{{landing}}/shop/{name}/*.csv"
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"shop.{name}",
        "version": "1.0.0",
        "status": "active",
        "domain": "shop",
        "team": {"members": [{"username": "ada", "role": "owner"}]},
        "servers": [{"server": "landing", "type": "s3", "location": location, "format": "csv"}],
        "schema": schema,
    }


@pytest.fixture(scope="module")
def include(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders, which look regions up, and a file of each."""
    folder = tmp_path_factory.mktemp("dry-run")
    text = {"logicalType": "string"}
    email = {"name": "email", **text, "classification": "personal"}
    amount = {"name": "amount", "logicalType": "integer", "physicalType": "int"}
    landing = [{"name": "id", **text}, {"name": "region", **text}, email, amount]
    orders = contract(
        "orders",
        {"name": "id", **text, "primaryKey": True},
        {"name": "region_name", **text},
        email,
        amount,
        {"name": "net", "logicalType": "number"},
        landing=landing,
    )
    regions = contract("regions", {"name": "code", **text, "primaryKey": True}, {"name": "name", **text})
    for name, declared, rules in (("orders", orders, RULES), ("regions", regions, [])):
        ruleset = {"specVersion": 1, "product": name, "version": "1", "owner": "ada", "rules": rules}
        for kind, content in (("contracts", declared), ("rules", ruleset)):
            (folder / kind).mkdir(exist_ok=True)
            (folder / kind / f"{name}.yaml").write_text(json.dumps(content))
    (folder / "orders.csv").write_text(ORDERS)
    (folder / "regions.csv").write_text(REGIONS)
    return folder


def desk(spark: Any, include: Path, **files: Path) -> Desk:
    return Desk(spark, include, load_environment(REPOSITORY / "include", "sandbox"), files)


@pytest.fixture(scope="module")
def outcome(spark: Any, include: Path) -> Outcome:
    at = desk(spark, include, regions=include / "regions.csv")
    product = load_product(include, "orders")
    return dry_run(at, product, at.file_rows(product, include / "orders.csv", 100), keyed=False)


def effect(outcome: Outcome, rule: str) -> Effect:
    return next(effect for effect in outcome.effects if effect.rule == rule)


def test_what_becomes_of_the_rows(outcome: Outcome) -> None:
    assert (outcome.rows, outcome.published, outcome.quarantined, outcome.dropped, outcome.unreadable) == (
        4,
        1,
        2,
        1,
        1,
    )
    assert [each.rule for each in outcome.effects] == [*(rule["name"] for rule in RULES), "readable_amount"]


def test_each_rule_touches_and_refuses_what_it_does_by_hand(outcome: Outcome) -> None:
    figures = {each.rule: (each.touched, each.violations, each.action) for each in outcome.effects}
    assert figures == {
        "clean": (3, 0, None),
        "lower": (1, 0, None),
        "region_known": (3, 1, "warn"),
        "net": (3, 0, None),
        "local_part": (3, 0, None),
        "positive": (0, 2, "quarantine"),
        "not_test": (0, 1, "drop"),
        "token": (3, 0, None),
        "readable_amount": (0, 1, "quarantine"),
    }


def test_values_before_and_after(outcome: Outcome) -> None:
    assert effect(outcome, "clean").pairs == (Pair("“ n ”", "“n”"), Pair("“NA”", "null"), Pair("“”", "null"))
    assert effect(outcome, "region_known").pairs == (Pair("region = “n”", "region_name = “North”"),)
    assert effect(outcome, "net").pairs[0] == Pair("amount = “10”", "net = “5.0”")
    assert effect(outcome, "positive").pairs == (
        Pair("amount = “-3”", "quarantine"),
        Pair("amount = null", "quarantine"),
    )


def test_of_personal_values_only_the_form_is_shown(outcome: Outcome) -> None:
    assert effect(outcome, "lower").pairs == (Pair("“Xxx@Xxxxxxx.xxx”", "“xxx@xxxxxxx.xxx”"),)
    made = effect(outcome, "local_part").pairs
    assert made == (Pair("email = “xxx@xxxxxxx.xxx”", "local_part = “xxx”"),), "no contract says that it is harmless"
    assert effect(outcome, "token").pairs == (Pair("“xxx@xxxxxxx.xxx”", "“***”"),)
    page = dry_run_page(outcome, about="Now.")
    assert "local_part" in page
    assert not any(name in page.lower() for name in ("ada@", "bob@", "eve@", "“ada", "“bob"))
    assert any("tokens are shown as ***" in note for note in outcome.notes)
    assert mask("Łukasz-9 Straße") == "Xxxxxx-9 Xxxxxx"


def test_a_page_runs_nothing_that_stands_in_a_file(spark: Any, include: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "orders.csv"
    hostile.write_text("id,region,email,amount\n1,<script>alert(1)</script> ,a@b.org,1\n")
    at = desk(spark, include, regions=include / "regions.csv")
    product = load_product(include, "orders")
    page = dry_run_page(dry_run(at, product, at.file_rows(product, hostile), keyed=False), about="Now.")
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_what_cannot_be_tried_out_is_said(spark: Any, include: Path, capsys: pytest.CaptureFixture[str]) -> None:
    product = load_product(include, "orders")
    at = desk(spark, include)
    with pytest.raises(JobError, match=r"is no landing file of orders: .*does not know: code, name"):
        at.file_rows(product, include / "regions.csv")
    with pytest.raises(JobError, match=r"nowhere\.csv is no file"):
        at.file_rows(product, include / "nowhere.csv")
    rows = at.file_rows(product, include / "orders.csv")
    with pytest.raises(JobError, match=r"'regions' is looked up, .* not published here\. Name a landing file of it"):
        dry_run(at, product, rows, keyed=False)
    with pytest.raises(JobError, match="is not there: acquire orders first, or name a file"):
        at.table_rows(product, 10)
    assert main(["nobody", "--include", str(include), "--page", "none.html"]) == 1
    assert "no contract for product 'nobody'" in capsys.readouterr().err
    for wrong in (["--rows", "0"], ["--look-up", "regions"]):
        with pytest.raises(SystemExit):
            main(["orders", "--include", str(include), "--page", "none.html", *wrong])
