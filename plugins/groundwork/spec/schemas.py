"""JSON Schemas of the YAML files people write, for editors that complete and check while typing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from groundwork.spec.environment import Environment
from groundwork.spec.fragment import Fragment, RulesetFile
from groundwork.spec.model import Model

MODELS: dict[str, type[BaseModel]] = {
    "ruleset": RulesetFile,
    "fragment": Fragment,
    "environment": Environment,
    "model": Model,
}


def schema_text(name: str) -> str:
    """One schema as the text of its file.

    :param name: a key of ``MODELS``, or ``contract`` for the Open Data Contract Standard's own schema
    """
    if name == "contract":
        from open_data_contract_standard.model import OpenDataContractStandard

        schema = _narrowed(json.loads(OpenDataContractStandard.json_schema()))  # type: ignore[no-untyped-call]
    else:
        schema = MODELS[name].model_json_schema(by_alias=True)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _narrowed(schema: Any) -> Any:
    """The standard's own schema, with the versions we read and the names of our properties to complete."""
    from groundwork.spec.contract_columns import EXEMPTION
    from groundwork.spec.contract_file import API_VERSIONS, CONTRACT_PROPERTIES, LANDING_PROPERTIES

    version = schema["properties"]["apiVersion"]
    version["enum"] = list(reversed(API_VERSIONS))
    version["default"] = API_VERSIONS[-1]
    version["description"] = "Version of the standard that the contract is written in."
    schema["$defs"]["CustomProperty"]["properties"]["property"]["examples"] = [
        *CONTRACT_PROPERTIES,
        *LANDING_PROPERTIES,
        EXEMPTION,
    ]
    return schema


def write_schemas(folder: Path) -> list[Path]:
    """Writes every schema as ``<name>.schema.json``.

    :param folder: ``docs/schemas``
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in (*MODELS, "contract"):
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(name), encoding="utf-8")
        paths.append(path)
    return paths
