"""What a model's file may say, what it may not, and where the error points."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundwork.spec.errors import SpecError
from groundwork.spec.model import Model
from groundwork.spec.model_file import load_model, model_names
from groundwork.spec.yaml_file import YamlFile

INCLUDE = Path(__file__).parents[3] / "include"
LATE = yaml.safe_load((INCLUDE / "models" / "late_arrival.yaml").read_text())


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """The repository's declarations, to be changed."""
    folder = tmp_path / "include"
    for kind in ("contracts", "rules", "environments"):
        (folder / kind).mkdir(parents=True)
        for path in (INCLUDE / kind).glob("*.yaml"):
            (folder / kind / path.name).write_text(path.read_text())
    (folder / "models").mkdir()
    return folder


def written(include: Path, change: Any = None, name: str = "late_arrival") -> Path:
    """A model's file, changed."""
    content = copy.deepcopy(LATE)
    if change:
        change(content)
    path = include / "models" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def refusal(include: Path, change: Any) -> str:
    """Why a changed model is refused."""
    path = written(include, change)
    with pytest.raises(SpecError) as found:
        load_model(include, "late_arrival")
    assert str(path) in str(found.value)
    return str(found.value)


def line_of(include: Path, text: str) -> int:
    lines = (include / "models" / "late_arrival.yaml").read_text().splitlines()
    return max(number for number, line in enumerate(lines, 1) if text in line)


def test_features_are_named_after_what_they_are() -> None:
    view = Model.model_validate(LATE).features
    named = [feature.name for feature in view.features]
    assert named[:3] == ["carrier", "origin", "destination"]
    assert [name for name in named if name.startswith("carrier_")] == [
        "carrier_late_share_1d",
        "carrier_departure_delay_1d",
        "carrier_late_share_7d",
        "carrier_departure_delay_7d",
    ]
    assert {"origin_late_share_1d", "origin_count_1d", "plane_count_1d", "wind_speed_mph"} < set(named)
    assert len(named) == len(set(named)) == 25
    assert {feature.name for feature in view.features if feature.type == "category"} == {
        "carrier",
        "origin",
        "destination",
    }
    assert view.products == ("flights", "weather")


@pytest.mark.parametrize("section", ["tuning", "scoring", "monitor"])
def test_a_section_may_be_left_out(section: str, include: Path) -> None:
    written(include, lambda content: content.pop(section, None))
    assert getattr(load_model(include, "late_arrival").model, section) is None


def test_the_policy_is_what_a_version_is_judged_and_watched_by() -> None:
    model = Model.model_validate(LATE)
    stricter, later = copy.deepcopy(LATE), copy.deepcopy(LATE)
    stricter["evaluation"]["thresholds"][0]["minimum"] = 0.7
    later["training"]["hyperparameters"]["eta"] = 0.2
    assert Model.model_validate(stricter).policy_digest != model.policy_digest
    assert Model.model_validate(later).policy_digest == model.policy_digest


@pytest.mark.parametrize("expression", ["arrival_delay_minutes", "if(cancelled, 1, 0)", "hour(departed_at)"])
def test_a_feature_that_only_the_outcome_tells_is_a_leak(expression: str, include: Path) -> None:
    def leak(content: dict[str, Any]) -> None:
        content["features"]["own"].append({"name": "leak", "expression": expression})

    said = refusal(include, leak)
    assert "is not known when the prediction is made" in said
    assert "Read it as history" in said
    assert f":{line_of(include, f'expression: {expression}')}: features.own[9].expression" in said


def test_a_leak_through_group_match_or_prediction_time_is_refused(include: Path) -> None:
    def group(content: dict[str, Any]) -> None:
        content["features"]["history"][0]["by"] = ["carrier", "diverted"]

    def match(content: dict[str, Any]) -> None:
        content["features"]["asOf"][0]["match"] = {"arrival_hhmm": "origin"}

    def moment(content: dict[str, Any]) -> None:
        content["features"]["predictionTime"] = "departed_at"

    assert "features.history[0].by: reads 'diverted'" in refusal(include, group)
    assert "features.asOf[0].match: reads 'arrival_hhmm'" in refusal(include, match)
    assert "features.predictionTime: reads 'departed_at'" in refusal(include, moment)


def test_columns_and_products_that_are_not_there(include: Path) -> None:
    def own(content: dict[str, Any]) -> None:
        content["features"]["own"][0]["expression"] = "carier"

    def there(content: dict[str, Any]) -> None:
        content["features"]["asOf"][0]["take"]["snow"] = "snow_inches"

    def product(content: dict[str, Any]) -> None:
        content["features"]["asOf"][0]["product"] = "wether"

    def text(content: dict[str, Any]) -> None:
        content["features"]["asOf"][0]["take"]["station"] = "origin"

    assert "'flights' has no column 'carier'. Columns: air_time_minutes" in refusal(include, own)
    assert "'weather' has no column 'snow_inches'" in refusal(include, there)
    assert "reads 'wether', which cannot be used" in refusal(include, product)
    assert "takes 'origin', a string, and features of other products are numbers" in refusal(include, text)


def test_names_that_clash(include: Path) -> None:
    def twice(content: dict[str, Any]) -> None:
        content["features"]["own"][6]["name"] = "origin_count_1d"

    def key(content: dict[str, Any]) -> None:
        content["features"]["own"][3]["name"] = "month"
        content["features"]["own"][3]["expression"] = "month + 1"

    def label(content: dict[str, Any]) -> None:
        content["features"]["label"]["name"] = "diverted"

    assert "'origin_count_1d' is named twice" in refusal(include, twice)
    assert "is named as the key column 'month' and is something else" in refusal(include, key)
    assert "'diverted' is a column of 'flights'" in refusal(include, label)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("learning",), {}, "learning: unknown key"),
        (("training", "algorithm"), "lightgbm", "training.algorithm: Input should be 'xgboost'"),
        (("training", "split", "testDays"), 0, "training.split.testDays"),
        (("evaluation", "thresholds"), [{"metric": "roc_auc"}], "declares nothing; write minimum, maximum or gain"),
        (("evaluation", "thresholds"), [{"metric": "accuracy", "minimum": 0.9}], "evaluation.thresholds[0].metric"),
        (("evaluation", "slices", "columns"), ["distance_miles"], "'distance_miles' is no category feature"),
        (("training", "baseline"), None, "asks for a gain over a baseline that training does not declare"),
        (("approval", "approvers"), [], "approval.approvers"),
        (("release",), None, "has nothing to watch; add release"),
        (("release", "capturePercent"), 0, "has nothing to watch; add release"),
        (("monitor", "drift"), {"watch": 0.3, "act": 0.2}, "watch is larger than act"),
        (("monitor", "schedule"), "every day", "monitor.schedule"),
        (("tuning",), {"maximumJobs": 4, "ranges": {"eta": {"minimum": 1, "maximum": 0}}}, "minimum must be smaller"),
        (("name",), "late_departure", "is 'late_departure'. Write 'late_arrival'"),
    ],
)
def test_what_is_refused(path: tuple[str, ...], value: Any, said: str, include: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    assert said in refusal(include, change)


def test_a_model_without_a_file_and_one_of_a_hostile_name(include: Path) -> None:
    with pytest.raises(SpecError, match="no model 'nothing' is declared"):
        load_model(include, "nothing")
    with pytest.raises(SpecError, match="is no name of a file"):
        load_model(include, "../rules/flights")
    written(include)
    assert list(model_names(include)) == ["late_arrival"]


def test_a_contract_that_does_not_say_when_rows_are_known(include: Path) -> None:
    contract = include / "contracts" / "flights.yaml"
    contract.write_text(
        "\n".join(line for line in contract.read_text().splitlines() if "groundwork.knownAt" not in line)
    )
    written(include)
    with pytest.raises(SpecError, match="whose contract does not say when a row is known"):
        load_model(include, "late_arrival")


def test_a_column_known_in_advance_must_be_there(include: Path) -> None:
    contract = include / "contracts" / "flights.yaml"
    contract.write_text(contract.read_text().replace("value: [year, month,", "value: [yaer, month,"))
    written(include)
    with pytest.raises(SpecError, match=r"column 'yaer' is not there"):
        load_model(include, "late_arrival")


def test_the_repositorys_own_model_is_valid() -> None:
    file = YamlFile(INCLUDE / "models" / "late_arrival.yaml")
    assert file.parse(Model) == load_model(INCLUDE, "late_arrival").model
