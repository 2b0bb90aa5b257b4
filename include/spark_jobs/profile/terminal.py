"""A profile in a terminal: one line a column."""

from __future__ import annotations

from groundwork.spec.profile import ColumnProfile, TableProfile
from spark_jobs.profile import charts

SHOWN = 19
"""Characters of a value."""
WIDTH = 150
STRONGEST = 10
"""Correlations that are shown."""
HEADERS = (
    ("column", 20, False),
    ("type", 9, False),
    ("missing", 7, True),
    ("distinct", 8, True),
    ("spread", charts.BLOCKS_SHOWN, False),
    ("from", SHOWN, True),
    ("to", SHOWN, True),
    ("most frequent", 13, False),
)
"""Title, least width, and whether it is set to the right."""


def show(profile: TableProfile) -> None:
    """Print the profile."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    keys = ", ".join(" + ".join(key) for key in profile.candidate_keys) or "none found"
    title = f"{profile.name}: {profile.rows:,} rows, {len(profile.columns)} columns. Candidate keys: {keys}"
    table = Table(box=SIMPLE_HEAD, title=Text(title, style="bold"), title_justify="left", pad_edge=False)
    for header, least, right in HEADERS:
        table.add_column(header, justify="right" if right else "left", no_wrap=True, min_width=least)
    for column in profile.columns:
        table.add_row(*map(Text, _cells(column)), style="dim" if not column.distinct else "")
    console = Console()
    # What is printed into a file or a narrow window is whole all the same.
    console.width = max(console.width, WIDTH)
    console.print(table)
    for pair in profile.correlations[:STRONGEST]:
        together = f"{pair.pearson:+.3f} in a line, {pair.spearman:+.3f} in order"
        console.print(f"{pair.columns[0]} and {pair.columns[1]}: {together}", highlight=False, markup=False)


def _cells(column: ColumnProfile) -> tuple[str, ...]:
    spread = column.distribution
    inferred = column.inferred.type if column.inferred else None
    type_ = column.type if inferred in (None, column.type) else f"{column.type} ({inferred})"
    frequent = ""
    if spread and spread.top_values:
        most = spread.top_values[0]
        frequent = f"{_cut(most.value)} {100 * most.count / spread.rows:.1f} %"
    if spread is None and column.distinct:
        frequent = f"personal: {column.detected.replace('_', ' ')}" if column.detected else "personal"
    return (
        column.name,
        type_,
        f"{charts.missing(column):.1f} %" if column.nulls else "",
        f"{'≈ ' if column.distinct_error else ''}{column.distinct:,}",
        charts.blocks(spread.histogram) if spread and spread.histogram else "",
        _cut(column.minimum),
        _cut(column.maximum),
        frequent,
    )


def _cut(value: str | None) -> str:
    shown = " ".join((value or "").split())
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
