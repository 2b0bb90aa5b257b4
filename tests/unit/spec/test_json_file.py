"""JSON is read as JSON, and every place in it has its line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.spec.errors import SpecError
from groundwork.spec.json_file import JsonFile
from groundwork.spec.text_file import MAXIMUM_BYTES
from groundwork.spec.yaml_file import KeyPath

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ['"', "\\", "\n", "{", ",", ":"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def numbered(value: Any, path: KeyPath, line: int, found: dict[KeyPath, int]) -> int:
    """The line of each place where every member stands on a line of its own; gives the last one."""
    found[path] = line
    if isinstance(value, list | dict) and value:
        for key, item in enumerate(value) if isinstance(value, list) else value.items():
            line = numbered(item, (*path, key), line + 1, found)
        line += 1
    return line


@given(VALUES, st.booleans())
def test_every_place_has_its_line(tmp_path_factory: pytest.TempPathFactory, value: Any, ascii_: bool) -> None:
    file = JsonFile(written(tmp_path_factory.getbasetemp(), json.dumps(value, indent=1, ensure_ascii=ascii_)))
    assert file.content == value
    expected: dict[KeyPath, int] = {}
    numbered(value, (), 1, expected)
    assert {path: file.line(path) for path in expected} == expected
    # What is not there has the line of what it would stand in.
    assert file.line((*max(expected, key=len), "missing")) == expected[max(expected, key=len)]


def test_a_key_has_its_line_also_where_its_value_begins_later(tmp_path: Path) -> None:
    file = JsonFile(written(tmp_path, b'\xef\xbb\xbf\n{"a\\u0062":\r\n [1,\n\n{"\\"}":\n{}}], "c": 2}'))
    assert file.content == {"ab": [1, {'"}': {}}], "c": 2}
    places = (("ab",), ("ab", 0), ("ab", 1), ("ab", 1, '"}'), ("c",), ("d",))
    assert [file.line(path) for path in places] == [2, 3, 5, 5, 6, 2]
    assert str(file.error(("ab", 1), "is wrong", "Mend it")).endswith("a.json:5: $.ab[1]: is wrong. Mend it")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1,\n"b": [1 2]}', "a.json:2: is no JSON: Expecting ',' delimiter. Mind quotes"),
        ("", "a.json:1: is no JSON"),
        ("{'a': 1}", "a.json:1: is no JSON"),
        ('{"a": 1,\n// no\n"b": 2}', "a.json:2: is no JSON"),
        ('["\t"]', "a.json:1: is no JSON: Invalid control character"),
        ('{"x": {"a": 1,\n\n"\\u0061": 2}}', "a.json:3: $.x: key 'a' stands twice. Keep one of the two"),
        ('[{"a": 1},\n{"b": 1,\n"b": 1}]', "a.json:3: $.[1]: key 'b' stands twice"),
        ('{"a": 1,\n"b": NaN}', "a.json:2: NaN is no number of JSON. Write one that a double holds"),
        ('{"a": "NaN",\n"b":\n -Infinity}', "a.json:3: -Infinity is no number"),
        ("[1e308,\n1e309]", "a.json:2: 1e309 is no number"),
        (f"[1,\n{'1' * 5000}]", "a.json:2: 1111"),
        ('["\\ud83d\\ude00",\n"\\ud83d"]', 'a.json:2: "\\ud83d" holds half of a character. Write both'),
        (b'["a",\n"\xe9"]', "a.json:2: is not UTF-8 text"),
        ("[" * 100_000, "a.json: is nested too deeply"),
        (b"[" + b" " * MAXIMUM_BYTES + b"]", "a.json: is larger than 1,000,000 bytes. Split it"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(SpecError, match=re.escape(told)):
        JsonFile(written(tmp_path, text))


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"a\.json: cannot be read: No such file"):
        JsonFile(tmp_path / "a.json")
