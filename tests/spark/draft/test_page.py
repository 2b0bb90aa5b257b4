"""docs/rules/classification.md shows the kinds that there are, and what the command really writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spark_jobs.classification.identifiers import IDENTIFIERS
from spark_jobs.classification.kinds import KINDS
from spark_jobs.draft.__main__ import main

PAGE = Path(__file__).parents[3] / "docs" / "rules" / "classification.md"
HOW = {identifier.kind: "checksum" if identifier.checksum else "form" for identifier in IDENTIFIERS}


def kinds_table() -> str:
    lines = ["| kind | classification | alone | named | | Macie |", "|---|---|---|---|---|---|"]
    for kind in KINDS.values():
        macie = f"`{kind.identifier}`" if kind.identifier else "–"
        how = HOW.get(kind.name, "")
        confidences = f"{kind.alone:.2f} | {kind.named:.2f}" if kind.alone else f"– | {kind.named:.2f}"
        lines.append(f"| `{kind.name}` | {kind.classification} | {confidences} | {how} | {macie} |")
    return "\n".join(lines)


def test_the_table_has_every_kind_as_it_is() -> None:
    found = re.search(r"<!-- kinds -->\n(.*?)\n?<!-- end -->", PAGE.read_text(), re.DOTALL)
    assert found is not None
    assert found[1] == kinds_table()


def test_the_draft_that_is_shown_is_the_one_that_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text()
    blocks = dict(re.findall(r"```(?:csv|yaml) (\S+)\n(.*?)```", page, re.DOTALL))
    (tmp_path / "kunden.csv").write_text(blocks["kunden.csv"])
    assert (
        main([str(tmp_path / "kunden.csv"), "kunden", "--include", str(tmp_path / "include"), "--owner", "steward"])
        == 0
    )
    for name in ("contracts/kunden.yaml", "rules/kunden.yaml"):
        assert (tmp_path / "include" / name).read_text() == blocks[name]
    told = capsys.readouterr().out.replace(f"{tmp_path}/", "")
    assert told in page
