"""What a gate may declare, by itself and about its product; and what a contract promises about the age of data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.contract_file import read_contract
from groundwork.spec.gate import Anomaly, Gate
from groundwork.spec.include import load_product
from tests.unit.conftest import problems_of

Problems = Callable[..., list[tuple[int | None, str | None, str]]]
GATE = "{maximumQuarantined: 0.1}"
SLA = "schema:\n  - name: orders"


def test_a_gate_that_says_nothing_watches_rows_and_quarantined_rows() -> None:
    assert [(each.key, each.then, each.least) for each in Gate().anomalies] == [
        ("rows", "warn", 0.1),
        ("quarantined_share", "warn", 0.01),
    ]
    assert Anomaly(figure="mean", of="amount", floor=0.5).key == "mean(amount)"
    assert Anomaly(figure="mean", of="amount", floor=0.5).least == 0.5


def test_a_gate_is_read_as_it_stands(include: Path, change: Callable[..., Path]) -> None:
    figures = (
        "{figure: mean, of: amount, then: block}, {figure: missing_share, of: amount}, {figure: age_hours}, "
        "{figure: violated_share, of: positive}, {figure: violated_share, of: readable_amount}, "
        "{figure: unexpected_share, of: amount_nullValues}, {figure: observed_value, of: rowCount}"
    )
    change("rules/orders.yaml", (GATE, f"{{whenLate: block, minimumHistory: 20, anomalies: [{figures}]}}"))
    gate = load_product(include, "orders").ruleset.gate
    assert (gate.when_late, gate.minimum_history) == ("block", 20)
    assert [each.key for each in gate.anomalies] == [
        *("mean(amount)", "missing_share(amount)", "age_hours", "violated_share(positive)"),
        *("violated_share(readable_amount)", "unexpected_share(amount_nullValues)", "observed_value(rowCount)"),
    ]


@pytest.mark.parametrize(
    ("anomaly", "field", "words"),
    [
        ("{figure: mean}", "gate.anomalies[0]", "mean is of a column; name it: of: <column>"),
        ("{figure: rows, of: amount}", "gate.anomalies[0]", "rows is of the whole batch; leave 'of' out"),
        ("{figure: rows}, {figure: rows}", "gate.anomalies[1]", "rows stands twice; keep one of the two"),
        ("{figure: median, of: amount}", "gate.anomalies[0].figure", "Input should be"),
        ("{figure: rows, then: drop}", "gate.anomalies[0].then", "'warn' or 'block'"),
        ("{figure: rows, tolerance: 0}", "gate.anomalies[0].tolerance", "greater than 0"),
        ("{figure: mean, of: price}", "gate.anomalies[0]", "column 'price' is not there. Columns: order_id, line"),
        ("{figure: mean, of: order_id}", "gate.anomalies[0]", "'order_id' is a string and has no mean"),
        ("{figure: violated_share, of: clear}", "gate.anomalies[0]", "rule 'clear' is not there. Rules: clean, pos"),
        ("{figure: observed_value, of: c}", "gate.anomalies[0]", "check 'c' is not there. Checks of the contract: ro"),
        ("{figure: observed_value, of: amount_nullValues}", "gate.anomalies[0]", "Use unexpected_share"),
        ("{figure: unexpected_share, of: rowCount}", "gate.anomalies[0]", "Use observed_value"),
    ],
)
def test_a_figure_that_no_batch_would_have_is_told(
    include: Path, change: Callable[..., Path], anomaly: str, field: str, words: str
) -> None:
    change("rules/orders.yaml", (GATE, f"{{anomalies: [{anomaly}]}}"))
    ((line, told, message),) = problems_of(lambda: load_product(include, "orders"))
    assert (line, told) == (5, field)
    assert words in message


PERSONAL = (
    "number\n        classification: personal\n"
    "        customProperties: [{property: groundwork.exemption, value: Everybody may see it.}]\n"
)


@pytest.mark.parametrize(
    ("gate", "change_contract", "words"),
    [
        ("{figure: mean, of: amount}", ("number\n", PERSONAL), "kept nowhere"),
        (
            "{figure: age_hours}",
            ("  - {property: groundwork.eventTime, value: ordered_at}\n", ""),
            "Add groundwork.eventTime to the contract",
        ),
    ],
)
def test_what_the_contract_keeps_back_is_told(
    include: Path, change: Callable[..., Path], gate: str, change_contract: tuple[str, str], words: str
) -> None:
    change("contracts/orders.yaml", change_contract)
    change("rules/orders.yaml", (GATE, f"{{anomalies: [{gate}]}}"))
    ((_, _, message),) = problems_of(lambda: load_product(include, "orders"))
    assert words in message


@pytest.mark.parametrize(
    ("promise", "hours"),
    [
        ("{property: latency, value: 2, unit: d}", 48.0),
        ("{property: latency, value: 1.5, unit: days, element: orders.ordered_at}", 36.0),
        ("{property: Ly, value: 4, unit: hours, element: orders}", 4.0),
        ("{property: latency, value: 30, unit: min}", 0.5),
        ("{property: latency, value: 3}", 72.0),
        ("{property: retention, value: 3, unit: y}", None),
    ],
)
def test_the_latency_of_the_service_level(change: Callable[..., Path], promise: str, hours: float | None) -> None:
    file = change("contracts/orders.yaml", (SLA, f"slaProperties:\n  - {promise}\n{SLA}"))
    assert read_contract(file).latency_hours == hours


@pytest.mark.parametrize(
    ("promises", "field", "words"),
    [
        (("{property: latency, value: soon}",), "slaProperties[0].value", "is 'soon'. Use a number above 0"),
        (("{property: latency, value: 0}",), "slaProperties[0].value", "Use a number above 0"),
        (("{property: latency, value: 2, unit: y}",), "slaProperties[0].unit", "is 'y'. Use one of m, min"),
        (
            ("{property: latency, value: 2, element: orders.line}",),
            "slaProperties[0].element",
            "is 'orders.line'. Use one of orders, orders.ordered_at, or leave it out",
        ),
        (("{property: latency, value: 2}", "{property: latency, value: 3}"), "slaProperties[1]", "Keep one"),
    ],
)
def test_a_latency_that_cannot_be_watched_is_told(
    contract_problems: Problems, promises: tuple[str, ...], field: str, words: str
) -> None:
    entries = "".join(f"  - {each}\n" for each in promises)
    ((line, told, message),) = contract_problems((SLA, f"slaProperties:\n{entries}{SLA}"))
    assert (line, told) == (19 + len(promises), field)
    assert words in message


def test_a_latency_without_event_time_is_told(contract_problems: Problems) -> None:
    without = ("  - {property: groundwork.eventTime, value: ordered_at}\n", "")
    ((_, field, message),) = contract_problems(
        without, (SLA, f"slaProperties:\n  - {{property: latency, value: 2}}\n{SLA}")
    )
    assert field == "slaProperties[0]"
    assert "Add groundwork.eventTime" in message
