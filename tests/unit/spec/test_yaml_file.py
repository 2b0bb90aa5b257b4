"""What a file may be, and that every error says where it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field

from groundwork.spec.base import Declared, Frozen
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.text_file import MAXIMUM_BYTES
from groundwork.spec.yaml_file import MAXIMUM_DEPTH, YamlFile, dotted


class Inner(Frozen):
    some_words: tuple[str, ...] = ()
    share: float = 0
    either: int | list[str] = 0


class Outer(Declared):
    title: str
    inner: Inner = Field(default_factory=Inner)
    many: tuple[Inner, ...] = ()


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"", 1, "the file is empty"),
        (b"# only a comment\n", 1, "the file is empty"),
        (b"- a\n- b\n", 1, "the file is not a mapping"),
        (b"just words\n", 1, "the file is not a mapping"),
        (b"a: 1\nb:\n\tc: 2\n", 3, "not valid YAML: .*Indent with spaces, not with tabs"),
        (b"a: 1\nb: [1, 2\nc: 3\n", 3, "not valid YAML"),
        (b"a: 1\nb: 'open\n", 3, "not valid YAML: found unexpected end of stream"),
        (b"a: 1\n---\nb: 2\n", 2, "not valid YAML: but found another document"),
        (b"a: 1\nb: x\x00y\n", 2, "not valid YAML: unacceptable character #x0000"),
        (b"a: 1\nb: 2\na: 3\n", 3, "key 'a' stands twice. Keep one of the two"),
        (b"a:\n  x: {k: 1, k: 2}\n", 2, "key 'k' stands twice"),
        (b"a: &here {x: 1}\nb: 2\nc: *here\n", 3, r"aliases \(\*name\) are not accepted"),
        (b"? [a, b]\n: 1\n", 1, "a key is a list or a mapping"),
        (b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "the tag .*os.system is not accepted"),
        (b"a: !!binary aGVsbG8=\n", 1, "Remove the tag"),
        (b"a: !!float nan\n", 1, "Remove the tag"),
        (b"a: 1\nb: !!int " + b"1" * 5000, 2, "Remove the tag"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8 text. Save the file as UTF-8"),
        ("a: é\n".encode("utf-16"), 1, "is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_says_which_line(tmp_path: Path, content: bytes, line: int, problem: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(SpecError, match=problem) as caught:
        YamlFile(path)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_an_error_and_no_crash_of_the_process(tmp_path: Path, opening: str) -> None:
    deep = "\n".join(" " * 2 * level + "- a:" for level in range(300)) if opening == "- " else "a: " + opening * 200_000
    with pytest.raises(SpecError, match=f"nested deeper than {MAXIMUM_DEPTH} levels"):
        YamlFile(written(tmp_path, deep))


def test_nesting_up_to_the_limit_is_read(tmp_path: Path) -> None:
    levels = MAXIMUM_DEPTH - 1
    assert YamlFile(written(tmp_path, "a: " + "[" * levels + "]" * levels)).content["a"]


def test_a_large_file_is_refused_and_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 * 2**30)
    with pytest.raises(SpecError, match=r"is larger than 1,000,000 bytes. Split it"):
        YamlFile(path)
    assert YamlFile(written(tmp_path, "a: " + "x" * (MAXIMUM_BYTES - 3))).content["a"].startswith("x")


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"gone.yaml: cannot be read: No such file"):
        YamlFile(tmp_path / "gone.yaml")
    with pytest.raises(SpecError, match="cannot be read: Is a directory"):
        YamlFile(tmp_path)


def test_a_byte_order_mark_and_other_line_ends_are_read(tmp_path: Path) -> None:
    assert YamlFile(written(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")).content == {"a": 1, "b": 2}


def test_plain_words_stay_as_they_stand(tmp_path: Path) -> None:
    text = "words: [no, yes, off, y, 010, 0x1f, 12:30:00, 2013-01-01, 1_000, .nan, .inf, 12345678901234567890]"
    words = YamlFile(written(tmp_path, text)).content["words"]
    assert words == text.removeprefix("words: [").removesuffix("]").split(", ")


def test_numbers_truth_and_nothing_are_read(tmp_path: Path) -> None:
    content = YamlFile(written(tmp_path, "a: [1, -2, 0, 0.5, .5, 1e3, true, False, null, ~, '1', '']\nb:\n")).content
    assert content == {"a": [1, -2, 0, 0.5, 0.5, 1000.0, True, False, None, None, "1", ""], "b": None}


def test_every_problem_is_told_at_once_with_its_line_and_field(tmp_path: Path) -> None:
    text = """\
specVersion: 2
titel: wrong
inner:
  someWords: none
  share: half
  some_words: [spelled, as, in, code]
many:
  - {share: 1}
  - either: {a: 1}
"""
    path = written(tmp_path, text)
    with pytest.raises(SpecErrors) as caught:
        YamlFile(path).parse(Outer)
    assert str(caught.value).splitlines() == [
        f"{path}:1: specVersion: Input should be 1",
        f"{path}:1: title: is missing. Add it",
        f"{path}:2: titel: unknown key. Remove it or mind its spelling",
        f"{path}:4: inner.someWords: Input should be a valid tuple",
        f"{path}:5: inner.share: Input should be a valid number, unable to parse string as a number",
        f"{path}:6: inner.some_words: unknown key. Remove it or mind its spelling",
        f"{path}:9: many[1].either: Input should be a valid integer; or Input should be a valid list",
    ]


def test_a_number_where_text_is_wanted_is_to_be_quoted(tmp_path: Path) -> None:
    with pytest.raises(SpecErrors, match=r":2: title: Input should be a valid string. Put it in quotes"):
        YamlFile(written(tmp_path, "specVersion: 1\ntitle: 1.0\n")).parse(Outer)


def test_gathered_content_is_reported_where_it_was_gathered(tmp_path: Path) -> None:
    file = YamlFile(written(tmp_path, "a: 1\nplace:\n  - value: half\n"))
    with pytest.raises(SpecErrors, match=r":3: place\[0\].value: Input should be a valid number"):
        file.parse(Inner, content={"share": "half"}, places={"share": ("place", 0, "value")})


def test_a_path_is_written_as_people_write_it() -> None:
    assert dotted(("rules", 2, "match", "a b")) == "rules[2].match.a b"
    assert dotted(()) == ""


@given(st.one_of(st.binary(max_size=60), st.text(alphabet="ab:-[]{}&*!?|>'\"# \n\t,%@`0.~", max_size=60)))
@example("a: !!int ''")
@example("!!map [a]")
@example("a: !<tag:yaml.org,2002:null> x")
def test_no_text_whatever_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, content: bytes | str) -> None:
    path = written(tmp_path_factory.getbasetemp(), content)
    message = f"{path}: "
    try:
        YamlFile(path)
    except SpecError as error:
        message = str(error)
    assert re.match(rf"{re.escape(str(path))}(:\d+)?: ", message)
