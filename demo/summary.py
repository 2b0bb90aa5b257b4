"""Prints the story in figures."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from demo.figures import Figures

TOP = 10


def show(story: Figures, console: Console) -> None:
    """Print what came in, what went out, why rows were set aside, and where everything lies.

    :param story: what ``figures.summarise`` gave
    """
    console.print()
    if story["already_published"]:
        console.print("Everything was already published; nothing was loaded or started again. The story as it was:")
    console.print(_rows(story))
    console.print(_totals(story), "", _reasons(story), _personal(story), "", sep="\n", soft_wrap=True)
    console.print(_seconds(story))
    console.print(_budget(story), "", _places(story), sep="\n", soft_wrap=True)


def _table(title: str, *columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", no_wrap=True)
    return table


def _rows(story: Figures) -> Table:
    numbers = ("files", "rows in", "published", "quarantined", "dropped", "checks met")
    table = _table("Rows", "delivery", *numbers, right=numbers)
    for each in story["deliveries"]:
        counts = [f"{each[name]:,}" for name in ("files", "rows_in", "published", "quarantined", "dropped")]
        checks = f"{each['checks']['met']} of {each['checks']['all']}"
        table.add_row(each["name"], *counts, checks)
    return table


def _totals(story: Figures) -> str:
    words = (
        f"{story['files']:,} files with {story['rows_in']:,} rows came in. {story['published']:,} rows are published"
    )
    return f"{words}, {story['quarantined']:,} quarantined with their reasons, {story['dropped']:,} dropped by rule."


def _reasons(story: Figures) -> str:
    top = list(story["top_reasons"].items())[:TOP]
    lines = [f"  {count:7,}  {reason}" for reason, count in top]
    warned = [
        f"  {count:7,}  {each['name']}: {rule}"
        for each in story["deliveries"]
        for rule, count in each["warned"].items()
    ]
    lines = ["Why rows are quarantined (a row may have several reasons)", *(lines or ["  none is"])]
    return "\n".join([*lines, *(["Published with a warning", *warned] if warned else [])])


def _personal(story: Figures) -> str:
    found = [
        f"  {product}.{name}: {kind}" for product, kinds in story["personal"].items() for name, kind in kinds.items()
    ]
    undeclared = [f"  {each['name']}: {name}" for each in story["deliveries"] for name in each["undeclared_personal"]]
    lines = ["Personal data found in the files", *(found or ["  none"])]
    return "\n".join([*lines, *(["Published without being declared personal", *undeclared] if undeclared else [])])


def _seconds(story: Figures) -> Table:
    numbers = ("seconds", "Spark job", "of it work")
    table = _table("Seconds", "DAG run", *numbers, right=numbers)
    for each in story["deliveries"]:
        for stage in each["stages"]:
            job = sum(job["seconds"] or 0 for job in stage["jobs"])
            figures = [f"{seconds:.1f}" for seconds in (stage["seconds"] or 0, job, stage["work_seconds"])]
            table.add_row(f"{stage['stage']} {each['name']}", *figures)
    return table


def _budget(story: Figures) -> str:
    took = f"{story['seconds']:.0f} s from the first run's start to the last one's end. " if story["seconds"] else ""
    jobs = f"{story['spark_jobs']} Spark jobs of at most {story['spark_job_budget']}"
    return f"{took}{jobs}; {story['most_tasks']} tasks in the largest DAG of at most {story['task_budget']}."


def _places(story: Figures) -> str:
    lines = ["Where it lies; the addresses answer after make up"]
    for each in story["deliveries"]:
        report = each["reports"]["refine"]["uri"]
        lines += [
            f"  {each['name']}: snapshot {each['snapshot_id']}",
            f"    page for people  {each['reports']['refine page']['url']}",
            f"    all reports      {report.rpartition('/')[0]}/",
        ]
    return "\n".join(lines)
