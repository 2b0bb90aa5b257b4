"""Scores as the textbook defines them, on counts worked out by hand."""

from __future__ import annotations

from benchmarks.classification import classification_table

FIGURES = {
    "columns": {"tuning": 5, "test": 9},
    "nothing_personal": 3,
    "values": 150,
    "seconds_for_20": 0.1,
    "processor_for_20": 0.09,
    "checksummed": ["iban"],
    "halves": {
        "tuning": {"iban": {"right": 1, "wrong": 0, "missing": 0}},
        "test": {
            "email": {"right": 3, "wrong": 1, "missing": 1},
            "iban": {"right": 2, "wrong": 0, "missing": 0},
            "us_ssn": {"right": 0, "wrong": 2, "missing": 0},
        },
    },
}


def test_scores_are_of_the_test_half_and_means_leave_out_what_was_not_asked_for() -> None:
    table = classification_table(FIGURES)
    assert table.rows == (
        ("email", "4", "0.750", "0.750", "0.750"),
        ("iban", "2", "1.000", "1.000", "1.000"),
        ("us_ssn", "0", "0.000", "0.000", "0.000"),
        ("mean of all kinds", "6", "0.875", "0.875", "0.875"),
        ("mean of checksummed kinds", "2", "1.000", "1.000", "1.000"),
    )
    assert "3 of them with nothing personal" in table.note
