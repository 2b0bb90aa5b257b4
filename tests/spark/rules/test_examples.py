"""Every example of the documentation is carried out, and every option of every rule stands in one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from groundwork.spec.ruleset import Rule
from tests.spark.rules.examples import Example, examples_in, is_as_told, outcomes_of

PAGES = sorted((Path(__file__).parents[3] / "docs" / "rules").glob("*.md"))
LONGEST = 20
"""A choice of more words than that is a list of names, with tests of its own."""
Option = tuple[str, str, Any]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return [example for page in PAGES for example in examples_in(page, tmp_path_factory.mktemp(page.stem))]


def test_what_the_examples_say_is_what_the_rules_do(spark: Any, examples: list[Example]) -> None:
    wrong = [
        f"{example.place}: row {number} became {outcome}, not {told}"
        for example, outcomes in zip(examples, outcomes_of(spark, examples), strict=True)
        for number, (outcome, told) in enumerate(zip(outcomes, example.expected, strict=True), 1)
        if not is_as_told(outcome, told)
    ]
    assert not wrong, "\n".join(wrong)


def rule_models() -> list[type[BaseModel]]:
    return sorted(set(_models(Rule)), key=lambda model: model.__name__)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, and those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _models(part)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The words that an option can be, where it is a choice of some."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, UnionType, Annotated):
        return tuple(choice for part in get_args(annotation) for choice in _choices(part))
    return ()


def _options(model: type[BaseModel]) -> set[Option]:
    found: set[Option] = set()
    for name, field in model.model_fields.items():
        choices = _choices(field.annotation)
        found.add((_origin(model, name), name, "…"))
        found |= {(_origin(model, name), name, choice) for choice in choices if len(choices) <= LONGEST}
    return found


def _origin(model: type[BaseModel], field: str) -> str:
    """The class that brings the field in: what all kinds of rule have is shown once."""
    return next(base.__name__ for base in reversed(model.__mro__) if field in getattr(base, "__annotations__", {}))


def _shown(value: Any) -> set[Option]:
    """What of a rule's options is written out in an example."""
    if isinstance(value, list | tuple):
        return {option for item in value for option in _shown(item)}
    if not isinstance(value, BaseModel):
        return set()
    found: set[Option] = set()
    for name in type(value).model_fields:
        chosen = getattr(value, name)
        if name in value.model_fields_set:
            found.add((_origin(type(value), name), name, "…"))
        if isinstance(chosen, str | int):
            found.add((_origin(type(value), name), name, chosen))
        found |= _shown(chosen)
    return found


@pytest.mark.parametrize("model", rule_models(), ids=lambda model: model.__name__)
def test_every_option_and_every_choice_stands_in_an_example(model: type[BaseModel], examples: list[Example]) -> None:
    shown = {option for example in examples for rule in example.ruleset.rules for option in _shown(rule)}
    missing = sorted(_options(model) - shown, key=str)
    assert not missing, f"docs/rules has no example with {missing}"
