"""Capture lines to rows, in Spark's Python workers: JSON is read there seven times as fast as by ``from_json``.

``from_json`` has to read every request twice, as a map to see which features are there and as numbers to see which are
some. The functions are pickled by value, so that workers need none of our modules.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 10_000
"""About how many rows are handed on together."""
FAILURES = (ValueError, TypeError, AttributeError, KeyError, RecursionError, binascii.Error)


def reader(
    features: Mapping[str, str], after: datetime | None, until: datetime, schema: pa.Schema
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for ``mapInArrow`` over lines of text.

    :param features: name → ``number`` or ``category``
    :param after: begin of the window, exclusive
    :param until: its end, inclusive
    :param schema: of the rows
    """

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        rows: list[dict[str, Any]] = []
        for batch in batches:
            for line in batch.column(0).to_pylist():
                rows += _rows(line, features, after, until)
                if len(rows) >= ROWS:
                    yield pa.RecordBatch.from_pylist(rows, schema=schema)
                    rows = []
        yield pa.RecordBatch.from_pylist(rows, schema=schema)

    return read


def _rows(line: str, features: Mapping[str, str], after: datetime | None, until: datetime) -> Iterator[dict[str, Any]]:
    """One row a request.

    A line whose time cannot be read is kept, as unreadable: nobody could say that it lies outside.
    """
    if not line.strip():
        return
    at, requests, answers = _capture(line)
    if at is not None and ((after is not None and at <= after) or at > until):
        return
    if at is None or not requests or len(requests) != len(answers):
        yield {"_at": at, "_whole": False, "_valid": False, "_value": line}
        return
    for request, answer in zip(requests, answers, strict=True):
        yield {"_at": at, "_whole": True, **_row(request, answer, features)}


def _capture(line: str) -> tuple[datetime | None, list[str], list[str]]:
    """When it was answered, the requests, and the answers."""
    try:
        capture = json.loads(line)
        at = datetime.fromisoformat(capture["eventMetadata"]["inferenceTime"])
        sides = capture["captureData"]
        requests, answers = (_lines(sides[side]) for side in ("endpointInput", "endpointOutput"))
    except FAILURES:
        return None, [], []
    return at if at.tzinfo else at.replace(tzinfo=UTC), requests, answers


def _lines(side: Mapping[str, str]) -> list[str]:
    """Lines of a captured body. SageMaker writes in base64 what it does not know as text."""
    data = side["data"]
    text = base64.b64decode(data, validate=True).decode() if side["encoding"] == "BASE64" else data
    return [part for part in text.replace("\r\n", "\n").split("\n") if part.strip()]


def _row(request: str, answer: str, features: Mapping[str, str]) -> dict[str, Any]:
    asked, given = _object(request), _object(answer)
    sent = asked.get("features")
    sent = sent if isinstance(sent, dict) else {}
    probability = _number(given.get("probability"))
    valid = probability is not None and 0 <= probability <= 1
    row: dict[str, Any] = {"_probability": probability, "_key": json.dumps(asked.get("key"))}
    for name, type_ in features.items():
        value = sent.get(name)
        row[name] = _number(value) if type_ == "number" else _text(value)
        valid = valid and name in sent and (value is None or row[name] is not None)
    row["_valid"] = valid
    return row


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except FAILURES:
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float | None:
    """A finite number; neither NaN, which JSON does not have, nor text that looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def _text(value: Any) -> str | None:
    """Text that can be written as UTF-8: half a surrogate pair is JSON, and no character."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else None
