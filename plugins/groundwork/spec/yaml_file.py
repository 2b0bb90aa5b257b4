"""Reading untrusted YAML, with the line of every key at hand for the error message."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.text_file import read_text

MAXIMUM_DEPTH = 50
Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_NOT_A_COLLECTION = frozenset({"list_type", "dict_type", "model_type", "model_attributes_type"})


class _Loader(yaml.CSafeLoader):
    """libyaml's loader with YAML 1.2's reading of plain words.

    YAML 1.1 makes ``no`` false, ``010`` eight, ``12:30:00`` a number of seconds and ``2013-01-01`` a date. In lists of
    valid values and null tokens such words are meant as they stand, so they stay text.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]{1,2})?|[1-9][0-9]*[eE][-+]?[0-9]{1,2})$"),
    list("-+.0123456789"),
)


class _Events:
    """The events of the file's first document."""

    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self.take: Callable[[], Any] = self._loader.get_event
        self.take()  # the stream's start
        if self.next_is(yaml.DocumentStartEvent):
            self.take()

    def next_is(self, kind: type[yaml.Event]) -> bool:
        """Whether an event of this kind comes next, behind the end of the document."""
        if self._loader.check_event(yaml.DocumentEndEvent):
            self.take()
        return bool(self._loader.check_event(kind))

    def tag(self, scalar: yaml.ScalarEvent) -> str:
        """What kind of value a scalar is: as its tag says, else by its form unless it is quoted."""
        if scalar.tag not in (None, "!"):
            return str(scalar.tag)
        if scalar.implicit[0]:
            for tag, form in _Loader.yaml_implicit_resolvers.get(scalar.value[:1], ()):
                if form.match(scalar.value):
                    return tag
        return f"{_TAG}str"


class YamlFile:
    """One parsed file.

    :param path: the file; its name appears in every error
    :raises SpecError: it cannot be read, is too large, is not YAML, or is not a mapping
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = read_text(path)
        self.content = self._content()

    def _content(self) -> dict[str, Any]:
        try:
            return self._read()
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from error
        except yaml.YAMLError as error:
            line = self.text.count("\n", 0, getattr(error, "position", 0)) + 1
            problem = f"not valid YAML: {str(error).splitlines()[0]}"
            raise SpecError(problem, file=self.path, line=line) from error

    def _read(self) -> dict[str, Any]:
        """The content by one walk over the file's events, which costs half of what a tree of nodes does."""
        events = _Events(self.text)
        if events.next_is(yaml.StreamEndEvent):
            raise SpecError("the file is empty", file=self.path, line=1, mend="Start with 'key: value' lines")
        start = events.take()
        content = self._plain(start, events, 1)
        if not events.next_is(yaml.StreamEndEvent):
            _ = self._node  # raises what is wrong with a second document
        if not isinstance(content, dict):
            raise self._at(start, "the file is not a mapping", "Start with 'key: value' lines")
        return content

    @cached_property
    def _node(self) -> Any:
        """The tree with the place of every key, which only errors need. Composing recurses in C and follows aliases, so
        it comes after the walk that refuses deep nesting and aliases."""
        return _Loader(self.text).get_single_node()

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> SpecError:
        mark = error.problem_mark
        lines = self.text.splitlines()
        line = mark.line + 1 if mark else None
        tabbed = line is not None and line <= len(lines) and lines[line - 1].lstrip(" ").startswith("\t")
        mend = "Indent with spaces, not with tabs" if tabbed else None
        return SpecError(f"not valid YAML: {error.problem}", file=self.path, line=line, mend=mend)

    def _at(self, place: Any, problem: str, mend: str) -> SpecError:
        return SpecError(problem, mend=mend, file=self.path, line=place.start_mark.line + 1)

    def _plain(self, event: Any, events: _Events, depth: int) -> Any:
        """What begins with the event, as what JSON knows too; every key is text."""
        if isinstance(event, yaml.ScalarEvent):
            tag = events.tag(event)
            try:
                return _scalar(tag.removeprefix(_TAG), event.value)
            except ValueError as error:
                raise self._at(event, f"{event.value[:80]!r} is no {tag}", "Remove the tag") from error
        if isinstance(event, yaml.AliasEvent):
            raise self._at(event, "aliases (*name) are not accepted", "Write the value out")
        if depth > MAXIMUM_DEPTH:
            raise self._at(event, f"is nested deeper than {MAXIMUM_DEPTH} levels", "Nest less")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", f"{_TAG}map" if is_mapping else f"{_TAG}seq"):
            raise self._at(event, f"the tag {event.tag} is not accepted", "Remove it")
        if is_mapping:
            return self._mapping(events, depth)
        found = []
        while not isinstance(child := events.take(), yaml.SequenceEndEvent):
            found.append(self._plain(child, events, depth + 1))
        return found

    def _mapping(self, events: _Events, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(key := events.take(), yaml.MappingEndEvent):
            if isinstance(key, yaml.AliasEvent):
                raise self._at(key, "aliases (*name) are not accepted", "Write the value out")
            if not isinstance(key, yaml.ScalarEvent):
                raise self._at(key, "a key is a list or a mapping", "Use text as key")
            if key.value in found:
                raise self._at(key, f"key {key.value!r} stands twice", "Keep one of the two")
            found[key.value] = self._plain(events.take(), events, depth + 1)
        return found

    def line(self, path: KeyPath) -> int:
        """The 1-based line of a key; of its nearest parent where the key itself is missing."""
        node = self._node
        line = node.start_mark.line + 1
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node, line = child
        return int(line)

    def error(self, path: KeyPath, problem: str, mend: str | None = None) -> SpecError:
        """An error about one key of this file."""
        return SpecError(problem, mend=mend, file=self.path, line=self.line(path), field=dotted(path) or None)

    def parse(
        self,
        model: type[Model],
        prefix: KeyPath = (),
        content: Any = None,
        places: Mapping[str, KeyPath] | None = None,
    ) -> Model:
        """The file's content as a model.

        :param model: the pydantic class
        :param prefix: where ``content`` stands in the file, for the error's line
        :param content: what was gathered from a part of the file; the whole file where left out
        :param places: field of the model → where it stands in the file, where it is not ``prefix`` and its name
        :raises SpecErrors: every problem found, each with its line
        """
        try:
            if content is None:
                # The file's own spelling only, and no unknown key at any depth, whatever the class itself says.
                return model.model_validate(self.content, extra="forbid", by_alias=True, by_name=False)
            return model.model_validate(content)
        except ValidationError as error:
            details = error.errors(include_url=False)
            raise SpecErrors(self._problems(details, prefix, places or {})) from error

    def _problems(self, details: list[Any], prefix: KeyPath, places: Mapping[str, KeyPath]) -> list[SpecError]:
        found: dict[KeyPath, list[Any]] = {}
        for detail in details:
            loc = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
            moved = bool(loc) and loc[0] in places
            path = (*places[loc[0]], *loc[1:]) if moved else prefix + loc
            certain = len(path) if detail["type"] == "missing" else len(path) - len(loc) + 1
            found.setdefault(self._in_file(path, certain), []).append(detail)
        return [
            self._problem(path, details)
            for path, details in found.items()
            if not ({detail["type"] for detail in details} <= _NOT_A_COLLECTION and _has_deeper(path, found))
        ]

    def _problem(self, path: KeyPath, details: list[Any]) -> SpecError:
        """One error; a union says one thing for each of its branches about the same key."""
        kinds = {detail["type"] for detail in details}
        if "extra_forbidden" in kinds:
            return self.error(path, "unknown key", "Remove it or mind its spelling")
        if "missing" in kinds:
            return self.error(path, "is missing", "Add it")
        unquoted = kinds == {"string_type"} and isinstance(details[0]["input"], int | float)
        messages = dict.fromkeys(detail["msg"].removeprefix("Value error, ") for detail in details)
        return self.error(path, "; or ".join(messages), "Put it in quotes" if unquoted else None)

    def _in_file(self, path: KeyPath, certain: int) -> KeyPath:
        """Without the names that pydantic adds for the branches of a union, which are no keys of the file.

        :param certain: the part with this number (from 1) is a field, also where the file does not have it
        """
        node, found = self._node, []
        for number, part in enumerate(path, start=1):
            child = _child(node, part)
            if child is not None:
                node = child[0]
            if child is not None or number == certain:
                found.append(part)
        return tuple(found)


def _has_deeper(path: KeyPath, found: Mapping[KeyPath, Any]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _scalar(tag: str, value: str) -> Any:
    match tag:
        case "str":
            return value
        case "int":
            return int(value)
        case "float" if math.isfinite(float(value)):
            return float(value)
        case "bool" if value.lower() in ("true", "false"):
            return value.lower() == "true"
        case "null":
            return None
    raise ValueError(tag)


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
        return None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def dotted(path: KeyPath) -> str:
    """``('rules', 2, 'kind')`` as ``rules[2].kind``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
