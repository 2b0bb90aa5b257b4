"""Prints the chapter about models."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from demo.model_figures import Figures


def show_model(chapter: Figures, console: Console) -> None:
    """Print what was learnt, who approved it, what it answers and what watching it led to.

    :param chapter: what ``ModelEvidence.chapter`` gave
    """
    console.print(_metrics(chapter))
    console.print(_learnt(chapter), _people(chapter), "", _answer(chapter), sep="\n", soft_wrap=True)
    for month, look in zip(("June", "July"), chapter["looks"], strict=False):
        console.print("", *_look(month, look), sep="\n", soft_wrap=True)
    console.print("", _challenger(chapter), "", _places(chapter), sep="\n", soft_wrap=True)


def _metrics(chapter: Figures) -> Table:
    version = chapter["version"]
    table = Table(
        title=f"{chapter['title']}, version {version['number']}, on the days it was not trained on",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
    )
    for column in ("metric", "model", "baseline", "must be"):
        table.add_column(column, justify="left" if column in ("metric", "must be") else "right", no_wrap=True)
    declared = {each["metric"]: _bounds(each) for each in version["thresholds"]}
    for each in version["metrics"]:
        figures = [_figure(each["model"]), _figure(each["baseline"])]
        table.add_row(each["metric"], *figures, declared.get(each["metric"], ""))
    return table


def _learnt(chapter: Figures) -> str:
    version = chapter["version"]
    rows = version["examples"]
    moved = ", ".join(f"{name} {value:.2f}" for name, value in version["effects"])
    return (
        f"Learnt from {rows['train']:,} flights, stopped by {rows['validation']:,}, judged on {rows['test']:,}; "
        f"{rows['excluded']:,} have no label (cancelled or diverted). {version['slices']['judged']} of "
        f"{version['slices']['all']} slices by carrier and origin are large enough to be judged. What moves answers "
        f"most (mean |SHAP|): {moved}. Data: {version['snapshot']}."
    )


def _people(chapter: Figures) -> str:
    approval = chapter["approval"]
    told = approval["requester_was_told"].rstrip(".")
    refused = f" and tried to approve it: {told.rstrip('.')}" if told else ""
    return (
        f"{approval['requested_by']} asked for it{refused}. {approval['by']} approved it at {approval['at'][:19]}: "
        f"{approval['comment']}"
    )


def _answer(chapter: Figures) -> str:
    shown = chapter["shown"]
    serving = chapter["serving"]
    serves = f"Endpoint {serving['endpoint']} serves version {serving['version']} (release {serving['release']})"
    lines = [f"{serves}; it was asked about {chapter['requests_sent']:,} flights in this run."]
    if shown:
        request, answer = shown["request"], shown["answer"]
        flight = request["key"]
        named = f"{flight.get('carrier')} {flight.get('flight')} from {flight.get('origin')}"
        day = f"{flight.get('year')}-{flight.get('month'):02}-{flight.get('day'):02}"
        lines.append(f"One of them: {named} on {day} is late with probability {answer['probability']:.2f}, because of")
        lines += [
            f"  {reason['feature']} = {_value(reason['value'])}: {reason['contribution']:+.2f} (log-odds)"
            for reason in answer.get("reasons", ())
        ]
    return "\n".join(lines)


def _look(month: str, look: dict[str, Any]) -> list[str]:
    performance = ", ".join(f"{name} {_figure(value)}" for name, value in look["performance"].items())
    psi = ", ".join(f"{name} {value:.2f}" for name, value in look["largest_psi"])
    known = f"{look['captured']:,} captured answers, outcomes known of {look['labelled']:,}"
    drift = f"Largest drift (PSI): {psi}; of the probability {_figure(look['prediction_psi'])}"
    return [f"{month}: {look['outcome']}. {known}; {performance}. {drift}.", *(f"  {each}" for each in look["reasons"])]


def _challenger(chapter: Figures) -> str:
    found = chapter["challenger"]
    rows = found["examples"]
    return (
        f"Version {found['number']}, learnt from flights up to {rows['last']}, is {found['state']} and waits for a "
        "person who did not ask for it."
    )


def _places(chapter: Figures) -> str:
    version = chapter["version"]
    lines = ["Pages; the addresses answer after make up"]
    lines += [f"  {name}  {url}" for name, url in version["pages"].items()]
    lines += [
        f"  drift, {month}  {look['page']}" for month, look in zip(("June", "July"), chapter["looks"], strict=False)
    ]
    tasks = sum(len(run["tasks"]) for run in chapter["runs"])
    return "\n".join([*lines, f"{len(chapter['runs'])} DAG runs about the model had {tasks} tasks."])


def _bounds(threshold: dict[str, Any]) -> str:
    words = {"minimum": "at least {}", "maximum": "at most {}", "gain": "{} better than the baseline"}
    return ", ".join(text.format(threshold[name]) for name, text in words.items() if name in threshold)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _value(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "unknown" if value is None else str(value)
