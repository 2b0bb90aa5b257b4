"""Figures of the rules' benchmarks as tables of ratios."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.table import Table

Costs = Mapping[str, list[dict[str, float]]]
HEADER = ("", "seconds", "ratio", "processor seconds", "ratio", "at most")
RULES = {
    "bare": ("read → write of the typed rows (R)", ""),
    "by hand": ("the published columns by plain Spark, no rule", ""),
    "looked at": ("30 predicates, write", "1.3 R"),
    "ruled": ("30 row rules, texts cleaned and a column derived among them, write", "1.3 R"),
    "split": ("30 row rules, quarantine and branch, as a refinement", "1.6 R"),
}
LANDING = {
    "bare": ("read → write of the landing rows (R)", ""),
    "by hand": ("the published columns by plain Spark, no rule", ""),
    "read": ("read as their types, 2 rules, write", ""),
    "ruled": ("30 row rules, write", ""),
    "split": ("30 row rules, quarantine and branch, as a refinement", ""),
}
PROFILE = {"scan": ("read → noop (N)", ""), "profile": ("profile of all columns", "")}


def engine_tables(figures: Mapping[str, Any]) -> list[Table]:
    """Rules, checks and profile, each beside its bare figure.

    :param figures: what ``benchmarks.rules_engine`` printed
    """
    about = f"{figures['rows']:,} rows × {figures['columns']} columns"
    typed = Table(f"Rules over typed rows, {about}", HEADER, _ratios(figures["rules"], RULES, "bare"), _typed_note())
    return [
        typed,
        *_landing_tables(figures, about),
        Table(f"Checks, {about}", HEADER, _ratios(figures["checks"], _check_titles(figures["suite"]), "bare")),
        Table(f"Profile, {about}", HEADER, _ratios(figures["profile"], PROFILE, "scan")),
    ]


def _check_titles(count: int) -> dict[str, tuple[str, str]]:
    return {
        "bare": ("read → write of the typed rows (R)", ""),
        "checked": (f"{count} checks alone", ""),
        "written": (f"{count} checks with the write", "1.7 R"),
    }


def _typed_note() -> str:
    return (
        "What the rules cost when nothing has to be read from text. The published rows have a derived column and two "
        "times more than R writes. Parquet to Parquet, the last line Parquet to Iceberg."
    )


def _landing_tables(figures: Mapping[str, Any], about: str) -> list[Table]:
    """None, where rows as they land were not measured."""
    if "landing" not in figures:
        return []
    note = (
        "R copies the texts as they landed; the others read seven of the ten columns as numbers and times. Parquet to "
        "Parquet, the last line Iceberg to Iceberg."
    )
    ratios = _ratios(figures["landing"], LANDING, "bare")
    return [Table(f"Rules over landing rows, {about}", HEADER, ratios, note)]


def peers_tables(figures: Mapping[str, Any]) -> list[Table]:
    """Our engine beside those that share its session.

    :param figures: what ``benchmarks.rules_peers`` printed
    """
    about = f"{figures['rows']:,} rows × {figures['columns']} columns"
    suite = {
        "ours": ("ours", ""),
        "gx boolean": ("Great Expectations, BOOLEAN_ONLY", ""),
        "gx summary": ("Great Expectations, SUMMARY", ""),
        "cuallee": ("cuallee", ""),
    }
    split = {
        "ours": ("ours, Iceberg to Iceberg, types read", ""),
        "typed": ("ours, Parquet to Iceberg, types given", ""),
        "dqx": ("DQX, Parquet to Parquet, types given", ""),
    }
    header = ("", "seconds", "of ours", "processor seconds", "of ours", "")
    return [
        Table(f"The same {figures['checks']} checks, {about}", header, _ratios(figures["suite"], suite, "ours")),
        Table(f"30 rules with quarantine, {about}", header, _ratios(figures["split"], split, "ours")),
    ]


def deequ_table(ours: Mapping[str, Any], deequ: Mapping[str, Any]) -> Table:
    """Suite and profile of both as multiples of their own session's bare figures.

    :param ours: what ``benchmarks.rules_engine`` printed of as many columns as are profiled
    :param deequ: what ``benchmarks.rules_deequ`` printed
    """
    rows = [
        _multiples("40 checks, multiple of its R", ours["narrow"]["checks"], "checked", deequ["suite"], "bare"),
        _multiples("profile, multiple of its N", ours["wide"]["profile"], "profile", deequ["profile"], "scan"),
    ]
    note = f"{deequ['jar']} on Spark {deequ['spark']}, ours on its own Spark. Processor seconds."
    return Table("Against Deequ", ("", "ours", "Deequ", "Deequ / ours"), tuple(rows), note)


def _multiples(title: str, ours: Costs, kind: str, deequ: Costs, bare: str) -> tuple[str, ...]:
    mine = middle(ours[kind], "processor") / middle(ours[bare], "processor")
    theirs = middle(deequ["deequ"], "processor") / middle(deequ[bare], "processor")
    return (title, f"{mine:.2f}", f"{theirs:.2f}", f"{theirs / mine:.1f}")


def growth_tables(figures: Mapping[str, Any]) -> list[Table]:
    """By rows, by rules, and the memory of each.

    :param figures: what ``benchmarks.rules_growth`` printed
    """
    header = (
        "rows",
        "rules",
        "R, s",
        "plan, s",
        "rules and quarantine, s",
        "of R",
        "checks, s",
        "heap, MB",
        "sent, MB",
    )
    rows = tuple(_growth_row(each) for each in (*figures["rows"], *figures["rules"]))
    note = (
        "Processor seconds. Heap: the peak of the one JVM that is driver and executor while rules and quarantine are "
        "carried out, garbage included. Sent: what all tasks of rules and checks returned to the driver."
    )
    return [Table("Growth and memory", header, rows, note)]


def _growth_row(each: Mapping[str, Any]) -> tuple[str, ...]:
    used = {kind: each[kind]["processor"] for kind in ("bare", "plan", "split", "checked")}
    return (
        f"{each['rows']:,}",
        f"{each['rules']}",
        f"{used['bare']:.1f}",
        f"{used['plan']:.1f}",
        f"{used['split']:.1f}",
        f"{used['split'] / used['bare']:.2f}",
        f"{used['checked']:.1f}",
        f"{each['split']['heap']:,.0f}",
        f"{each['split']['returned'] + each['checked']['returned']:.1f}",
    )


def keys_table(figures: Mapping[str, Any]) -> Table:
    """Shuffles of uniqueness by the number of keys.

    :param figures: what ``benchmarks.rules_engine`` printed
    """
    rows = tuple((str(each["keys"]), str(each["by_key"]), str(each["of_totals"])) for each in figures["keys"])
    note = (
        "From the executed plans. A shuffle of totals moves one row a task. The third key is not unique: its values "
        "that stand twice are shown, which is a shuffle more."
    )
    return Table("Exact uniqueness", ("keys", "shuffles by key", "shuffles of totals"), rows, note)


def middle(costs: list[dict[str, float]], unit: str) -> float:
    """The median of the turns."""
    return statistics.median(each[unit] for each in costs)


def _ratios(costs: Costs, titles: Mapping[str, tuple[str, str]], bare: str) -> tuple[tuple[str, ...], ...]:
    base = {unit: middle(costs[bare], unit) for unit in ("seconds", "processor")}
    found = []
    for kind, (title, target) in titles.items():
        seconds, processor = (middle(costs[kind], unit) for unit in ("seconds", "processor"))
        ratios = (f"{seconds / base['seconds']:.2f}", f"{processor / base['processor']:.2f}")
        found.append((title, f"{seconds:.1f}", ratios[0], f"{processor:.1f}", ratios[1], target))
    return tuple(found)
