"""A dry run in a terminal, in colour."""

from __future__ import annotations

from spark_jobs.dry_run.effects import Effect, Outcome

COLOURS = {"quarantine": "red", "fail": "bold red", "drop": "yellow", "warn": "yellow"}
WIDTH = 120


def show(outcome: Outcome) -> None:
    """Print it."""
    from rich.console import Console

    console = Console(highlight=False)
    # What is printed into a file or a narrow window is whole all the same.
    console.width = max(console.width, WIDTH)
    console.print(headline(outcome), style="bold")
    for number, effect in enumerate(outcome.effects, 1):
        _show_effect(console, number, effect)
    for note in outcome.notes:
        console.print(f"Note: {note}.", style="dim", markup=False)


def headline(outcome: Outcome) -> str:
    """What became of the rows, in a sentence."""
    parts = [f"{outcome.published:,} would be published"]
    parts += [f"{outcome.quarantined:,} quarantined"] if outcome.quarantined else []
    parts += [f"{outcome.dropped:,} dropped"] if outcome.dropped else []
    unreadable = f"; {outcome.unreadable:,} records are no rows" if outcome.unreadable else ""
    return f"{outcome.product}: of {outcome.rows:,} rows of {outcome.source} {', '.join(parts)}{unreadable}"


def summary(effect: Effect) -> str:
    """What a rule did, in figures."""
    parts = [f"{_counted(effect.touched, 'row')} touched"] if effect.touched or effect.action is None else []
    if effect.action is not None:
        broken = f"{_counted(effect.violations, 'violation')} ({effect.action})"
        parts.append(broken if effect.violations else "no violation")
    return ", ".join(parts)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("s" if count != 1 else "")


def _show_effect(console: object, number: int, effect: Effect) -> None:
    from rich.console import Console
    from rich.text import Text

    assert isinstance(console, Console)
    colour = COLOURS.get(effect.action or "", "") if effect.violations else "" if effect.touched else "dim"
    line = Text(f"{number:>3}  ")
    line.append(effect.rule, style="bold cyan")
    line.append(f"  {effect.kind}  ", style="dim")
    line.append(summary(effect), style=colour or "default")
    console.print(line)
    if effect.description:
        console.print(Text(f"     {effect.description}", style="dim"))
    for pair in effect.pairs:
        console.print(Text.assemble("       ", pair.before, ("  →  ", "dim"), (pair.after, colour or "green")))
