"""The JSON Schemas that editors read are those of the code, and agree with it about what is valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator, Draft202012Validator

from groundwork.spec.__main__ import main
from groundwork.spec.schemas import MODELS, schema_text
from groundwork.spec.yaml_file import YamlFile

REPOSITORY = Path(__file__).parents[3]
FOLDERS = {
    "contract": "contracts",
    "ruleset": "rules",
    "environment": "environments",
    "model": "models",
}


def validator(name: str) -> Any:
    schema = json.loads((REPOSITORY / "docs" / "schemas" / f"{name}.schema.json").read_text())
    kind = Draft201909Validator if name == "contract" else Draft202012Validator
    kind.check_schema(schema)
    return kind(schema)


@pytest.mark.parametrize("name", [*MODELS, "contract"])
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    committed = (REPOSITORY / "docs" / "schemas" / f"{name}.schema.json").read_text()
    assert committed == schema_text(name), "run: PYTHONPATH=plugins python -m groundwork.spec schemas"


def test_the_command_writes_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemas", "--folder", str(tmp_path / "schemas")]) == 0
    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == [
        "contract.schema.json",
        "environment.schema.json",
        "fragment.schema.json",
        "model.schema.json",
        "ruleset.schema.json",
    ]
    assert capsys.readouterr().out.count("wrote ") == 5


@pytest.mark.parametrize("name", FOLDERS)
def test_the_projects_own_files_are_valid_and_a_changed_one_is_not(name: str) -> None:
    validate = validator(name)
    paths = sorted((REPOSITORY / "include" / FOLDERS[name]).glob("*.yaml"))
    assert paths
    for path in paths:
        content = YamlFile(path).content
        assert [error.message for error in validate.iter_errors(content)] == []
        assert not validate.is_valid({**content, "unknownKey": 1})


def test_the_contracts_schema_knows_our_versions_and_properties() -> None:
    schema = json.loads(schema_text("contract"))
    assert schema["properties"]["apiVersion"]["enum"] == ["v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0"]
    assert "groundwork.loadMode" in schema["$defs"]["CustomProperty"]["properties"]["property"]["examples"]
