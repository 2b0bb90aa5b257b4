"""The contracts of a model's tables are ODCS, and our own reader takes them for what they say."""

from __future__ import annotations

from pathlib import Path

from open_data_contract_standard.model import OpenDataContractStandard

from groundwork.spec.contract_file import read_contract
from groundwork.spec.feature_contract import feature_columns, feature_contract, prediction_contract
from groundwork.spec.model_file import load_model

INCLUDE = Path(__file__).resolve().parents[3] / "include"
KEY = ("year", "month", "day", "carrier", "flight", "origin")


def test_the_feature_tables_contract(tmp_path: Path) -> None:
    declared = load_model(INCLUDE, "late_arrival")
    text = feature_contract(declared.model, declared.contract)
    OpenDataContractStandard.from_string(text)
    path = tmp_path / "flight_outlook.yaml"
    path.write_text(text, encoding="utf-8")
    contract = read_contract(path)
    assert (contract.primary_key, contract.owner, contract.known_at) == (KEY, "scientist", "prediction_time")
    assert {column.name: column.type for column in contract.columns} == {
        column.name: column.type for column in feature_columns(declared.model, declared.contract)
    }
    names = [column.name for column in contract.columns]
    assert names[len(KEY) : len(KEY) + 4] == ["prediction_time", "late", "label_known_at", "destination"]
    assert {feature.name for feature in declared.model.features.features} <= set(names)
    told = {column.name: column.description for column in contract.columns}
    assert told["carrier_late_share_7d"] == (
        "Mean of arrival_delay_minutes >= 15 of the same carrier, origin that became known in the 7 days before."
    )
    assert told["plane_count_1d"] == ("Number of rows of the same tail_number that became known in the day before.")
    assert told["wind_gust_mph"] == (
        "wind_gust_mph of the newest row of weather that became known at most 6 hours before."
    )
    assert [check.name for check in contract.expectations] == ["one_row_a_key"]


def test_the_prediction_tables_contract(tmp_path: Path) -> None:
    declared = load_model(INCLUDE, "late_arrival")
    text = prediction_contract(declared.model, declared.contract)
    OpenDataContractStandard.from_string(text)
    path = tmp_path / "late_arrival.yaml"
    path.write_text(text, encoding="utf-8")
    contract = read_contract(path)
    assert contract.primary_key == (*KEY, "version_number")
    assert [column.name for column in contract.columns[len(KEY) :]] == [
        *("version_number", "prediction_time", "probability", "version", "scored_at"),
    ]
    assert {check.name for check in contract.expectations} == {"one_row_a_key", "probability_range"}
