"""What a message about a batch says."""

from __future__ import annotations

from dataclasses import replace

from groundwork.notifiers.batch_message import BatchMessage

MESSAGE = BatchMessage(
    environment="aws",
    product="orders",
    title="Orders",
    batch_id="0123456789abcdef",
    outcome="warned",
    reasons=("one", "two", "three"),
    counts={"raw": 27_004, "published": 27_000, "quarantined": 3, "dropped": 1},
    report="https://example.com/report.html",
)


def test_a_message_is_whole() -> None:
    assert MESSAGE.text == (
        "Batch 0123456789abcdef of Orders is published with warnings.\n\n"
        "1. one\n2. two\n3. three\n\n"
        "27,004 rows came: 27,000 published, 3 quarantined, 1 dropped by rule.\n\n"
        "Report: https://example.com/report.html"
    )


def test_three_reasons_are_told_and_the_others_are_counted() -> None:
    told = replace(MESSAGE, reasons=[*MESSAGE.reasons, "four", "five"]).text
    assert "3. three\n… and 2 more in the report\n" in told
    assert "four" not in told


def test_a_subject_is_what_sns_takes() -> None:
    subject = replace(MESSAGE, product="p" * 63, environment="e" * 20).subject
    assert subject.isascii()
    assert len(subject) == 100
    assert "\n" not in subject
