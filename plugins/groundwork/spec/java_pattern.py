"""Regular expressions as Java reads them, in the words of Python's parser; what only one of the two reads is refused.

Spark compiles a pattern by Java's ``Pattern``, when the job runs. Whatever passes here Java reads, and in the same way
as far as its search can be judged by.
"""

from __future__ import annotations

import re

# What Java calls by name, as characters of which enough stand here to see an overlap.
_LETTERS = r"A-Za-z\u00aa-\u02af\u0370-\u05f4"
_NAMED = {
    **dict.fromkeys(("L", "Alpha", "IsAlphabetic", "IsL", "Lower", "Upper", "Ll", "Lu", "IsLatin"), _LETTERS),
    **dict.fromkeys(("N", "Nd", "Digit", "IsDigit"), "0-9"),
    **dict.fromkeys(("P", "Punct", "IsPunctuation"), r"!-/:-@\[-`{-~"),
    **dict.fromkeys(("Z", "Zs", "Space", "Blank", "IsWhite_Space"), r"\s"),
    "Alnum": _LETTERS + "0-9",
}
_TOKEN = re.compile(
    r"""\\(?P<sign>[pP])(?:\{(?P<long>\w+)\}|(?P<short>\w))
    |\\(?P<escaped>.)
    # A bracket that closes at once would be empty, so it is one of the characters.
    |(?P<opened>\[\^?\]?)
    |(?P<closed>\])
    |(?P<both>&&)
    |(?P<python>\(\?(?:P[<=>]|\(|\#|[a-zA-Z]*a))
    |\(\?<(?![=!])(?P<group>[^>]*)
    |(?P<repeat>\{(?:(?P<times>\d{1,9}(?:,\d{0,9})?)\})?)
    # What follows a choice and repeats is left for Python's parser to refuse.
    |(?P<choice>\|(?![*+?{]))""",
    re.DOTALL | re.VERBOSE,
)


def as_python(text: str) -> str:
    """The pattern with Java's spelling turned into Python's.

    :param text: a regular expression
    :raises ValueError: it holds what Java does not read, or what only Java knows and what is not judged here
    """
    depth = 0

    def turned(found: re.Match[str]) -> str:
        nonlocal depth
        if found["sign"]:
            return _named(text, found, inside=depth > 0)
        if found["escaped"]:
            return _escaped(text, found["escaped"], inside=depth > 0)
        if found["opened"]:
            depth += 1
            if depth > 1:
                raise ValueError(f"pattern {text!r} has brackets inside brackets; write one list of characters")
        elif found["closed"]:
            depth = max(0, depth - 1)
        elif depth:
            if found["both"]:
                raise ValueError(f"pattern {text!r} holds &&; write the characters that are left")
        else:
            return _outside(text, found)
        return found[0]

    return _TOKEN.sub(turned, text)


def _outside(text: str, found: re.Match[str]) -> str:
    """What stands outside of brackets."""
    if found["python"]:
        raise ValueError(
            f"pattern {text!r} holds {found['python']!r}, which only Python knows; write it as Java does, a named "
            "group as (?<name>…)"
        )
    if found["repeat"] and not found["times"]:
        raise ValueError(
            f"pattern {text!r} holds a {{ that is no repetition such as {{2}}, {{2,}} or {{2,5}}; write the sign "
            r"itself as \{"
        )
    if (name := found["group"]) is not None:
        if not re.fullmatch("[a-zA-Z][a-zA-Z0-9]*", name):
            raise ValueError(f"pattern {text!r} names a group {name!r}; name it by letters and digits, a letter first")
        return f"(?P<{name}"
    # Behind what reads nothing Python's parser does not join branches that begin alike, which Java tries apart.
    return "|(?=)" if found["choice"] else found[0]


def _named(text: str, found: re.Match[str], *, inside: bool) -> str:
    name, negated = found["long"] or found["short"], found["sign"] == "P"
    if name not in _NAMED or (negated and inside):
        raise ValueError(f"pattern {text!r} holds {found[0]}, which is not known here; write its characters")
    return _NAMED[name] if inside else f"[{'^' if negated else ''}{_NAMED[name]}]"


def _escaped(text: str, letter: str, *, inside: bool) -> str:
    if letter in "zZ":
        return r"\Z"
    if letter in "123456789k":
        raise ValueError(
            f"pattern {text!r} refers back to a group, which can search without end; compare columns instead"
        )
    known = "DdSsWwtnrfux" if inside else "AbBDdSsWwtnrfux"
    if letter == "0" or (letter.isalpha() and letter not in known):
        raise ValueError(f"pattern {text!r} holds \\{letter}, which is not known here; write its characters")
    return f"\\{letter}"
