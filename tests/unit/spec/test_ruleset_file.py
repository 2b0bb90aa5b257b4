"""Fragments: rules that products share, and whose errors name the file that they stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.check import check_include
from groundwork.spec.include import load_product
from groundwork.spec.ruleset import IncludedFragment
from tests.unit.conftest import RULES, problems_of

FRAGMENT = """\
specVersion: 1
name: amounts
version: 2.1.0
owner: finance
rules:
  - name: tidy
    kind: standardise
    columns: [amount]
  - name: not_huge
    kind: require
    predicate: amount < 1000000
  - name: not_tiny
    kind: require
    predicate: amount > 0.01
    owner: ada
"""
INCLUDED = RULES.replace("  - name: positive\n", "  - {include: amounts}\n  - name: positive\n")


@pytest.fixture
def shared(include: Path) -> Callable[..., Path]:
    """Writes the fragment, changed, and the ruleset that includes it; gives the fragment's file."""

    def write(*changes: tuple[str, str], rules: str = INCLUDED) -> Path:
        text = FRAGMENT
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        path = include / "rules" / "shared" / "amounts.yaml"
        path.parent.mkdir()
        path.write_text(text)
        (include / "rules" / "orders.yaml").write_text(rules)
        return path

    return write


def test_the_rules_of_a_fragment_stand_where_it_is_included(include: Path, shared: Callable[..., Path]) -> None:
    shared()
    ruleset = load_product(include, "orders").ruleset
    assert [(rule.name, rule.owner) for rule in ruleset.rules] == [
        ("clean", ""),
        ("tidy", "finance"),
        ("not_huge", "finance"),
        ("not_tiny", "ada"),
        ("positive", ""),
    ]
    assert ruleset.fragments == (IncludedFragment(name="amounts", version="2.1.0", owner="finance"),)
    assert check_include(include) == (4, [])


def test_standardise_rules_of_a_fragment_join_the_others_in_front(include: Path, shared: Callable[..., Path]) -> None:
    shared(rules=RULES + "  - {include: amounts}\n")
    names = [rule.name for rule in load_product(include, "orders").ruleset.rules]
    assert names == ["clean", "tidy", "positive", "not_huge", "not_tiny"]


def test_the_digest_covers_the_rules_of_the_fragment(include: Path, shared: Callable[..., Path]) -> None:
    path = shared()
    before = load_product(include, "orders").ruleset
    path.write_text(FRAGMENT.replace("1000000", "1000001"))
    after = load_product(include, "orders").ruleset
    assert before.content_digest() != after.content_digest()
    assert type(before).from_json(before.to_json()) == before


@pytest.mark.parametrize(
    ("change", "line", "field", "words"),
    [
        (
            ("amount < 1000000", "weight < 1"),
            9,
            "rules[1]",
            "rule 'not_huge' names column 'weight', which is not there",
        ),
        (("amount < 1000000", "amount <"), 11, "rules[1].predicate", "is not a Spark SQL expression"),
        (("name: not_huge", "name: clean"), 9, "rules[1]", "is named as an earlier one"),
        (("amount > 0.01", "amount > 0.01 and amount < 0"), 12, "rules[2]", "rule 'not_tiny' can never be met"),
        (("name: amounts", "name: sums"), 2, "name", "is 'sums'. Write 'amounts', as the file is named"),
        (("owner: finance\n", ""), 1, "owner", "is missing"),
        (
            ("name: tidy\n    kind: standardise\n    columns: [amount]", "include: more"),
            6,
            "rules[0]",
            "a fragment includes",
        ),
    ],
)
def test_a_problem_is_told_at_the_fragments_own_line(
    include: Path, shared: Callable[..., Path], *, change: tuple[str, str], line: int, field: str, words: str
) -> None:
    path = shared(change)
    ((at, told, message),) = problems_of(lambda: load_product(include, "orders"))
    assert (at, told) == (line, field)
    assert message.startswith(f"{path}:{line}: {field}: ")
    assert words in message


def test_what_concerns_a_product_says_which(include: Path, shared: Callable[..., Path]) -> None:
    shared(("amount < 1000000", "weight < 1"))
    ((_, _, message),) = problems_of(lambda: load_product(include, "orders"))
    assert "(included by the rules of orders). Columns at this point: amount, line, order_id, ordered_at" in message


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            INCLUDED.replace("amounts}", "sums}"),
            "includes 'sums', and there is no such fragment. Write rules/shared/sums",
        ),
        (INCLUDED + "  - {include: amounts}\n", "fragment 'amounts' is included twice. Keep one of the two"),
        (INCLUDED.replace("amounts}", "amounts, at: 1}"), "unknown key"),
    ],
)
def test_an_inclusion_that_cannot_be_followed(
    include: Path, shared: Callable[..., Path], rules: str, words: str
) -> None:
    shared(rules=rules)
    ((_, _, message),) = problems_of(lambda: load_product(include, "orders"))
    assert words in message


def test_a_fragment_that_nobody_includes_is_checked_too(include: Path, shared: Callable[..., Path]) -> None:
    path = shared(("kind: standardise", "kind: wash"), rules=RULES)
    ((problem,),) = (check_include(include)[1],)
    assert str(problem).startswith(f"{path}:6: rules[0]: ")
