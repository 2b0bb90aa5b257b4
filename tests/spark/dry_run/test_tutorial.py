"""What docs/rules/tutorial.md has a steward write is valid, and its dry run shows what the page shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.include import load_environment, load_product
from sandbox.settings import REPOSITORY
from spark_jobs.dry_run.outcome import dry_run
from spark_jobs.dry_run.rows import Desk
from spark_jobs.dry_run.terminal import show

PAGE = (REPOSITORY / "docs" / "rules" / "tutorial.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:yaml|csv) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def test_the_dry_run_is_the_one_on_the_page(
    spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "120")
    desk = Desk(spark, tmp_path, load_environment(REPOSITORY / "include", "sandbox"), {})
    product = load_product(tmp_path, "signups")
    outcome = dry_run(desk, product, desk.file_rows(product, tmp_path / "signups_1.csv"), keyed=False)
    assert (outcome.published, outcome.quarantined, outcome.dropped) == (5, 4, 1)
    show(outcome)
    [told] = re.findall(r"^```text\n(signups: of 10 rows.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    said = capsys.readouterr().out
    # The file's place in the first line, and the time that it took in the last, are others each time.
    begin = "  1  clean_text"
    assert said[said.index(begin) :].splitlines() == told[told.index(begin) :].splitlines()[:-1]
