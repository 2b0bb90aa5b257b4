"""What a ruleset may say, by itself and about its contract's columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from groundwork.spec.gate import Gate
from groundwork.spec.include import load_product, load_ruleset
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import MAXIMUM_RULES
from tests.unit.conftest import RULES, problems_of

ENRICH = "{name: shop, kind: enrich, product: shops, match: {order_id: id}, take: {city: city}}"
Told = Callable[..., list[tuple[str | None, str]]]


@pytest.fixture
def problems(include: Path, change: Callable[..., Path]) -> Told:
    """Field and text of what is wrong when rules, one a line, are added to those of the product."""

    def read(*rules: str, contract: tuple[tuple[str, str], ...] = ()) -> list[tuple[str | None, str]]:
        change("contracts/orders.yaml", *contract)
        (include / "rules" / "orders.yaml").write_text(RULES + "".join(f"  - {rule}\n" for rule in rules))
        found = problems_of(lambda: load_product(include, "orders"))
        for line, field, message in found:
            assert message.startswith(f"{include / 'rules' / 'orders.yaml'}:{line}: {field}: ")
        return [(field, message.split(": ", 2)[2]) for _, field, message in found]

    return read


def test_a_ruleset_is_read_as_it_stands(include: Path) -> None:
    ruleset = load_product(include, "orders").ruleset
    assert ruleset.gate == Gate(maximum_quarantined=0.1, minimum_published=1)
    clean, positive = ruleset.rules
    assert clean == Standardise(kind="standardise", name="clean", columns=("order_id", "line"), null_tokens=("NA",))
    assert (positive.kind, positive.name, positive.reads) == ("require", "positive", {"amount"})
    assert ruleset.look_ups == ()


def test_look_ups_are_named_once_in_order(include: Path, change: Callable[..., Path]) -> None:
    more = "\n".join(
        f"  - {{name: r{number}, kind: enrich, product: {product}, match: {{order_id: id}}, take: {{c{number}: c}}}}"
        for number, product in enumerate(["shops", "towns", "shops"])
    )
    (include / "rules" / "orders.yaml").write_text(RULES + more + "\n")
    ruleset = load_product(include, "orders").ruleset
    assert ruleset.look_ups == ("shops", "towns")
    assert all(rule.reads == {"order_id"} for rule in ruleset.rules if isinstance(rule, Enrich))


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("specVersion: 1", "specVersion: 2", 1, "specVersion", "Input should be 1"),
        ("product: orders", "product: order", 2, "product", "is 'order'. Write 'orders', as the file is named"),
        ("owner: ada\n", "", 1, "owner", "is missing. Add it"),
        ("0.1}", "1.1}", 5, "gate.maximumQuarantined", "less than or equal to 1"),
        ("maximumQuarantined", "maximum", 5, "gate.maximum", "unknown key"),
        (
            "kind: require",
            "kind: demand",
            11,
            "rules[1]",
            "'standardise', 'augment', 'deduplicate', 'enrich', 'comply', 'require'",
        ),
        ("    kind: require\n", "", 11, "rules[1]", "kind"),
        ("predicate: amount", "predicat: amount", 11, "rules[1].predicate", "is missing"),
        ("predicate: amount", "predicat: amount", 13, "rules[1].predicat", "unknown key"),
        ("amount > 0", "amount >", 13, "rules[1].predicate", "is not a Spark SQL expression"),
        ("amount > 0", "rand() > 0", 13, "rules[1].predicate", "calls rand(), which may not stand in a rule"),
        ("amount > 0", "weight > 0", 11, "rules[1]", "rule 'positive' names column 'weight', which is not there. "),
        ("columns: [order_id, line]", "columns: []", 9, "rules[0].columns", "at least 1 item"),
        ("columns: [order_id, line]", "columns: [id]", 7, "rules[0]", "Columns at this point: amount, line, order_id"),
        ("nullTokens: [NA]", "nullTokens: NA", 10, "rules[0].nullTokens", "valid tuple"),
        ("name: positive", "name: Positive!", 11, "rules[1].name", "should match pattern"),
        ("name: positive", "name: clean", 11, "rules[1]", "rule 'clean' is named as an earlier one"),
        ("name: positive", "name: required_amount", 11, "rules[1]", "is named as a built-in rule"),
        ("name: positive", "name: primary_key", 11, "rules[1]", "is named as a built-in rule"),
    ],
)
def test_one_problem_is_told_with_line_field_and_mend(
    include: Path, change: Callable[..., Path], *, old: str, new: str, line: int, field: str, words: str
) -> None:
    path = change("rules/orders.yaml", (old, new))
    found = problems_of(lambda: load_product(include, "orders"))
    [message] = [message for told, at, message in found if (told, at) == (line, field)]
    assert message.startswith(f"{path}:{line}: {field}: ")
    assert words in message


def test_all_problems_of_a_ruleset_are_told_at_once(problems: Told) -> None:
    assert problems(
        "{name: a, kind: augment, column: total, expression: amount * count}",
        "{name: b, kind: require, predicate: gone}",
        "{name: c, kind: comply, columns: [nobody], method: remove}",
    ) == [
        ("rules[2]", "rule 'a' names column 'count', which is not there. " + here()),
        ("rules[3]", "rule 'b' names column 'gone', which is not there. " + here("total")),
        ("rules[4]", "rule 'c' names column 'nobody', which is not there. " + here("total")),
    ]


def here(*more: str) -> str:
    return "Columns at this point: " + ", ".join(sorted(["order_id", "line", "amount", "ordered_at", *more]))


def test_a_column_is_there_once_a_rule_has_made_it(problems: Told) -> None:
    [(field, message)] = problems(
        "{name: early, kind: require, predicate: total > 0}",
        "{name: total, kind: augment, column: total, expression: amount * 2}",
        "{name: late, kind: require, predicate: total > 0}",
    )
    assert (field, message) == ("rules[2]", f"rule 'early' names column 'total', which is not there. {here()}")


def test_a_removed_column_is_gone_for_the_rules_after_it(problems: Told) -> None:
    found = problems(
        "{name: total, kind: augment, column: total, expression: amount * 2}",
        "{name: hide, kind: comply, columns: [total], method: remove}",
        "{name: late, kind: require, predicate: total > 0}",
    )
    assert found == [("rules[4]", f"rule 'late' names column 'total', which rule 'hide' removed. {here()}")]


def test_a_removed_column_may_be_made_again(include: Path) -> None:
    rules = (
        "  - {name: hide, kind: comply, columns: [amount], method: remove}\n"
        '  - {name: again, kind: augment, column: amount, expression: "cast(0 as decimal(10, 2))"}\n'
        "  - {name: late, kind: require, predicate: amount = 0}\n"
    )
    (include / "rules" / "orders.yaml").write_text(RULES + rules)
    assert len(load_product(include, "orders").ruleset.rules) == 5


def test_the_contracts_columns_are_all_there_at_the_end(problems: Told) -> None:
    landing = """schema:
  - name: landing
    properties:
      - {name: order_id, logicalType: string}
      - {name: line, logicalType: integer}
      - {name: amount, logicalType: number}
"""
    assert problems(
        "{name: hide, kind: comply, columns: [amount], method: remove}", contract=(("schema:\n", landing),)
    ) == [
        ("rules", "no rule makes the contract's column 'amount'; rule 'hide' removed it. Add an augment rule"),
        ("rules", "no rule makes the contract's column 'ordered_at'. Add an augment rule"),
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("{name: a, kind: augment, column: event_time, expression: ordered_at}", "writes system column 'event_time'"),
        (ENRICH.replace("city:", "known_at:"), "writes system column 'known_at'"),
        (ENRICH.replace("city:", "amount:"), "takes 'amount', which is there already. Take it under another name"),
        (ENRICH.replace("order_id:", "shop_id:"), "names column 'shop_id', which is not there"),
        (ENRICH.replace("shops", "orders"), "looks its own product up"),
        ("{name: c, kind: comply, columns: [amount], method: tokenise}", "cannot tokenise 'amount', a decimal(10,2)"),
        ("{name: c, kind: comply, columns: [ordered_at], method: redact}", "cannot redact 'ordered_at', a timestamp"),
        (
            "{name: c, kind: comply, columns: [order_id], method: generalise, to: year}",
            "needs column 'order_id' as date or timestamp. It is a string here",
        ),
        (
            "{name: a, kind: augment, column: y, buckets: {of: order_id, edges: [1], labels: [a, b]}}",
            "needs column 'order_id' as int or bigint or double or decimal. It is a string here",
        ),
        (
            "{name: c, kind: comply, method: retain, column: amount, days: 9}",
            "needs column 'amount' as date or timestamp",
        ),
        (
            "{name: c, kind: comply, method: consent, purpose: p, given: line}",
            "needs column 'line' as boolean or string",
        ),
        ("{name: c, kind: comply, columns: [ordered_at], method: mask}", "cannot mask 'ordered_at', a timestamp"),
        ("{name: s, kind: standardise, columns: [line]}", "rule 's' works on landing text and so stands before"),
    ],
)
def test_what_a_rule_may_not_do_to_a_column(problems: Told, rule: str, words: str) -> None:
    [(_, message)] = problems(rule)
    assert words in message


def test_a_ruleset_has_an_end(include: Path) -> None:
    content = yaml.safe_load(RULES)
    for count in (MAXIMUM_RULES, MAXIMUM_RULES + 1):
        content["rules"] = [{"name": f"r{n}", "kind": "require", "predicate": "amount > 0"} for n in range(count)]
        (include / "rules" / "orders.yaml").write_text(yaml.safe_dump(content))
        if count == MAXIMUM_RULES:
            assert len(load_product(include, "orders").ruleset.rules) == count
        else:
            [(_, field, message)] = problems_of(lambda: load_product(include, "orders"))
            assert field == "rules"
            assert f"at most {MAXIMUM_RULES} items" in message


def test_a_product_without_a_ruleset_says_how_to_write_one(include: Path) -> None:
    contract = load_product(include, "orders").contract
    (include / "rules" / "orders.yaml").unlink()
    [(_, _, message)] = problems_of(lambda: load_ruleset(include, "orders", contract))
    assert message.endswith(
        "rules/orders.yaml: the product has no ruleset. Write one; 'rules: []' publishes as it came"
    )
