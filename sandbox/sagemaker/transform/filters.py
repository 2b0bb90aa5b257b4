"""Which columns of a CSV record go to the model, and which of record and answer come back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

CSV = "text/csv"
FORM = re.compile(r"\$(?:\[(?P<inside>-?\d*(?::-?\d*)?|-?\d+(?:,-?\d+)+)\])?")


class FilterError(Exception):
    """A path that is not done here."""


@dataclass(frozen=True)
class ColumnFilter:
    """Some columns of a record.

    :param span: from and to, as a slice; None for those of ``columns``
    :param columns: single ones, in the order they are wanted
    """

    span: tuple[int | None, int | None] | None = (None, None)
    columns: tuple[int, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether no column is left out."""
        return self.span == (None, None)

    def of(self, record: list[str]) -> list[str]:
        """The columns of one record.

        :raises FilterError: it has fewer
        """
        if self.span is not None:
            return record[slice(*self.span)]
        try:
            return [record[each] for each in self.columns]
        except IndexError:
            raise FilterError(f"a record has {len(record)} columns, and {list(self.columns)} are wanted") from None


def read_filter(path: str) -> ColumnFilter:
    """Read ``$``, ``$[1]``, ``$[0,3]`` or ``$[1:]``.

    :raises FilterError: any other JSONPath
    """
    match = FORM.fullmatch(path.replace(" ", ""))
    if match is None or match["inside"] == "":
        raise FilterError(f"{path!r} (there are $, $[1], $[0,3], $[1:4])")
    inside = match["inside"]
    if inside is None:
        return ColumnFilter()
    if ":" in inside:
        first, last = (int(each) if each else None for each in inside.split(":"))
        return ColumnFilter((first, last))
    return ColumnFilter(None, tuple(int(each) for each in inside.split(",")))


def read_records(text: str) -> list[list[str]]:
    """The records of some lines of CSV."""
    return [record for record in csv.reader(io.StringIO(text, newline="")) if record]


def write_records(records: Iterable[list[str]]) -> str:
    """Records as lines of CSV."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(records)
    return written.getvalue()
