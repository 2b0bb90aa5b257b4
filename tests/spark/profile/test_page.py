"""The page of a profile: self-contained, escaped, silent about personal values, and usable with 400 columns."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from groundwork.spec.profile import (
    ColumnProfile,
    Correlation,
    Distribution,
    Histogram,
    Lengths,
    TableProfile,
    ValueCount,
)
from spark_jobs.profile import charts
from spark_jobs.profile.page import profile_page

SPREAD = Distribution(
    rows=10,
    rank_error=0.01,
    histogram=Histogram(edges=("0", "1", "2", "3"), counts=(5, 0, 1)),
    top_values=(ValueCount(value="<b>&", count=4), ValueCount(value=" ", count=1)),
    patterns=(ValueCount(value="AA", count=5),),
)
PLAIN = ColumnProfile(
    name="<i>odd", type="string", classification="internal", rows=10, nulls=2, distinct=8, minimum="<b>",
    lengths=Lengths(minimum=0, maximum=3, mean=1.5), distribution=SPREAD, unreadable=2, empty=1, mean=1234567.891,
)  # fmt: skip
HIDDEN = ColumnProfile(
    name="phone", type="string", classification="personal", detected="phone", rows=10, nulls=0, distinct=10
)
VOID = {"meta", "rect", "br"}


class Tags(HTMLParser):
    """Every tag, and that each is closed by its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(*columns: ColumnProfile, correlations: tuple[Correlation, ...] = ()) -> tuple[str, Tags]:
    profile = TableProfile(name="a & b", rows=10, sampled=10, columns=columns, correlations=correlations)
    text = profile_page(profile, about="Somewhere.")
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    return text, tags


def test_values_are_escaped_and_nothing_comes_from_elsewhere() -> None:
    text, tags = page(PLAIN, HIDDEN, correlations=(Correlation(columns=("a", "b"), pearson=-0.5, spearman=0.25),))
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in tags.found)
    assert "<b>&" not in text
    assert "&lt;b&gt;&amp;" in text
    assert "&lt;i&gt;odd" in text
    addresses = [value for _, attributes in tags.found for name, value in attributes.items() if name in ("src", "href")]
    assert addresses == ["#c1", "#c2"]
    assert "default-src 'none'" in text


def test_every_figure_is_said() -> None:
    text, _ = page(PLAIN)
    for said in ("2 texts do not read as string", "1 are empty texts", "1\u202f234\u202f568", "0 – 3", "20.0 %"):
        assert said in text


def test_personal_columns_say_so_and_show_no_chart() -> None:
    text, tags = page(HIDDEN)
    assert "Values of personal columns are not shown" in text
    assert "svg" not in {tag for tag, _ in tags.found}


def test_a_column_without_a_value_and_a_table_without_a_row() -> None:
    nothing = ColumnProfile(name="none", type="int", classification="internal", rows=0, nulls=0, distinct=0)
    assert "No value at all" in page(nothing)[0]


def test_the_bars_are_the_counts() -> None:
    first, last = charts.bars(SPREAD.histogram)
    assert (first.height, last.height) == (charts.HEIGHT, charts.HEIGHT / 5)
    assert (first.x, last.x) == (0, pytest.approx(charts.WIDTH * 2 / 3))
    assert (first.title, last.title) == ("0 to 1: 5 rows", "2 to 3: 1 rows")
    assert charts.blocks(SPREAD.histogram) == "█ ▂"
    # 31 days in 16 pairs, the last one alone.
    assert charts.blocks(Histogram(edges=("",) * 32, counts=(2,) * 31)) == "█" * 15 + "▅"


def test_four_hundred_columns_make_a_page_of_a_megabyte() -> None:
    columns = [PLAIN.model_copy(update={"name": f"column_{number}"}) for number in range(400)]
    text, tags = page(*columns)
    assert len(re.findall("<section", text)) == 400
    assert sum(tag == "a" for tag, _ in tags.found) == 400
    assert len(text) < 1_500_000
