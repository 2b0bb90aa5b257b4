"""Reading untrusted JSON, with the line of every value at hand for the error message."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from groundwork.spec.errors import SpecError
from groundwork.spec.text_file import read_text
from groundwork.spec.yaml_file import KeyPath, dotted

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
"""Of what is JSON; only there it finds all."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class JsonFile:
    """One parsed file.

    Python's reader takes more than JSON is: of a key that stands twice the last one, ``NaN``, numbers beyond every
    double, and halves of a character. Such a file says something else to the next program, so it is refused.

    :param path: the file; its name appears in every error
    :raises SpecError: it cannot be read, is too large or is not JSON
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = read_text(path)
        self.content = self._content()

    def _content(self) -> Any:
        try:
            content = json.loads(
                self.text, object_pairs_hook=_object, parse_constant=_refuse_number, parse_float=_finite
            )
        except json.JSONDecodeError as error:
            mend = "Mind quotes, commas and brackets there"
            raise SpecError(f"is no JSON: {error.msg}", file=self.path, line=error.lineno, mend=mend) from error
        except RecursionError as error:
            raise SpecError("is nested too deeply", file=self.path, mend="Nest less") from error
        except ValueError as error:
            self._find_refused(error)
        if _SURROGATE.search(self.text):
            _ = self._lines
        return content

    def _find_refused(self, error: ValueError) -> NoReturn:
        """Say where it is that only Python reads: what stands before it is JSON."""
        _ = self._lines
        raise SpecError(f"is no JSON: {error}", file=self.path) from error

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        """Place → its 1-based line: of a member its key's, of an item its own.

        :raises SpecError: at the first key that stands twice, number or text that no JSON is
        """
        found: dict[KeyPath, int] = {}
        open_: list[str | int | None] = []
        line, reached, previous = 1, 0, ""
        for token in _TOKEN.finditer(self.text):
            text = token.group()
            line += self.text.count("\n", reached, token.start())
            reached = token.start()
            if text in ("}", "]"):
                open_.pop()
            elif text == ",":
                open_[-1] = open_[-1] + 1 if isinstance(open_[-1], int) else None
            elif text != ":":
                self._refuse_scalar(text, line)
                if open_ and open_[-1] is None:
                    open_[-1] = json.loads(text)
                if previous != ":":
                    self._refuse_second(path := _path(open_), found, line)
                    found[path] = line
                if text in ("{", "["):
                    open_.append(0 if text == "[" else None)
            previous = text
        return found

    def _refuse_second(self, path: KeyPath, found: dict[KeyPath, int], line: int) -> None:
        if path in found:
            problem, mend = f"key {path[-1]!r} stands twice", "Keep one of the two"
            raise SpecError(problem, file=self.path, line=line, field=place(path[:-1]), mend=mend)

    def _refuse_scalar(self, text: str, line: int) -> None:
        try:
            if text[0] == '"':
                json.loads(text).encode()
            elif text not in ("{", "[", "true", "false", "null"):
                _ = int(text) if text.removeprefix("-").isdigit() else _finite(text)
        except UnicodeEncodeError as error:
            problem, mend = f"{text[:80]} holds half of a character", r"Write both halves, as \ud83d\ude00"
            raise SpecError(problem, file=self.path, line=line, mend=mend) from error
        except ValueError as error:
            problem, mend = f"{text[:80]} is no number of JSON", "Write one that a double holds"
            raise SpecError(problem, file=self.path, line=line, mend=mend) from error

    def line(self, path: KeyPath) -> int:
        """The 1-based line of a key or item; of its nearest parent where it is missing."""
        parents: Iterator[KeyPath] = (path[:length] for length in range(len(path), -1, -1))
        return next(self._lines[parent] for parent in parents if parent in self._lines)

    def error(self, path: KeyPath, problem: str, mend: str | None = None) -> SpecError:
        """An error about one key or item of this file."""
        return SpecError(problem, file=self.path, line=self.line(path), field=place(path), mend=mend)


def place(path: KeyPath) -> str:
    """``('expectations', 2, 'kwargs')`` as ``$.expectations[2].kwargs``."""
    return f"$.{dotted(path)}" if path else "$"


def _path(open_: list[str | int | None]) -> KeyPath:
    return tuple(part for part in open_ if part is not None)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a key stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:80]} is no number of JSON")
