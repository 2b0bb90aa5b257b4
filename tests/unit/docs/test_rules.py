"""What the pages about rules show is what the commands say. Their examples of rows are carried out by Spark's tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from open_data_contract_standard.model import DataQuality

from groundwork.spec.errors import SpecError
from groundwork.spec.expression import parse_expression
from groundwork.spec.include import load_product
from groundwork.spec.odcs_quality import to_expectation
from groundwork.spec.yaml_file import YamlFile
from tests.unit.conftest import CONTRACT, RULES, problems_of

DOCS = Path(__file__).parents[3] / "docs"


def page(name: str) -> str:
    return (DOCS / "rules" / f"{name}.md").read_text(encoding="utf-8")


def between(name: str, text: str) -> str:
    [found] = re.findall(rf"<!-- {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    return str(found).replace("```text\n", "").replace("```", "").strip()


def test_the_refused_pattern_is_told_so() -> None:
    with pytest.raises(SpecError) as caught:
        parse_expression("note rlike '(a+)+$'")
    assert between("refused patterns", page("require")) == str(caught.value)


def test_the_mended_patterns_are_allowed() -> None:
    assert parse_expression("note rlike 'a+$'")
    assert parse_expression(r"note rlike '\\s*(,\\s*)*'")


def test_the_contradiction_is_told_so(include: Path) -> None:
    more = [f"  - {{name: r{n}, kind: require, predicate: line <> {n}}}\n" for n in range(4)]
    more.append("  - {name: expensive, kind: require, predicate: amount > 100}\n")
    more.append("  - {name: cheap, kind: require, predicate: amount < 10}\n")
    (include / "rules" / "orders.yaml").write_text(RULES + "".join(more))
    ((_, _, message),) = problems_of(lambda: load_product(include, "orders"))
    assert message.partition(": ")[2] in page("require")


def test_the_unprotected_column_is_told_so(include: Path, change: Callable[..., Path]) -> None:
    change(
        "contracts/orders.yaml",
        ("{name: order_id, logicalType: string,", "{name: email, logicalType: string, classification: personal,"),
    )
    change("rules/orders.yaml", ("columns: [order_id, line]", "columns: [email, line]"))
    ((_, _, message),) = problems_of(lambda: load_product(include, "orders"))
    assert between("refused personal", page("comply")) == message.replace(str(include), "include")


def test_the_checks_of_anonymity_can_be_carried_out() -> None:
    [text] = re.findall(r"```yaml quality\n(.*?)```", page("comply"), re.DOTALL)
    found = [to_expectation(DataQuality(**entry), None) for entry in yaml.safe_load(text)]
    assert [(item.name, item.columns) for item in found] == [
        ("five_alike", ("postcode", "birth_year")),
        ("two_illnesses", ("postcode", "birth_year", "illness")),
    ]


def test_the_fragment_and_its_ruleset_are_resolved_as_the_page_says(include: Path) -> None:
    files = dict(re.findall(r"```yaml (rules/\S+)\n(.*?)```", page("sharing"), re.DOTALL))
    assert sorted(files) == ["rules/customers.yaml", "rules/shared/contact_data.yaml"]
    (include / "rules" / "shared").mkdir()
    for name, text in files.items():
        (include / name).write_text(text)
    contract = CONTRACT.replace("orders", "customers").replace("order_id", "customer_id").replace("ordered_at", "at")
    more = "".join(f"      - {{name: {name}, logicalType: string}}\n" for name in ("email", "region"))
    contract = contract.replace("    properties:\n", f"    properties:\n{more}")
    (include / "contracts" / "customers.yaml").write_text(contract)
    ruleset = load_product(include, "customers").ruleset
    rows = re.findall(r"\| `(\w+)` \| ([^|]+) \| (\w+) \|", between("order", page("sharing")))
    assert [(name, owner) for name, _, owner in rows] == [
        (rule.name, rule.owner or ruleset.owner) for rule in ruleset.rules
    ]
    [fragment] = ruleset.fragments
    included = {rule.name for rule in ruleset.rules if rule.owner == fragment.owner}
    assert {name for name, of, _ in rows if of == f"{fragment.name} {fragment.version}"} == included


def test_the_fragments_schema_knows_it_and_refuses_another(tmp_path: Path) -> None:
    schema = json.loads((DOCS / "schemas" / "fragment.schema.json").read_text(encoding="utf-8"))
    validate = Draft202012Validator(schema)
    [text] = re.findall(r"```yaml rules/shared/contact_data.yaml\n(.*?)```", page("sharing"), re.DOTALL)
    (tmp_path / "contact_data.yaml").write_text(text)
    content = YamlFile(tmp_path / "contact_data.yaml").content
    assert validate.is_valid(content)
    assert not validate.is_valid({**content, "include": "other"})
