"""The gate's page shows what the code does: keys, figures, defaults, and sentences that it really says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import yaml

from groundwork.decisions.anomaly import SEASON, WORDS
from groundwork.decisions.person import MINIMUM_REASON
from groundwork.decisions.publication import decide_publication
from groundwork.notifiers.batch_message import BatchMessage
from groundwork.spec.environment import Environment, Notifications
from groundwork.spec.gate import LEAST_PART, LEAST_SHARE, OF_WHAT, SHARES, Anomaly, Figure, Gate, Share
from groundwork.spec.history import HISTORY_BATCHES, BatchFigures
from groundwork.spec.report import Counts
from tests.unit.decisions.test_anomaly import MONTHS

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "rules" / "gate.md").read_text(encoding="utf-8")


def between(name: str) -> str:
    [found] = re.findall(rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return str(found).replace("```text\n", "").replace("```", "").strip()


def block(name: str) -> Any:
    [found] = re.findall(rf"```yaml {name}\n(.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(found)


def keys(header: str) -> list[str]:
    """First cells of a table, without their back-ticks."""
    rows = PAGE.partition(f"| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip().strip("`") for row in rows]


def test_the_keys_are_those_of_the_code() -> None:
    assert keys("key of `gate` | says") == [field.alias for field in Gate.model_fields.values()]
    assert keys("key of an anomaly | says") == [field.alias for field in Anomaly.model_fields.values()]


def test_the_figures_are_those_of_the_code() -> None:
    figures = get_args(Share) + tuple(name for name in _flat(Figure) if name not in SHARES)
    rows = [
        f"| `{name}` | {'a ' + OF_WHAT[name] if name in OF_WHAT else 'the batch'} | {WORDS[name]} "
        f"| when it {'rises' if name in SHARES else 'rises or falls'} |"
        for name in figures
    ]
    assert between("figures").splitlines()[2:] == rows


def _flat(literal: Any) -> tuple[str, ...]:
    return tuple(name for part in get_args(literal) for name in (_flat(part) if get_args(part) else (part,)))


def test_the_defaults_are_those_of_the_code() -> None:
    gate = Gate()
    assert (gate.maximum_quarantined, gate.minimum_published, gate.when_late) == (0.05, 1, "warn")
    assert (gate.minimum_history, LEAST_SHARE, LEAST_PART, SEASON, HISTORY_BATCHES) == (8, 0.01, 0.1, 4, 60)
    assert [(each.figure, each.then, each.tolerance) for each in gate.anomalies] == [
        ("rows", "warn", 5),
        ("quarantined_share", "warn", 5),
    ]
    assert MINIMUM_REASON == 10


def test_the_examples_are_valid() -> None:
    gate = Gate.model_validate(block("gate")["gate"])
    assert [each.key for each in gate.anomalies][2:4] == ["missing_share(amount)", "mean(amount)"]
    Notifications.model_validate(block("environment")["notifications"])
    assert "notifications" in Environment.model_fields
    assert [item["property"] for item in block("contract")["slaProperties"]] == ["latency"]


def _figures(number: int, rows: float) -> BatchFigures:
    at = datetime(2013, number, 28, tzinfo=UTC)
    return BatchFigures(batch_id=f"b{number}", sequence=number, at=at, figures={"rows": rows})


def _reasons(rows: int, counts: Counts) -> tuple[str, ...]:
    history = [_figures(number, float(each)) for number, each in enumerate(MONTHS, 1)]
    return decide_publication(counts, Gate(), (), (), batch=_figures(9, rows), history=history).reasons


def test_the_sentences_are_those_of_the_code() -> None:
    assert _reasons(12, Counts(raw=12, published=12, quarantined=0, dropped=0)) == (between("reason"),)
    counts = Counts(raw=1200, published=1010, quarantined=180, dropped=10)
    message = BatchMessage(
        environment="sandbox",
        product="flights",
        title="Flights from New York",
        batch_id="0123456789abcdef",
        outcome="blocked",
        reasons=_reasons(1200, counts),
        counts=counts.model_dump(),
        report="http://127.0.0.1:4577/_sandbox/objects/…/refine.report.html",
    )
    assert between("message") == message.text
