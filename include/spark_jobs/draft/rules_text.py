"""The drafted ruleset."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from spark_jobs.draft.draft import SETTLE, Draft, comment, one_line, quoted

MAXIMUM_RANGES = 60
"""Rules of ranges that are drafted; more than that nobody reads."""
HIDING = {
    "tokenise": ("hide_identifiers", "Equal values stay equal, and nobody reads them."),
    "redact": ("hide_contents", "Nobody reads them."),
    "generalise": ("hide_days", "The year is enough."),
}


def rules_text(draft: Draft) -> str:
    """The ruleset as YAML, with a comment at every rule that a person decides."""
    return "\n".join([*_head(draft), *_cleaning(draft), *_forms(draft), *_ranges(draft), *_hiding(draft)]) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../docs/schemas/ruleset.schema.json"
    yield f"# Drafted from {one_line(draft.sample.source)}. {SETTLE}"
    yield "specVersion: 1"
    yield f"product: {draft.product}"
    yield "version: 0.1.0"
    yield f"owner: {quoted(draft.owner)}" + comment("the steward who answers for the rules")
    yield "gate: {maximumQuarantined: 0.05, minimumPublished: 1}" + comment(
        "what share may be quarantined, how few rows are too few"
    )
    yield "rules:"


def _cleaning(draft: Draft) -> Iterator[str]:
    tokens = sorted({token for guess in draft.guesses.values() for token in guess.tokens})
    yield "  - name: clean_text"
    yield "    description: White space at the ends goes, and empty means unknown."
    yield "    kind: standardise"
    yield from _columns(draft, list(draft.guesses))
    listed = ", ".join(quoted(token) for token in ["", *tokens])
    yield f"    nullTokens: [{listed}]" + comment(f"unknown in every column: {', '.join(tokens)}?" if tokens else "")


def _columns(draft: Draft, headers: list[str]) -> list[str]:
    listed = ", ".join(draft.names[header] for header in headers)
    return textwrap.wrap(f"    columns: [{listed}]", 118, subsequent_indent="      ", break_long_words=False)


def _forms(draft: Draft) -> Iterator[str]:
    by_form: dict[str, list[str]] = {}
    for header, guess in draft.guesses.items():
        if guess.form:
            written = ", ".join(f"{key}: {_value(value)}" for key, value in guess.form.items())
            by_form.setdefault(written, []).append(header)
    taken: set[str] = set()
    for written, headers in by_form.items():
        form = draft.guesses[headers[0]].form or {}
        name = f"read_{form['type']}s"
        name = name if name not in taken else f"{name}_{len(taken)}"
        taken.add(name)
        yield ""
        yield f"  - name: {name}"
        yield "    kind: standardise"
        yield from _columns(draft, headers)
        yield f"    as: {{{written}}}" + comment("is it written so in every delivery?")


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(quoted(str(item)) for item in value)}]"
    return quoted(str(value))


def _ranges(draft: Draft) -> Iterator[str]:
    found = [
        (header, guess) for header, guess in draft.guesses.items() if guess.low is not None and header not in draft.key
    ]
    for header, guess in found[:MAXIMUM_RANGES]:
        name = draft.names[header]
        low, high = _number(guess.low), _number(guess.high)
        yield ""
        yield f"  - name: plausible_{name}"[:70]
        yield "    kind: require"
        yield f"    predicate: {quoted(f'`{name}` between {low} and {high}')}" + comment(
            "what was seen; what is possible?"
        )
        yield "    nullPasses: true"
        yield "    otherwise: warn"
    if len(found) > MAXIMUM_RANGES:
        yield f"  # decide: {len(found) - MAXIMUM_RANGES} more number columns have no rule"


def _number(value: float | None) -> str:
    assert value is not None
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _hiding(draft: Draft) -> Iterator[str]:
    methods: dict[str, list[str]] = {}
    for header in draft.guesses:
        if method := draft.method(header):
            methods.setdefault(method, []).append(header)
    for method, headers in methods.items():
        name, description = HIDING[method]
        yield ""
        yield f"  - name: {name}"
        yield f"    description: {description}"
        yield "    kind: comply"
        yield from _columns(draft, headers)
        yield f"    method: {method}" + comment("who has to read what of them")
        if method == "generalise":
            yield "    to: year"
