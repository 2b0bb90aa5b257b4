"""A model's file is held against the contracts of what it reads: nothing known later, nothing that names a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groundwork.spec.errors import SpecErrors
from groundwork.spec.model_file import load_model

INCLUDE = Path(__file__).resolve().parents[3] / "include"


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """A copy of what is declared, to break."""
    for folder in ("contracts", "rules", "models"):
        shutil.copytree(INCLUDE / folder, tmp_path / folder)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def place_of(feature: str) -> int:
    own = load_model(INCLUDE, "late_arrival").model.features.own
    return next(place for place, each in enumerate(own) if each.name == feature)


def problems(include: Path) -> list[tuple[str | None, str]]:
    with pytest.raises(SpecErrors) as caught:
        load_model(include, "late_arrival")
    return [(problem.field, problem.problem) for problem in caught.value.problems]


def test_a_planted_leak_is_refused(include: Path) -> None:
    change(
        include / "models" / "late_arrival.yaml",
        "expression: distance_miles}",
        "expression: distance_miles + departure_delay_minutes}",
    )
    assert problems(include) == [
        (
            f"features.own[{place_of('distance_miles')}].expression",
            "reads 'departure_delay_minutes', which is not known when the prediction is made",
        )
    ]


# What a contract says so that a personal column may be published at all.
EXEMPT = "classification: personal, customProperties: [{property: groundwork.exemption, value: Only in this test}]"


def test_a_personal_column_is_no_feature_of_the_row_itself_nor_its_history(include: Path) -> None:
    contract = include / "contracts" / "flights.yaml"
    change(contract, "{name: plane_manufactured_year, ", f"{{name: plane_manufactured_year, {EXEMPT}, ")
    change(
        contract,
        "      - name: tail_number\n        logicalType: string\n        description: Registration of the plane;",
        "      - name: tail_number\n        classification: sensitive_personal\n"
        f"        {EXEMPT.partition(', ')[2]}\n        logicalType: string\n"
        "        description: Registration of the plane;",
    )
    told = "which the contract of 'flights' classifies as"
    assert problems(include) == [
        (f"features.own[{place_of('plane_age')}].expression", f"reads 'plane_manufactured_year', {told} personal"),
        ("features.history[3].by", f"reads 'tail_number', {told} sensitive_personal"),
    ]


def test_a_personal_column_of_a_product_that_is_looked_up_is_no_feature(include: Path) -> None:
    contract = include / "contracts" / "weather.yaml"
    lines = contract.read_text(encoding="utf-8").splitlines()
    place = max(number for number, line in enumerate(lines) if "name: humidity_percent" in line)
    personal = lines[place].replace("name: humidity_percent", f"{EXEMPT}, name: humidity_percent")
    if "{" not in lines[place]:
        indent = " " * (len(lines[place]) - len(lines[place].lstrip()) + 2)
        personal = f"{lines[place]}\n{indent}" + EXEMPT.replace(", ", f"\n{indent}", 1)
    lines[place] = personal
    contract.write_text("\n".join(lines), encoding="utf-8")
    told = "which the contract of 'weather' classifies as personal"
    assert problems(include) == [("features.asOf[0].take", f"reads 'humidity_percent', {told}")]
