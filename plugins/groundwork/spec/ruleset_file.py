"""Reads a product's ruleset, with the fragments that it includes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.fragment import Fragment, Include, RulesetFile
from groundwork.spec.ruleset import IncludedFragment, Rule, Ruleset
from groundwork.spec.yaml_file import KeyPath, YamlFile

SHARED = "shared"
"""Folder of the fragments, in that of the rulesets."""


@dataclass(frozen=True)
class _Placed:
    """A rule and where it stands."""

    rule: Rule
    file: YamlFile
    index: int


@dataclass(frozen=True)
class RulesetSource:
    """A ruleset and where each of its rules stands.

    :param file: the product's own file
    :param ruleset: its rules, those of fragments among them
    """

    file: YamlFile
    ruleset: Ruleset
    places: tuple[tuple[YamlFile, int], ...]

    def error(self, index: int, problem: str, mend: str | None = None, at: KeyPath = ()) -> SpecError:
        """An error about one rule, at the file and line where that stands.

        :param index: its place in ``ruleset.rules``
        :param at: keys of the rule that lead to what is wrong
        """
        file, place = self.places[index]
        found = file.error(("rules", place, *at), problem, mend)
        return found if file is self.file else _included_by(found, self.ruleset.product)


def read_ruleset(path: Path) -> RulesetSource:
    """The ruleset in a file.

    Standardise rules of a fragment work on landing text as the file's own do, and so join them in front, in the order
    of the entries; the fragment's other rules stand where it is included.

    :param path: ``rules/<product>.yaml``
    :raises SpecError: the file or a fragment is missing or does not validate; names file, line, rule and mend
    """
    file = YamlFile(path)
    declared = file.parse(RulesetFile)
    if declared.product != path.stem:
        raise file.error(("product",), f"is {declared.product!r}", f"Write {path.stem!r}, as the file is named")
    placed: list[_Placed] = []
    fragments: dict[str, Fragment] = {}
    for index, entry in enumerate(declared.rules):
        if isinstance(entry, Include):
            if entry.include in fragments:
                problem = f"fragment {entry.include!r} is included twice"
                raise file.error(("rules", index), problem, "Keep one of the two")
            fragments[entry.include], found = _fragment(file, index, path.parent / SHARED / f"{entry.include}.yaml")
            placed += found
        else:
            placed.append(_Placed(entry, file, index))
    if fragments:
        placed.sort(key=lambda item: item.rule.kind != "standardise")
    return _resolved(file, declared, placed, fragments)


def read_fragment(path: Path) -> tuple[Fragment, YamlFile]:
    """The fragment in a file.

    :param path: ``rules/shared/<name>.yaml``
    :raises SpecError: it does not validate
    """
    file = YamlFile(path)
    for index, entry in enumerate(file.content.get("rules") or ()):
        if isinstance(entry, dict) and "include" in entry:
            mend = "Write the rules here, or include both fragments in the ruleset"
            raise file.error(("rules", index), "a fragment includes no other fragment", mend)
    fragment = file.parse(Fragment)
    if fragment.name != path.stem:
        raise file.error(("name",), f"is {fragment.name!r}", f"Write {path.stem!r}, as the file is named")
    return fragment, file


def _fragment(file: YamlFile, index: int, path: Path) -> tuple[Fragment, list[_Placed]]:
    if not path.is_file():
        there = ", ".join(sorted(found.stem for found in path.parent.glob("*.yaml"))) or "none"
        mend = f"Write rules/{SHARED}/{path.name}. Fragments there: {there}"
        raise file.error(("rules", index, "include"), f"includes {path.stem!r}, and there is no such fragment", mend)
    fragment, shared = read_fragment(path)
    owned = (rule if rule.owner else rule.model_copy(update={"owner": fragment.owner}) for rule in fragment.rules)
    return fragment, [_Placed(rule, shared, number) for number, rule in enumerate(owned)]


def _resolved(
    file: YamlFile, declared: RulesetFile, placed: list[_Placed], fragments: dict[str, Fragment]
) -> RulesetSource:
    places = tuple((item.file, item.index) for item in placed)
    content: dict[str, Any] = {
        **{name: getattr(declared, name) for name in ("spec_version", "product", "version", "owner", "gate")},
        "fragments": tuple(
            IncludedFragment(name=found.name, version=found.version, owner=found.owner) for found in fragments.values()
        ),
        "rules": tuple(item.rule for item in placed),
    }
    try:
        return RulesetSource(file, Ruleset.model_validate(content), places)
    except ValidationError as error:
        raise SpecErrors([_problem(file, declared.product, places, detail) for detail in error.errors()]) from error


def _problem(file: YamlFile, product: str, places: tuple[tuple[YamlFile, int], ...], detail: Any) -> SpecError:
    path: KeyPath = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    problem = detail["msg"].removeprefix("Value error, ")
    if len(path) < 2 or not isinstance(path[1], int):
        return file.error(path, problem)
    at, index = places[path[1]]
    found = at.error(("rules", index, *path[2:]), problem)
    return found if at is file else _included_by(found, product)


def _included_by(error: SpecError, product: str) -> SpecError:
    problem = f"{error.problem} (included by the rules of {product})"
    return SpecError(problem, mend=error.mend, file=error.file, line=error.line, field=error.field)
