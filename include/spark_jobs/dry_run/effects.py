"""What each rule did to the rows of a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from groundwork.spec.contract import PERSONAL, Contract
from groundwork.spec.rules.comply import Hide
from spark_jobs.dry_run.watch import Watched
from spark_jobs.rules.violations import BITS, Violation
from spark_jobs.tables import landing_columns

PAIRS = 5
"""Different pairs of values that are shown of a rule."""
LONGEST = 60

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """What a rule made of one row's values, as text; only their form where they are classified as personal.

    :param before: what it read
    :param after: what it wrote; of a rule that writes nothing, what became of the row
    """

    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """What one rule did.

    :param touched: rows in which it changed or made a value
    :param violations: rows that broke it
    :param action: what happens to those; None where it cannot be broken
    :param pairs: different ones, the first that were met
    """

    rule: str
    kind: str
    description: str
    touched: int
    violations: int
    action: str | None
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Outcome:
    """A dry run.

    :param product: whose rules they are
    :param source: where the rows come from, in words
    :param rows: how many there were
    :param published: how many would be
    :param unreadable: records that are no rows
    :param notes: what was not carried out as in a real run
    """

    product: str
    source: str
    rows: int
    published: int
    quarantined: int
    dropped: int
    unreadable: int
    effects: tuple[Effect, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Private:
    """Whose values are not shown.

    :param columns: classified as personal, in the files or in the table
    :param published: columns of the table, which the contract classifies
    """

    columns: frozenset[str]
    published: frozenset[str]

    @classmethod
    def of(cls, contract: Contract) -> _Private:
        declared = (*landing_columns(contract), *contract.columns)
        personal = frozenset(column.name for column in declared if column.classification in PERSONAL)
        return cls(personal, frozenset(column.name for column in contract.columns))


def effects(
    contract: Contract, watched: Sequence[Watched], violations: Sequence[Violation], rows: Sequence[Row]
) -> tuple[Effect, ...]:
    """Every rule's effect in the ruleset's order; then those of built-in rules that were broken.

    :param violations: what each bit means
    :param rows: the plan's, with what was watched
    """
    private = _Private.of(contract)
    own = [_effect(each, violations, rows, private) for each in watched]
    named = {effect.rule for effect in own}
    builtin = [
        Effect(each.rule, each.kind, each.message, 0, len(broken), each.action, ())
        for place, each in enumerate(violations)
        if each.rule not in named and (broken := _broken(rows, [place]))
    ]
    return (*own, *builtin)


def _effect(each: Watched, violations: Sequence[Violation], rows: Sequence[Row], private: _Private) -> Effect:
    places = [place for place, violation in enumerate(violations) if violation.rule == each.rule.name]
    broken = _broken(rows, places)
    # What broke the rule is shown before what it only changed.
    refused = {id(row) for row in broken}
    touched = sorted((row for row in rows if _changed(each, row)), key=lambda row: id(row) not in refused)
    action = violations[places[0]].action if places else None
    shown = _pairs(each, touched, private) if each.after else _refused(each, broken, action, private)
    pairs = tuple(pair for _, pair in zip(range(PAIRS), shown, strict=False))
    description = each.rule.description
    return Effect(each.rule.name, each.rule.kind, description, len(touched), len(broken), action, pairs)


def _broken(rows: Sequence[Row], places: Sequence[int]) -> list[Row]:
    return [row for row in rows if any(row[f"_bits_{place // BITS}"] >> place % BITS & 1 for place in places)]


def _changed(each: Watched, row: Row) -> bool:
    return any(row[after] != _was(each, name, row) for name, after in each.after.items())


def _was(each: Watched, name: str, row: Row) -> str | None:
    """A written column's value before; null where there was no such column."""
    return row[each.before[name]] if name in each.before else None


def _pairs(each: Watched, rows: Sequence[Row], private: _Private) -> Iterator[Pair]:
    """Different pairs: of every column that a rule changes, else of all that it reads and makes together."""
    seen: set[Pair] = set()
    for row in rows:
        for pair in _of_row(each, row, private):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _of_row(each: Watched, row: Row, private: _Private) -> Iterator[Pair]:
    hidden = isinstance(each.rule, Hide)
    if set(each.after) <= set(each.before) and set(each.before) == set(each.after):
        for name, after in each.after.items():
            was = row[each.before[name]]
            if row[after] != was:
                # What a rule leaves of a personal value is what readers of the table see.
                now = _text(name, row[after], frozenset() if hidden else private.columns)
                yield Pair(_text(name, was, private.columns), now)
        return
    read = {name: row[kept] for name, kept in each.before.items() if name not in each.after}
    # What is made of personal values is as personal, until a contract says how it is classified.
    made = private.columns | (each.after.keys() - private.published if private.columns & read.keys() else set())
    written = {name: row[kept] for name, kept in each.after.items()}
    yield Pair(_listed(read, private.columns), _listed(written, made))


def _refused(each: Watched, rows: Sequence[Row], action: str | None, private: _Private) -> Iterator[Pair]:
    seen: set[str] = set()
    for row in rows:
        before = _listed({name: row[kept] for name, kept in each.before.items()}, private.columns)
        if before not in seen:
            seen.add(before)
            yield Pair(before, action or "")


def _listed(values: Mapping[str, str | None], masked: AbstractSet[str]) -> str:
    return ", ".join(f"{name} = {_text(name, value, masked)}" for name, value in values.items())


def _text(name: str, value: str | None, masked: AbstractSet[str]) -> str:
    if value is None:
        return "null"
    shown = mask(value) if name in masked else value
    # Quotes show where white space stands.
    return f"“{shown[:LONGEST]}…”" if len(shown) > LONGEST else f"“{shown}”"


def mask(value: str) -> str:
    """The form of a value without what it says: ``X`` and ``x`` for letters, ``9`` for digits."""
    return "".join(_form(character) for character in value)


def _form(character: str) -> str:
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return "9" if character.isnumeric() else character
