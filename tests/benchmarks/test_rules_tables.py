"""Figures of the rules' benchmarks become ratios of medians, and the page keeps its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.rules import MARK, write
from benchmarks.rules_tables import deequ_table, engine_tables, growth_tables, keys_table, peers_tables
from benchmarks.table import Table


def turns(*seconds: float) -> list[dict[str, float]]:
    return [{"seconds": each, "processor": 2 * each} for each in seconds]


ENGINE: dict[str, Any] = {
    "rows": 1_000,
    "columns": 10,
    "suite": 40,
    "rules": {
        "bare": turns(4, 9, 3),
        "by hand": turns(5),
        "looked at": turns(4.8),
        "ruled": turns(5.2),
        "split": turns(6),
    },
    "landing": {"bare": turns(2), "by hand": turns(3), "read": turns(4), "ruled": turns(5), "split": turns(8)},
    "checks": {"scan": turns(1), "bare": turns(2), "checked": turns(1), "written": turns(3)},
    "profile": {"scan": turns(0.5), "profile": turns(5)},
    "keys": [{"keys": 2, "by_key": 2, "of_totals": 1}],
}


def test_the_engine_stands_beside_its_bare_figures() -> None:
    rules, landing, checks, profile = engine_tables(ENGINE)
    assert rules.title == "Rules over typed rows, 1,000 rows × 10 columns"
    assert [row[1:] for row in rules.rows] == [
        ("4.0", "1.00", "8.0", "1.00", ""),
        ("5.0", "1.25", "10.0", "1.25", ""),
        ("4.8", "1.20", "9.6", "1.20", "1.3 R"),
        ("5.2", "1.30", "10.4", "1.30", "1.3 R"),
        ("6.0", "1.50", "12.0", "1.50", "1.6 R"),
    ]
    assert [row[2] for row in landing.rows] == ["1.00", "1.50", "2.00", "2.50", "4.00"]
    assert [row[:3] for row in checks.rows[1:]] == [
        ("40 checks alone", "1.0", "0.50"),
        ("40 checks with the write", "3.0", "1.50"),
    ]
    assert [row[2] for row in profile.rows] == ["1.00", "10.00"]
    assert keys_table(ENGINE).rows == (("2", "2", "1"),)


def test_peers_are_multiples_of_ours() -> None:
    figures = {
        "rows": 10,
        "columns": 10,
        "checks": 40,
        "suite": {"ours": turns(2), "gx boolean": turns(5), "gx summary": turns(20), "cuallee": turns(3)},
        "split": {"ours": turns(4), "typed": turns(2), "dqx": turns(10)},
    }
    suite, split = peers_tables(figures)
    assert [row[2] for row in suite.rows] == ["1.00", "2.50", "10.00", "1.50"]
    assert [row[4] for row in split.rows] == ["1.00", "0.50", "2.50"]


def test_deequ_is_compared_by_multiples_of_its_own_session() -> None:
    deequ = {
        "jar": "jar",
        "spark": "3.5",
        "suite": {"bare": turns(10), "deequ": turns(10)},
        "profile": {"scan": turns(1), "deequ": turns(50)},
    }
    assert deequ_table({"narrow": ENGINE, "wide": ENGINE}, deequ).rows == (
        ("40 checks, multiple of its R", "0.50", "1.00", "2.0"),
        ("profile, multiple of its N", "10.00", "50.00", "5.0"),
    )


def test_growth_shows_processor_seconds_and_memory() -> None:
    def cost(seconds: float) -> dict[str, float]:
        return {"seconds": 99, "processor": seconds, "heap": 512.4, "returned": 0.25}

    size = {"rows": 1_000, "rules": 30, "bare": cost(2), "plan": cost(0.5), "split": cost(5), "checked": cost(1)}
    (table,) = growth_tables({"rows": [size], "rules": []})
    assert table.rows == (("1,000", "30", "2.0", "0.5", "5.0", "2.50", "1.0", "512", "0.5"),)


def test_a_page_keeps_its_words(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Words\n\n{MARK}\n\nold\n")
    write(page, [Table("New", ("a",), (("1",),))], 1_000)
    assert page.read_text().startswith(f"# Words\n\n{MARK}\n\nMachine: ")
    assert "1,000 rows" in page.read_text()
    assert page.read_text().endswith("## New\n\n| a |\n|---|\n| 1 |\n")
    assert "old" not in page.read_text()
