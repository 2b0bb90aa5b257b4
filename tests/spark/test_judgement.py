"""A batch through the gate with a history: figures worked out by hand, a block beside earlier batches, the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.gate import Gate
from groundwork.spec.history import BatchFigures, figures_uri
from spark_jobs import storage
from tests.spark.products import ACQUIRED_AT

RULES = [
    {
        "name": "positive",
        "description": "A refund is no order.",
        "kind": "require",
        "predicate": "amount > 0",
        "otherwise": "quarantine",
    },
    {"name": "plausible", "kind": "require", "predicate": "email = '' or email like '%@%'", "otherwise": "quarantine"},
]
GATE = Gate.model_validate(
    {
        "maximumQuarantined": 1,
        "minimumPublished": 0,
        "minimumHistory": 4,
        "anomalies": [{"figure": "rows", "then": "block"}, {"figure": "mean", "of": "amount"}],
    }
)
FILE = """id,amount,email,seen
1,2.5,<ada@example.com>,2013-02-01 01:00:00
2,3.5,,2013-01-31 06:30:00
3,-1.0,bob@example.com,2013-02-01 02:00:00
4,1.0,<script>,2013-02-01 03:00:00
"""


def earlier(sequence: int) -> BatchFigures:
    """A batch of four rows whose mean is 100."""
    figures = {"rows": 4.0, "mean(amount)": 100.0}
    at = datetime(2013, 1, sequence, tzinfo=UTC)
    return BatchFigures(batch_id=f"{sequence:016x}", sequence=sequence, at=at, figures=figures)


def test_a_batch_is_held_against_the_product_and_the_product_against_it(product: Any) -> None:
    p = product(
        *("id bigint", "amount double", "email string", "seen! timestamp"),
        more={"email": {"classification": "personal", "exemption": "to be seen here"}},
        event_time="seen",
        rules=RULES,
        gate=GATE,
        expectations=(
            Expectation(
                name="few",
                type="expect_column_max_to_be_between",
                kwargs={"column": "amount", "max_value": 3},
                severity="warning",
            ),
        ),
    )
    p.sequence = 20
    first, second = p.land(FILE), p.land(FILE + "5,1.0,,2013-02-01 03:00:00\n" * 8)
    run = p.run(first, second, history=tuple(earlier(sequence) for sequence in (1, 2, 3)))
    _, published, _, blocked = p.do(run, "acquire", "refine")

    # With three earlier batches nothing is unusual yet, though a mean of 3 beside 100 would be.
    assert (published.outcome, published.decision.outcome) == ("published", "publish_with_warnings")
    assert published.decision.reasons == ("check few is not met: observed 3.5",)
    assert published.figures.at == datetime(2013, 2, 1, 1, tzinfo=UTC)
    wanted = {
        "rows": 4,
        "quarantined_share": 0.5,
        "violated_share(positive)": 0.25,
        "violated_share(plausible)": 0.25,
        "missing_share(email)": 0,
        "mean(amount)": 3,
        "observed_value(few)": 3.5,
        "age_hours": 5.5,
    }
    assert {key: published.figures.figures[key] for key in wanted} == wanted
    left = storage.read(figures_uri(run.report_uri("refine", first.batch_id)))
    assert BatchFigures.from_json(left) == published.figures

    # The batch that was published in this run is the fourth.
    assert (blocked.outcome, blocked.decision.outcome) == ("blocked", "block")
    assert blocked.decision.measured["earlierBatches"] == 4
    assert blocked.decision.reasons[0] == "rows that came: 12; the last 4 batches had 4, more than 4.4 is unusual"
    assert blocked.decision.reasons[-1].startswith("mean of amount: ")

    shown = {(sample.rule, sample.row): sample.values for sample in published.samples}
    assert shown == {("positive", 3): {"amount": "-1.0"}, ("plausible", 4): {"email": "***"}}

    for report, words in (
        (published, [">published with warnings<", "let this batch pass, with a warning", "A refund is no order."]),
        (blocked, [">blocked<", "holds this batch back", "more than 4.4 is unusual", "Beside earlier batches"]),
    ):
        page = storage.read(report.artefacts["page"]).decode()
        assert all(word in page for word in words)
        assert "example.com" not in page
        assert "<script" not in page
        assert not re.search(r"https?://", page)
    bars = re.findall(r'<rect class="(\w+)"[^>]*><title>([^<]+)</title>', page)
    assert len(bars) == 5 + 2  # rows of five batches, quarantined shares of the two that have them
    assert bars[4] == ("now", f"{ACQUIRED_AT:%a %Y-%m-%d}: 12 rows")


def test_a_row_that_breaks_a_rule_in_two_columns_is_one_row(product: Any) -> None:
    mails = {
        "name": "mails",
        "kind": "standardise",
        "columns": ["a", "b"],
        "as": {"type": "email"},
        "otherwise": "warn",
    }
    p = product("id* int", "a string", "b string", rules=[mails])
    report = p.refine(p.land("id,a,b\n1,no,no\n2,no,x@y.org\n3,x@y.org,no\n4,x@y.org,x@y.org\n"))
    found = {(item.rule, item.column): (item.violations, item.rows) for item in report.rules}
    assert (found["mails", "a"], found["mails", "b"]) == ((2, 3), (2, 3))
    assert {rows for (rule, _), (_, rows) in found.items() if rule != "mails"} == {None}
    assert report.figures.figures["violated_share(mails)"] == 0.75
