"""A profile in a terminal."""

from __future__ import annotations

import pytest

from groundwork.spec.profile import Correlation, TableProfile
from spark_jobs.profile.terminal import show
from tests.spark.profile.test_page import HIDDEN, PLAIN


def test_one_line_a_column_and_no_markup_from_values(capsys: pytest.CaptureFixture[str]) -> None:
    together = Correlation(columns=("a", "[bold]b"), pearson=-0.5, spearman=0.25)
    columns = (PLAIN.model_copy(update={"name": "[red]odd"}), HIDDEN)
    keys = (("phone",), ("one", "two"))
    show(TableProfile(name="t", rows=10, sampled=10, columns=columns, candidate_keys=keys, correlations=(together,)))
    lines = capsys.readouterr().out.splitlines()
    assert "t: 10 rows, 2 columns. Candidate keys: phone, one + two" in lines[0]
    odd = next(line for line in lines if "[red]odd" in line)
    for shown in ("string", "20.0 %", "8", "█ ▂", "<b>", "<b>& 40.0 %"):
        assert shown in odd
    hidden = next(line for line in lines if line.strip().startswith("phone"))
    assert "personal: phone" in hidden
    assert "a and [bold]b: -0.500 in a line, +0.250 in order" in lines[-1]
