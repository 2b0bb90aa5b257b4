"""What a person sees while the story runs: a live table on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from demo.progress import Progress
from demo.steps import WAITING, Step

DONE, NOW, LATER = "✓", "…", "·"
STEP_MARKS = {"waiting": f"[dim]{LATER}[/]", "going": f"[yellow]{NOW}[/]", "done": f"[green]{DONE}[/]"}


class View(Protocol):
    """Where the story shows how far it is."""

    def say(self, text: str) -> None:
        """Tell what is done now, outside the deliveries."""

    def show(self, progress: Sequence[Progress], steps: Sequence[Step], address: str) -> None:
        """Show how far each delivery and each step of the model is.

        :param address: where to watch Airflow
        """

    def close(self) -> None:
        """Leave the terminal as it was."""


class PlainView:
    """A line for each change."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Print the text."""
        self._print(text)

    def show(self, progress: Sequence[Progress], steps: Sequence[Step], address: str) -> None:
        """Print deliveries and steps whose state has changed."""
        if not self._shown:
            self._print(f"watch: {address}")
        for each in progress:
            if self._shown.get(each.delivery.name, "waiting") != each.state:
                note = " (already before this run)" if each.already else ""
                self._print(f"{each.delivery.name}: {each.state}{note}")
            self._shown[each.delivery.name] = each.state
        for step in steps:
            if self._shown.get(step.name, WAITING) != step.state:
                self._print(f"{step.name}: {step.state}{f' ({step.note})' if step.note else ''}")
            self._shown[step.name] = step.state

    def close(self) -> None:
        """Nothing to tidy."""

    def _print(self, text: str) -> None:
        print(f"[{time.monotonic() - self._started:6.1f} s] {text}", flush=True)


class LiveView:
    """A table that is drawn anew in its place."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._console = console
        self._live: Live | None = None

    def say(self, text: str) -> None:
        """Print the text above the table."""
        self._console.print(f"[dim]{time.monotonic() - self._started:6.1f} s[/]  {text}", highlight=False)

    def show(self, progress: Sequence[Progress], steps: Sequence[Step], address: str) -> None:
        """Draw the tables."""
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False)
            self._live.start()
        self._live.update(self._drawing(progress, steps, address), refresh=True)

    def close(self) -> None:
        """Leave the last drawing on the terminal."""
        if self._live:
            self._live.stop()
            self._live = None

    def _drawing(self, progress: Sequence[Progress], steps: Sequence[Step], address: str) -> Group:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("delivery", "delivered", "acquired", "published", "seconds", ""):
            table.add_column(heading, justify="right" if heading == "seconds" else "left")
        for each in progress:
            table.add_row(*_cells(each))
        chapter = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("model", "", "seconds", ""):
            chapter.add_column(heading, justify="right" if heading == "seconds" else "left")
        for step in steps:
            seconds = "" if step.seconds is None else f"{step.seconds:.0f}"
            chapter.add_row(step.name, STEP_MARKS[step.state], seconds, f"[dim]{step.note}[/]")
        published = sum(each.is_published for each in progress)
        elapsed = time.monotonic() - self._started
        foot = Text.assemble(
            f"{published} of {len(progress)} published after {elapsed:.0f} s. ",
            ("Watch: ", "dim"),
            (address, "link " + address),
        )
        return Group(Text(), table, Text(), chapter, Text(), foot)


def _cells(each: Progress) -> list[str]:
    if each.already:
        return [each.delivery.name, DONE, DONE, DONE, "", "[dim]already published[/]"]
    marks = [_mark(each, state) for state in ("delivered", "acquired", "published")]
    return [each.delivery.name, *marks, f"{each.elapsed:.0f}" if each.released else "", f"[dim]{each.now}[/]"]


def _mark(each: Progress, state: str) -> str:
    if each.has_reached(state):
        at = each.reached.get(state)
        return f"[green]{DONE}[/]" + (f" {at:.0f} s" if at is not None else "")
    return f"[yellow]{NOW}[/]" if each.released and each.next_mark == state else f"[dim]{LATER}[/]"


def view() -> View:
    """The view that fits where the output goes."""
    return LiveView(Console()) if sys.stdout.isatty() else PlainView()
