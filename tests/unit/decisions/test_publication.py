"""The gate and a person's two ways around it, with cases worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.decisions.person import MINIMUM_REASON
from groundwork.decisions.publication import decide_override, decide_publication, decide_undo
from groundwork.spec.decision import Decision
from groundwork.spec.gate import Gate
from groundwork.spec.history import BatchFigures
from groundwork.spec.report import Counts, ExpectationResult, RuleResult

REASON = "checked by hand with the source's owner"


def counts(*, published: int = 0, quarantined: int = 0, dropped: int = 0) -> Counts:
    raw = published + quarantined + dropped
    return Counts(raw=raw, published=published, quarantined=quarantined, dropped=dropped)


def expectation(*, success: bool, severity: str = "critical", **more: object) -> ExpectationResult:
    return ExpectationResult.model_validate(
        {"name": "rows", "type": "t", "kwargs": {}, "severity": severity, "success": success, **more}
    )


@pytest.mark.parametrize(
    ("published", "quarantined", "maximum", "outcome"),
    [
        (95, 5, 0.05, "publish"),  # exactly the threshold
        (949, 51, 0.05, "block"),  # 5.1 %
        (99_999, 1, 0.0, "block"),
        (100, 0, 0.0, "publish"),
        (1, 99, 0.99, "publish"),
        (1, 100, 0.99, "block"),
        (2, 1, 1 / 3, "publish"),  # the same division on both sides
        (0, 10, 1.0, "block"),  # nothing is left
    ],
)
def test_the_share_of_quarantined_rows(published: int, quarantined: int, maximum: float, outcome: str) -> None:
    gate = Gate(maximum_quarantined=maximum)
    decision = decide_publication(counts(published=published, quarantined=quarantined), gate, (), ())
    assert decision.outcome == outcome
    assert bool(decision.reasons) == (outcome == "block")


def test_a_share_just_above_the_threshold_is_told_by_its_counts() -> None:
    decision = decide_publication(counts(published=94_999, quarantined=5_001), Gate(maximum_quarantined=0.05), (), ())
    assert decision.reasons == ("5001 of 100000 rows (5.00%) are quarantined, at most 5.00% may be",)


def test_dropped_rows_count_among_all_but_not_as_quarantined() -> None:
    decision = decide_publication(
        counts(published=50, quarantined=10, dropped=40), Gate(maximum_quarantined=0.1), (), ()
    )
    assert decision.outcome == "publish"
    assert decision.measured["quarantinedShare"] == 0.1


@pytest.mark.parametrize(("minimum", "outcome"), [(0, "publish"), (1, "block")])
def test_a_batch_without_rows(minimum: int, outcome: str) -> None:
    decision = decide_publication(counts(), Gate(minimum_published=minimum), (), ())
    assert decision.outcome == outcome
    assert decision.measured["quarantinedShare"] == 0


@pytest.mark.parametrize(("published", "outcome"), [(9, "block"), (10, "publish"), (11, "publish")])
def test_the_rows_that_must_be_left(published: int, outcome: str) -> None:
    decision = decide_publication(counts(published=published), Gate(minimum_published=10), (), ())
    assert decision.outcome == outcome
    if outcome == "block":
        assert decision.reasons == ("9 rows are left to publish, at least 10 must be",)


@pytest.mark.parametrize(
    ("action", "violations", "outcome"),
    [
        ("fail", 1, "block"),
        ("fail", 0, "publish"),
        ("warn", 9, "publish"),
        ("quarantine", 9, "publish"),
        ("drop", 9, "publish"),
    ],
)
def test_only_a_violated_rule_that_fails_the_batch_blocks(action: str, violations: int, outcome: str) -> None:
    rule = RuleResult(rule="same_day", kind="require", action=action, violations=violations)
    decision = decide_publication(counts(published=100), Gate(), (rule,), ())
    assert decision.outcome == outcome
    assert decision.reasons == (("rule same_day fails the batch: 1 rows break it",) if outcome == "block" else ())


@pytest.mark.parametrize(
    ("check", "outcome", "reasons"),
    [
        (expectation(success=True), "publish", ()),
        (expectation(success=True, severity="warning"), "publish", ()),
        (expectation(success=False, severity="info"), "publish", ()),
        (expectation(success=False, executed=False), "publish", ()),  # a text for people to judge
        (
            expectation(success=False, exception="the column is a text"),
            "block",
            ("check rows could not be carried out: the column is a text",),
        ),
        (
            expectation(success=False, severity="warning", observed_value=3),
            "publish_with_warnings",
            ("check rows is not met: observed 3",),
        ),
        (expectation(success=False, observed_value=3), "block", ("check rows is not met: observed 3",)),
        (
            expectation(success=False, unexpected_count=2, element_count=9),
            "block",
            ("check rows is not met: 2 of 9 values are unexpected",),
        ),
    ],
)
def test_the_severity_of_a_check_that_is_not_met_decides(
    check: ExpectationResult, outcome: str, reasons: tuple[str, ...]
) -> None:
    decision = decide_publication(counts(published=100), Gate(), (), (check,))
    assert (decision.outcome, decision.reasons) == (outcome, reasons)
    assert decision.measured["failedChecks"] == (["rows"] if outcome == "block" else [])


def test_personal_data_that_nobody_declared_blocks() -> None:
    decision = decide_publication(counts(published=9), Gate(), (), (), undeclared_personal=("note", "contact"))
    assert decision.outcome == "block"
    assert decision.reasons == (
        "column note looks personal, and the contract neither classifies nor exempts it",
        "column contact looks personal, and the contract neither classifies nor exempts it",
    )


@pytest.mark.parametrize(
    ("age", "promised", "then", "outcome", "reasons"),
    [
        (24.0, 24.0, "block", "publish", ()),
        (24.5, 24.0, "warn", "publish_with_warnings", ("24.5 hours older than the acquisition, at most 24.0 hours",)),
        (744.0, 48.0, "block", "block", ("31.0 days older than the acquisition, at most 2.0 days",)),
        (744.0, None, "block", "publish", ()),  # nothing is promised
        (None, 24.0, "block", "publish", ()),  # no event time is known
        (-5.0, 0.0, "block", "publish", ()),  # events of the future are not late
    ],
)
def test_late_data_is_what_the_gate_says(
    age: float | None, promised: float | None, then: str, outcome: str, reasons: tuple[str, ...]
) -> None:
    figures = {} if age is None else {"age_hours": age}
    batch = BatchFigures(batch_id="b", sequence=1, at=datetime(2013, 1, 1, tzinfo=UTC), figures=figures)
    gate = Gate.model_validate({"whenLate": then})
    decision = decide_publication(counts(published=9), gate, (), (), latency_hours=promised, batch=batch)
    assert decision.outcome == outcome
    assert decision.reasons == tuple(f"the newest event is {reason} are promised" for reason in reasons)


def test_what_blocks_is_told_before_what_warns() -> None:
    checks = [
        expectation(success=False, severity="warning", observed_value=1),
        expectation(success=False, severity="critical", observed_value=2),
    ]
    decision = decide_publication(counts(published=9), Gate(), (), checks)
    assert decision.outcome == "block"
    assert decision.reasons == ("check rows is not met: observed 2", "check rows is not met: observed 1")
    assert decision.measured["warnings"] == 1


def test_every_reason_is_told_with_the_figures_and_the_thresholds() -> None:
    decision = decide_publication(
        counts(published=1, quarantined=3),
        Gate(maximum_quarantined=0.5, minimum_published=2),
        (RuleResult(rule="r", kind="require", action="fail", violations=3),),
        (expectation(success=False),),
    )
    assert len(decision.reasons) == 4
    assert decision.measured == {
        "quarantinedShare": 0.75,
        "raw": 4,
        "published": 1,
        "quarantined": 3,
        "dropped": 0,
        "superseded": 0,
        "failedChecks": ["rows"],
        "undeclaredPersonal": [],
        "ageHours": None,
        "earlierBatches": 0,
        "warnings": 0,
    }
    assert (decision.declared["maximumQuarantined"], decision.declared["minimumPublished"]) == (0.5, 2)
    assert [each["figure"] for each in decision.declared["anomalies"]] == ["rows", "quarantined_share"]
    assert Decision.from_json(decision.to_json()) == decision


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1), st.integers(0, 10))
def test_more_bad_rows_never_open_the_gate(published: int, bad: int, more: int, maximum: float, minimum: int) -> None:
    gate = Gate(maximum_quarantined=maximum, minimum_published=minimum)
    fewer = decide_publication(counts(published=published, quarantined=bad), gate, (), ())
    worse = decide_publication(counts(published=published, quarantined=bad + more), gate, (), ())
    assert not (fewer.outcome == "block" and worse.outcome != "block")


ACTIONS = st.sampled_from(["quarantine", "drop", "warn", "fail"])
BLOCKED_MOST = ["publish", "publish_with_warnings", "block"]


@given(st.lists(st.tuples(ACTIONS, st.integers(0, 9)), max_size=6), st.lists(st.floats(0, 1), max_size=12), st.data())
def test_more_violations_never_open_the_gate_whatever_the_history(
    rules: list[tuple[str, int]], shares: list[float], data: st.DataObject
) -> None:
    """Neither for rules that block nor for shares that are held against earlier batches."""
    more = data.draw(st.lists(st.integers(0, 9), min_size=len(rules), max_size=len(rules)))
    gate = Gate.model_validate(
        {"anomalies": [{"figure": "violated_share", "of": "r", "then": "block"}, {"figure": "quarantined_share"}]}
    )
    history = [_figures(number, share) for number, share in enumerate(shares, 1)]
    share, rise = data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1))

    def outcome(added: list[int], value: float) -> str:
        results = [
            RuleResult(rule=f"r{place}", kind="require", action=action, violations=count + extra)
            for place, ((action, count), extra) in enumerate(zip(rules, added, strict=True))
        ]
        figures = _figures(99, value)
        return decide_publication(counts(published=9), gate, results, (), batch=figures, history=history).outcome

    before, after = outcome([0] * len(rules), share), outcome(more, min(1.0, share + rise))
    assert BLOCKED_MOST.index(after) >= BLOCKED_MOST.index(before)


def _figures(sequence: int, share: float) -> BatchFigures:
    return BatchFigures(
        batch_id=f"b{sequence}",
        sequence=sequence,
        at=datetime(2013, 1, 1, tzinfo=UTC) + timedelta(days=sequence),
        figures={"violated_share(r)": share, "quarantined_share": share},
    )


@pytest.mark.parametrize(
    ("state", "reason", "outcome", "told"),
    [
        ("blocked", REASON, "publish", 0),
        ("blocked", "x" * MINIMUM_REASON, "publish", 0),
        ("blocked", "x" * (MINIMUM_REASON - 1), "refuse", 1),
        ("blocked", " " * 30, "refuse", 1),
        ("published", REASON, "refuse", 1),
        ("undone", REASON, "refuse", 1),
        (None, "", "refuse", 2),
    ],
)
def test_only_a_blocked_batch_is_overridden_and_only_with_a_reason(
    state: str | None, reason: str, outcome: str, told: int
) -> None:
    decision = decide_override(state, reason, ["too many rows"])
    assert (decision.outcome, len(decision.reasons)) == (outcome, told)
    assert decision.measured == {"state": state, "blockedReasons": ["too many rows"]}


@pytest.mark.parametrize(
    ("state", "blocked_replay", "against"),
    [
        ("published", True, None),
        ("published", False, "published, and no replay of its quarantined rows is blocked"),
        ("undone", True, "undone"),
    ],
)
def test_a_blocked_replay_of_a_published_batch_is_overridden_as_a_blocked_batch_is(
    state: str, blocked_replay: bool, against: str | None
) -> None:
    reasons = (f"the batch is {against}; only a blocked one can be overridden",) if against else ()
    decision = decide_override(state, REASON, ["too many rows"], blocked_replay=blocked_replay)
    assert (decision.outcome, decision.reasons) == ("refuse" if reasons else "publish", reasons)
    assert decide_override("published", "too short", [], blocked_replay=True).outcome == "refuse"


@pytest.mark.parametrize(
    ("state", "reason", "is_latest", "reasons"),
    [
        ("published", REASON, True, ()),
        ("published", REASON, False, ("later batches were published on top of it; undo those first",)),
        ("blocked", REASON, True, ("the batch is blocked, only a published one can be undone",)),
        ("undone", REASON, True, ("the batch is undone, only a published one can be undone",)),
        (None, REASON, True, ("the batch is not refined yet, only a published one can be undone",)),
        ("published", "no", True, ("the reason has 2 characters, at least 10 are asked for",)),
    ],
)
def test_only_the_latest_publish_is_undone_and_only_with_a_reason(
    state: str | None, reason: str, is_latest: bool, reasons: tuple[str, ...]
) -> None:
    decision = decide_undo(state, reason, is_latest)
    assert decision.reasons == reasons
    assert decision.outcome == ("refuse" if reasons else "undo")
