"""Reading untrusted YAML, with the line of every key at hand for the error message."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from groundwork.spec.errors import SpecError, SpecErrors

MAXIMUM_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)
Path_ = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """libyaml's safe loader that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise SpecError(f"key {key!r} stands twice", line=line, mend="Keep one of the two")
            seen.add(key)
        return super().construct_mapping(node, deep)


class YamlFile:
    """One parsed file.

    :param path: the file; its name appears in every error
    :raises SpecError: it cannot be read, is too large, is not YAML, or is not a mapping
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = self._text()
        self._node, self.content = self._load()

    def _load(self) -> tuple[yaml.Node, dict[str, Any]]:
        loader = _Loader(self.text)
        try:
            node = loader.get_single_node()
            self._refuse_aliases(node)
            content = loader.construct_document(node) if node is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise SpecError(
                f"not valid YAML: {error.problem}", file=self.path, line=mark.line + 1 if mark else None
            ) from error
        except yaml.YAMLError as error:
            raise SpecError(f"not valid YAML: {error}", file=self.path) from error
        except SpecError as error:
            raise SpecError(error.problem, mend=error.mend, file=self.path, line=error.line) from error
        except (TypeError, RecursionError) as error:
            raise SpecError(f"not usable YAML: {error}", file=self.path, mend="Use plain keys, less nested") from error
        finally:
            loader.dispose()
        if node is None or not isinstance(content, dict):
            raise SpecError("the file is empty or not a mapping", file=self.path, mend="Start with 'key: value' lines")
        return node, content

    def _text(self) -> str:
        try:
            raw = self.path.read_bytes()
            text = raw.decode("utf-8-sig")
        except OSError as error:
            raise SpecError(f"cannot be read: {error.strerror}", file=self.path) from error
        except UnicodeDecodeError as error:
            raise SpecError("is not UTF-8 text", file=self.path, mend="Save the file as UTF-8") from error
        if len(raw) > MAXIMUM_BYTES:
            raise SpecError(f"is larger than {MAXIMUM_BYTES} bytes", file=self.path, mend="Split it")
        return text

    def _refuse_aliases(self, root: yaml.Node | None) -> None:
        """An alias can make a small file explode when it is walked, so none is accepted."""
        seen: set[int] = set()
        waiting = [root] if root is not None and "*" in self.text and "&" in self.text else []
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                line = node.start_mark.line + 1
                raise SpecError("aliases (*name) are not accepted", line=line, mend="Write the value out")
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                waiting.extend(value for _, value in node.value)
            elif isinstance(node, yaml.SequenceNode):
                waiting.extend(node.value)

    def line(self, path: Path_) -> int:
        """The 1-based line of a key; of its nearest parent where the key itself is missing."""
        node = self._node
        line = node.start_mark.line + 1
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node, line = child
        return line

    def error(self, path: Path_, problem: str, mend: str | None = None) -> SpecError:
        """An error about one key of this file."""
        return SpecError(problem, mend=mend, file=self.path, line=self.line(path), field=dotted(path) or None)

    def parse(self, model: type[Model], prefix: Path_ = (), content: Any = None) -> Model:
        """The file's content as a model.

        :param model: the pydantic class
        :param prefix: where ``content`` stands in the file, for the error's line
        :param content: part of the file; the whole file where left out
        :raises SpecErrors: every problem found, each with its line
        """
        try:
            return model.model_validate(self.content if content is None else content)
        except ValidationError as error:
            problems = [self._problem(model, prefix, detail) for detail in error.errors()]
            raise SpecErrors(problems) from error

    def _problem(self, model: type[BaseModel], prefix: Path_, detail: Any) -> SpecError:
        path = prefix + tuple(detail["loc"])
        if detail["type"] == "extra_forbidden":
            return self.error(path, "unknown key", "Remove it or mind its spelling")
        if detail["type"] == "missing":
            return self.error(path, "is missing", "Add it")
        return self.error(path, detail["msg"].removeprefix("Value error, "))


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
        return None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def dotted(path: Path_) -> str:
    """``('rules', 2, 'kind')`` as ``rules[2].kind``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
