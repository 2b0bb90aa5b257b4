"""A table of measured figures, and the error of a benchmark that has none."""

from __future__ import annotations

from dataclasses import dataclass


class BenchmarkError(Exception):
    """Nothing was measured; the message says why, and the mend where there is one."""


@dataclass(frozen=True)
class Table:
    """What one benchmark found.

    :param title: what was measured
    :param header: names of the columns, with units
    :param rows: one tuple a line, as text
    :param note: how it was measured, in a sentence
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [f"## {self.title}", ""]
        lines += [f"{self.note}", ""] if self.note else []
        lines += ["| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"
