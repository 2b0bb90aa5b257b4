"""The contracts of the tables that a model has: derived from its file, so that nobody writes the same twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from groundwork.spec.contract import Column, Contract
from groundwork.spec.feature_view import Feature, FeatureView
from groundwork.spec.model import Model

API_VERSION = "v3.1.0"
PREDICTION_TIME = "prediction_time"
LABEL_KNOWN_AT = "label_known_at"
FEATURE_TYPES = {"number": "double", "category": "string"}
LOGICAL_TYPES = {"string": "string", "boolean": "boolean", "int": "integer", "bigint": "integer", "double": "number"}


def feature_columns(model: Model, contract: Contract) -> tuple[Column, ...]:
    """Columns of the feature table, without the system's own.

    :param contract: of the product whose rows are predicted
    """
    view = model.features
    key = _key(contract)
    label = f"{view.label.expression}; null: no label, so the row is not learnt from."
    told = dict(_descriptions(view))
    taken = {column.name for column in key}
    return (
        *key,
        _column(PREDICTION_TIME, "timestamp", "When the prediction is made.", required=True),
        _column(view.label.name, "boolean", label),
        _column(LABEL_KNOWN_AT, "timestamp", "When the outcome could be known."),
        *(
            _column(feature.name, FEATURE_TYPES[feature.type], told[feature.name])
            for feature in view.features
            if feature.name not in taken
        ),
    )


def prediction_columns(contract: Contract) -> tuple[Column, ...]:
    """Columns of the prediction table, without the system's own.

    :param contract: of the product whose rows are predicted
    """
    key = _key(contract)
    number = _column("version_number", "int", "The model's version in the registry.", required=True)
    return (
        *key,
        number.model_copy(update={"key_position": len(key) + 1}),
        _column(PREDICTION_TIME, "timestamp", "What was known then went into it.", required=True),
        _column("probability", "double", "That the label will be true.", required=True),
        _column("version", "string", "First twelve digits of the sha256 of the model's artifact.", required=True),
        _column("scored_at", "timestamp", "When the run that scored was begun.", required=True),
    )


def feature_contract(model: Model, contract: Contract) -> str:
    """ODCS contract of the feature table, as YAML.

    :param contract: of the product whose rows are predicted
    """
    view = model.features
    usage = "Each row holds what was known at its prediction time. The label was known later and is no feature."
    purpose = f"Features of {contract.product} for the model {model.name}. {model.purpose}"
    columns = feature_columns(model, contract)
    return _yaml(model, view.view, purpose=purpose, usage=usage, known_at=PREDICTION_TIME, columns=columns)


def prediction_contract(model: Model, contract: Contract) -> str:
    """ODCS contract of the prediction table, as YAML.

    :param contract: of the product whose rows are predicted
    """
    usage = "One row for each row of the product and version of the model; compare versions by version_number."
    columns = prediction_columns(contract)
    return _yaml(model, model.name, purpose=model.purpose, usage=usage, known_at="scored_at", columns=columns)


def _key(contract: Contract) -> tuple[Column, ...]:
    found = (contract.column(name) for name in contract.primary_key)
    return tuple(
        column.model_copy(update={"header": column.name, "format": None, "required": True})
        for column in found
        if column
    )


def _column(name: str, type_: str, description: str, *, required: bool = False) -> Column:
    return Column(name=name, header=name, type=type_, description=description, required=required)


def _descriptions(view: FeatureView) -> Iterator[tuple[str, str]]:
    for own in view.own:
        yield own.name, own.description or f"{own.expression}."
    for history in view.history:
        texts = {**history.mean, "count": "rows"}
        for feature in history.features:
            yield feature.name, _window(feature, history.name, texts, ", ".join(history.by))
    for as_of in view.as_of:
        for name, column in as_of.take.items():
            age = f"at most {as_of.maximum_age_hours} hours before"
            yield name, f"{column} of the newest row of {as_of.product} that became known {age}."


def _window(feature: Feature, name: str, texts: dict[str, str], by: str) -> str:
    measure, _, days = feature.name.removeprefix(f"{name}_").rpartition("_")
    what = "Number of rows" if texts[measure] == "rows" else f"Mean of {texts[measure]}"
    length = "day" if days == "1d" else f"{days.removesuffix('d')} days"
    return f"{what} of the same {by} that became known in the {length} before."


def _yaml(model: Model, table: str, *, purpose: str, usage: str, known_at: str, columns: Sequence[Column]) -> str:
    description = {"purpose": purpose, "usage": usage, "limitations": model.limitations}
    content = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"{model.domain}.{table}".replace("_", "-"),
        "version": model.version,
        "status": "active",
        "name": table,
        "dataProduct": f"{model.title}: {'predictions' if table == model.name else 'features'}",
        "domain": model.domain,
        "description": {key: value for key, value in description.items() if value},
        "team": {"name": model.owner, "members": [{"username": model.owner, "role": "owner"}]},
        "customProperties": [{"property": "groundwork.knownAt", "value": known_at}],
        "schema": [
            {
                "name": table,
                "physicalType": "table",
                "properties": [_property(column) for column in columns],
                "quality": [_unique([column.name for column in columns if column.key_position])],
            }
        ],
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _property(column: Column) -> dict[str, Any]:
    logical = LOGICAL_TYPES.get(column.type, "number" if column.type.startswith("decimal") else column.type)
    found: dict[str, Any] = {"name": column.name, "logicalType": logical}
    if logical in ("integer", "number"):
        found["physicalType"] = column.type
    if column.key_position:
        found |= {"primaryKey": True, "primaryKeyPosition": column.key_position}
    elif column.required:
        found["required"] = True
    if column.classification != "internal":
        found["classification"] = column.classification
    if column.description:
        found["description"] = column.description
    if column.name == "probability":
        found["quality"] = [_between(column.name)]
    return found


def _unique(key: list[str]) -> dict[str, Any]:
    duplicates = {"name": "one_row_a_key", "type": "library", "metric": "duplicateValues", "mustBe": 0}
    return {**duplicates, "arguments": {"properties": key}, "description": "Each key stands once."}


def _between(column: str) -> dict[str, Any]:
    implementation = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"min_value": 0, "max_value": 1},
    }
    return {
        "name": f"{column}_range",
        "type": "custom",
        "engine": "greatExpectations",
        "implementation": implementation,
    }
