"""Both directions of a disagreement, and none where contract and values agree."""

from __future__ import annotations

import pytest

from groundwork.decisions.classification import disagreements, undeclared_personal
from groundwork.spec.profile import ColumnProfile


def profile(name: str, classification: str, detected: str | None, distinct: int = 40) -> ColumnProfile:
    return ColumnProfile(
        name=name,
        type="string",
        classification=classification,
        detected=detected,
        detected_confidence=0.97 if detected else None,
        detected_evidence="99% of 40 values are e-mail addresses" if detected else None,
        rows=50,
        nulls=0,
        distinct=distinct,
    )


@pytest.mark.parametrize(
    ("classification", "detected", "severity"),
    [
        ("internal", "email", "finding"),
        ("public", "email", "finding"),
        ("personal", "email", None),
        ("sensitive_personal", "email", None),
        ("personal", None, "hint"),
        ("internal", None, None),
    ],
)
def test_each_direction(classification: str, detected: str | None, severity: str | None) -> None:
    found = disagreements([profile("contact", classification, detected)])
    assert [item.severity for item in found] == ([severity] if severity else [])


def test_findings_come_first_and_say_why_and_what_to_do() -> None:
    columns = [profile("a", "personal", None), profile("b", "internal", "email"), profile("c", "personal", None, 2)]
    finding, hint = disagreements(columns)
    assert (finding.column, hint.column) == ("b", "a")
    assert finding.message == (
        "looks like email (99% of 40 values are e-mail addresses), declared is internal: "
        "declare its classification, or hide it by a comply rule"
    )
    assert hint.message == "is declared personal; its values look like nothing known"


def test_only_what_surely_looks_personal_is_held_back() -> None:
    sure, unsure, declared = (profile(name, "internal", "email") for name in ("sure", "unsure", "declared"))
    unsure = unsure.model_copy(update={"detected_confidence": 0.89})
    declared = declared.model_copy(update={"classification": "personal"})
    assert undeclared_personal([sure, unsure, declared, profile("plain", "internal", None)]) == ("sure",)
    assert [item.column for item in disagreements([sure, unsure, declared])] == ["sure", "unsure"]
