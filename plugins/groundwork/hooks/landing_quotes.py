"""Whether the quotes of a landing file are closed, seen piece by piece."""

from __future__ import annotations

import re

# The rest of a quoted field: two quotes within are one that is meant. Possessive, so that nothing is tried twice.
CLOSING = re.compile(r'(?:[^"]++|"")*+"(?!")')


class QuoteCheck:
    """Reads text as Spark reads it: a quote opens only where a field begins; what follows a closing quote is text.

    A quote that is never closed makes one field of everything behind it. Spark tells nothing of one in the last line,
    as no other record is swallowed there.

    :param delimiter: what separates fields
    """

    def __init__(self, delimiter: str) -> None:
        self._opening = re.compile(rf'(?<=[{re.escape(delimiter)}\r\n])"')
        self._line = 1
        self._opened_in: int | None = None
        # What the next piece decides about. At first a line end, behind which a field begins.
        self._rest = "\n"

    def read(self, text: str) -> None:
        """The next piece."""
        if self._opened_in is None and '"' not in text:
            self._rest = text[-1:] or self._rest
        elif text:
            self._follow(self._rest + text, len(self._rest))
        self._line += text.count("\n")

    def unclosed(self) -> int | None:
        """After the last piece: the line in which a quote is opened and never closed."""
        return None if self._rest == '"' else self._opened_in

    def _follow(self, piece: str, new: int) -> None:
        """Go from quote to quote.

        :param new: where in the piece the text begins that was not there before
        """
        inside, opened_at = self._opened_in is not None, -1
        place = 0 if inside else new
        while found := CLOSING.match(piece, place) if inside else self._opening.search(piece, place):
            if inside and found.end() == len(piece):
                break  # it closes the field, or is the first of two
            inside, opened_at, place = not inside, found.start(), found.end()
        if not inside:
            self._opened_in, self._rest = None, piece[-1:]
            return
        if opened_at >= new:
            self._opened_in = self._line + piece.count("\n", new, opened_at)
        self._rest = '"' if found else ""
