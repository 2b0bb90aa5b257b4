"""A personal column is hidden, exempted with a reason, or refused before any data moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.include import load_product
from tests.unit.conftest import RULES, problems_of

EXEMPTION = "customProperties: [{property: groundwork.exemption, value: The team calls people by name.}]"
REFUSED = "rules: personal column 'order_id' would be published as it came. Hide or remove it by a comply rule, or say"
COPY = "{name: again, kind: augment, column: order_id, expression: copied}"


@pytest.fixture
def told(include: Path, change: Callable[..., Path]) -> Callable[..., str]:
    """What is wrong when order_id is personal in the table, and these rules are added; empty where nothing is."""

    def read(*rules: str, at_column: str = "", landing: str = "") -> str:
        change(
            "contracts/orders.yaml",
            ("{name: order_id, ", "{name: order_id, " + ("" if landing else "classification: personal, ") + at_column),
            ("schema:\n", "schema:\n" + landing),
        )
        (include / "rules" / "orders.yaml").write_text(RULES + "".join(f"  - {rule}\n" for rule in rules))
        try:
            load_product(include, "orders")
        except ValueError:
            ((line, _, message),) = problems_of(lambda: load_product(include, "orders"))
            assert line == 6
            return message.split(":6: ")[1]
        return ""

    return read


LANDING = """\
  - name: landing
    properties:
      - {name: order_id, logicalType: string, classification: personal}
      - {name: line, logicalType: integer}
      - {name: amount, logicalType: number}
      - {name: ordered_at, logicalType: timestamp}
"""


def test_a_personal_column_that_nothing_hides_is_refused(told: Callable[..., str]) -> None:
    assert told().startswith(REFUSED)


def test_one_that_is_personal_in_the_files_alone_is_refused_too(told: Callable[..., str]) -> None:
    assert told(landing=LANDING).startswith(REFUSED)


def test_an_exemption_with_a_reason_lets_it_through(told: Callable[..., str]) -> None:
    assert told(at_column=EXEMPTION + ", ") == ""


@pytest.mark.parametrize(
    "rule",
    [
        "{name: hide, kind: comply, columns: [order_id], method: tokenise}",
        "{name: hide, kind: comply, columns: [order_id], method: generalise, prefixLength: 2}",
        "{name: ads, kind: comply, method: consent, purpose: marketing, given: note, columns: [order_id]}",
    ],
)
def test_a_comply_rule_protects_it(told: Callable[..., str], rule: str) -> None:
    note = "{name: note, kind: augment, column: note, expression: string(line)}"
    assert told(note, rule) == ""


def test_a_copy_is_judged_as_what_it_was_copied_from(told: Callable[..., str]) -> None:
    copy = "{name: copy, kind: augment, column: copied, expression: order_id}"
    hide = "{name: hide, kind: comply, columns: [order_id], method: redact}"
    assert told(copy, hide, COPY, landing=LANDING).startswith(REFUSED)


def test_a_copy_of_what_is_hidden_is_hidden(told: Callable[..., str]) -> None:
    copy = "{name: copy, kind: augment, column: copied, expression: order_id}"
    hide = "{name: hide, kind: comply, columns: [order_id], method: redact}"
    assert told(hide, copy, COPY) == ""
