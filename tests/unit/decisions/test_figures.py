"""The figures of a batch, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from groundwork.decisions.figures import batch_figures
from groundwork.spec.history import BatchFigures
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import Counts, ExpectationResult, RuleResult
from groundwork.spec.run import Batch, LandedFile

ACQUIRED = datetime(2013, 7, 2, 6, tzinfo=UTC)
BATCH = Batch(
    batch_id="0123456789abcdef",
    files=(LandedFile(uri="s3://b/f", size=1, etag="e", sha256="0" * 64),),
    acquired_at=ACQUIRED,
    sequence=7,
)


def column(name: str, **figures: object) -> ColumnProfile:
    content = {"name": name, "type": "double", "classification": "internal", "rows": 80, "nulls": 0, "distinct": 9}
    return ColumnProfile.model_validate({**content, **figures})


def check(name: str, **found: object) -> ExpectationResult:
    return ExpectationResult.model_validate(
        {"name": name, "type": "t", "kwargs": {}, "severity": "critical", "success": True, **found}
    )


def test_every_figure_that_can_be_compared() -> None:
    found = batch_figures(
        BATCH,
        Counts(raw=100, published=80, quarantined=15, dropped=5),
        [RuleResult(rule="positive", kind="require", action="quarantine", violations=15)],
        [
            check("values", unexpected_count=4, unexpected_percent=5.0),
            check("mean", observed_value=2.5),
            check("oldest", observed_value="2013-01-01"),
            check("ordered", observed_value=True),
        ],
        [column("amount", nulls=20, mean=3.5), column("email")],
        newest=ACQUIRED - timedelta(hours=30),
    )
    assert (found.batch_id, found.sequence, found.at) == ("0123456789abcdef", 7, ACQUIRED - timedelta(hours=30))
    assert found.figures == {
        "rows": 100,
        "quarantined_share": 0.15,
        "dropped_share": 0.05,
        "violated_share(positive)": 0.15,
        "missing_share(amount)": 0.25,
        "distinct(amount)": 9,
        "mean(amount)": 3.5,
        "missing_share(email)": 0,
        "distinct(email)": 9,
        "unexpected_share(values)": 0.05,
        "observed_value(mean)": 2.5,
        "age_hours": 30,
    }


def test_a_rule_of_several_columns_is_broken_in_any_of_them() -> None:
    """A row that breaks it in two columns is one row."""
    columns = {"amount": 30, "tax": 12, "freight": 0}
    rules = [
        RuleResult(rule="numbers", kind="standardise", column=name, action="quarantine", violations=number, rows=35)
        for name, number in columns.items()
    ]
    counts = Counts(raw=100, published=0, quarantined=100, dropped=0)
    found = batch_figures(BATCH, counts, rules, [], [], newest=None).figures
    assert found["violated_share(numbers)"] == 0.35


def test_a_batch_without_rows_and_event_time() -> None:
    nothing = Counts(raw=0, published=0, quarantined=0, dropped=0)
    rule = RuleResult(rule="r", kind="require", action="drop", violations=0)
    found = batch_figures(BATCH, nothing, [rule], [], [], newest=None)
    assert found.at == ACQUIRED
    assert found.figures == {"rows": 0, "quarantined_share": 0, "dropped_share": 0, "violated_share(r)": 0}
    assert found.only(frozenset({"rows", "other"})).figures == {"rows": 0}


def test_a_figure_that_is_no_number_is_left_out_and_can_be_written() -> None:
    counts = Counts(raw=1, published=1, quarantined=0, dropped=0)
    strange = [column("nan", mean=float("nan")), column("infinite", mean=float("inf")), column("good", mean=1.0)]
    found = batch_figures(BATCH, counts, [], [check("c", observed_value=float("-inf"))], strange, newest=None)
    assert {key for key in found.figures if key.startswith(("mean", "observed"))} == {"mean(good)"}
    assert BatchFigures.from_json(found.to_json()) == found
