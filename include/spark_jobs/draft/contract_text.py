"""The drafted contract."""

from __future__ import annotations

from collections.abc import Iterator

from spark_jobs.draft.draft import SETTLE, Draft, comment, one_line, quoted

LOGICAL = {"int": "integer", "bigint": "integer", "double": "number", "string": "string"}


def contract_text(draft: Draft) -> str:
    """The contract as YAML, with a comment at every line that a person decides."""
    return "\n".join([*_head(draft), *_landing(draft), *_schema(draft)]) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    sample = draft.sample
    rows = f"{sample.rows:,} rows" if sample.whole else f"the first {sample.rows:,} rows"
    yield "# yaml-language-server: $schema=../../docs/schemas/contract.schema.json"
    yield f"# Drafted from {rows} of {one_line(sample.source)}. {SETTLE}"
    yield from (f"# decide: {one_line(note)}" for note in sample.notes)
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: drafts.{draft.product}"
    yield "version: 0.1.0"
    yield "status: draft" + comment("active, once the rest is settled; nothing is acquired before")
    yield f"dataProduct: {quoted(draft.product.replace('_', ' ').capitalize())}" + comment("its title")
    yield "domain: drafts" + comment("the domain; it becomes part of the database's name")
    yield "description:"
    yield '  purpose: ""' + comment("what it is for")
    yield "team:"
    yield "  members:"
    yield f"    - {{username: {quoted(draft.owner)}, role: owner}}" + comment("who answers for it")


def _landing(draft: Draft) -> Iterator[str]:
    sample = draft.sample
    if sample.encoding is None:
        yield "# decide: only CSV files are acquired. Let the source land CSV, and add a server named landing"
    else:
        yield "servers:"
        yield "  - server: landing"
        yield "    type: s3"
        yield f"    location: s3://{{landing}}/drafts/{draft.product}/{draft.product}*.csv" + comment(
            "where files land"
        )
        yield "    format: csv"
        yield f"    delimiter: {quoted(sample.delimiter)}"
        yield f"    encoding: {sample.encoding}"
    yield "customProperties:"
    yield "  - {property: groundwork.loadMode, value: append}" + comment("full, where each file is the whole table")
    times = [draft.names[header] for header in _times(draft)]
    if times:
        yield f"  - {{property: groundwork.eventTime, value: {times[0]}}}" + comment(
            "when a row's event happened" + (f"; or {', '.join(times[1:6])}" if times[1:] else "")
        )


def _times(draft: Draft) -> list[str]:
    """Columns that may say when a row's event happened."""
    return [
        header
        for header, guess in draft.guesses.items()
        if guess.type in ("date", "timestamp") and not guess.personal and not guess.nulls
    ]  # fmt: skip


def _schema(draft: Draft) -> Iterator[str]:
    yield "schema:"
    if draft.sample.encoding is not None:
        yield "  - name: landing"
        yield "    properties:"
        yield from (f"      - {{{_file_column(draft, header)}}}{_doubts(draft, header)}" for header in draft.guesses)
    yield f"  - name: {draft.product}"
    yield "    properties:"
    if not draft.key:
        yield f"      # decide: the key; {_no_key(draft)}"
    for header in draft.guesses:
        yield from _table_column(draft, header)
    yield "    quality:"
    yield "      - {metric: rowCount, mustBeGreaterThan: 0, description: A delivery without rows is a broken export.}"


def _no_key(draft: Draft) -> str:
    """Why no column is marked as the key, and which have at least no value twice."""
    rows = draft.sample.rows
    whole = [header for header, guess in draft.guesses.items() if rows > 1 and not guess.nulls]
    unique = [draft.names[header] for header in whole if draft.guesses[header].distinct == rows]
    also = f"; unique in what was read: {', '.join(unique[:6])}" if unique else ""
    return f"no column that looks like one, and no pair with one, has a value in every row and none twice{also}"


def _file_column(draft: Draft, header: str) -> str:
    guess = draft.guesses[header]
    parts = [f"name: {draft.names[header]}"]
    if header != draft.names[header]:
        parts.append(f"physicalName: {quoted(header)}")
    parts += _type(guess.type)
    if guess.format:
        parts.append(f"logicalTypeOptions: {{format: {quoted(guess.format)}}}")
    return ", ".join([*parts, *_classification(draft, header)])


def _table_column(draft: Draft, header: str) -> Iterator[str]:
    guess = draft.guesses[header]
    parts = [f"name: {draft.names[header]}", *_type(guess.type)]
    decisions = []
    if header in draft.key:
        parts.append("primaryKey: true")
        decisions.append("the key; unique in what was read")
    elif not guess.nulls and draft.sample.rows:
        decisions.append("required? it was never empty")
    parts += [*_classification(draft, header), 'description: ""']
    if draft.sample.encoding is None:
        decisions += [*guess.doubts, *_because(draft, header)]
    told = comment(*decisions)
    if not guess.categories:
        yield f"      - {{{', '.join(parts)}}}{told}"
        return
    yield f"      - {parts[0]}{told}"
    yield from (f"        {part}" for part in parts[1:])
    values = ", ".join(quoted(value) for value in guess.categories)
    yield "        quality:"
    yield (
        "          - {metric: invalidValues, mustBe: 0, severity: warning, "
        f"arguments: {{validValues: [{values}]}}, description: Seen so far.}}{comment('are these all?')}"
    )


def _type(kind: str) -> list[str]:
    logical = LOGICAL.get(kind, "number" if kind.startswith("decimal") else kind)
    physical = kind if kind == "int" or kind.startswith("decimal") else None
    return [f"logicalType: {logical}", *([f"physicalType: {quoted(physical)}"] if physical else [])]


def _classification(draft: Draft, header: str) -> list[str]:
    personal = draft.guesses[header].personal
    return [f"classification: {personal.kind.classification}"] if personal else []


def _because(draft: Draft, header: str) -> list[str]:
    personal = draft.guesses[header].personal
    if personal is None:
        return []
    return [f"looks like {personal.kind.name} (confidence {personal.confidence:.2f}): {personal.evidence}"]


def _doubts(draft: Draft, header: str) -> str:
    return comment(*draft.guesses[header].doubts, *_because(draft, header))
