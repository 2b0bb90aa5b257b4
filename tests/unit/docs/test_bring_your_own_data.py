"""What docs/bring-your-own-data.md has a newcomer write is valid, and the mistake it shows is told as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groundwork.spec.errors import SpecError
from groundwork.spec.include import load_product

PAGE = (Path(__file__).parents[3] / "docs" / "bring-your-own-data.md").read_text()
FILES = re.findall(r"`include/(\S+\.yaml)`\n.*?```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """The include folder after steps 1 and 2."""
    assert [name for name, _ in FILES] == ["contracts/doctor_visits.yaml", "rules/doctor_visits.yaml"]
    for name, text in FILES:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_files_are_one_registered_product(include: Path) -> None:
    product = load_product(include, "doctor_visits")
    assert product.contract.registered
    assert product.contract.primary_key == ("person", "study_year")
    assert [rule.name for rule in product.ruleset.rules][:2] == ["limitation_was_asked", "plausible_visits"]


def test_the_mistake_is_told_as_the_page_shows(include: Path) -> None:
    rules = include / "rules" / "doctor_visits.yaml"
    rules.write_text(rules.read_text().replace("visits <= 52", "visit <= 52"))
    [told] = re.findall(r"^include/(rules/doctor_visits\.yaml:.*)$", PAGE, re.MULTILINE)
    with pytest.raises(SpecError) as error:
        load_product(include, "doctor_visits")
    assert str(error.value) == f"{include}/{told}"
