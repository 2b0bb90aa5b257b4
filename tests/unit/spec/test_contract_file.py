"""A contract is read as it was meant, or every one of its problems is told with line, field and mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.contract import Column, Completeness, Contract, Evolution
from groundwork.spec.contract_file import read_contract
from groundwork.spec.errors import SpecError
from tests.unit.conftest import CONTRACT

Problems = Callable[..., list[tuple[int | None, str | None, str]]]
MEAN_OF_TEXT = (
    "type: custom, engine: greatExpectations, implementation: "
    "{type: expect_column_mean_to_be_between, kwargs: {column: order_id, min_value: 1}}"
)
LINES = {text.strip(): number for number, text in enumerate(CONTRACT.splitlines(), start=1)}


def line_of(start: str) -> int:
    return next(number for text, number in LINES.items() if text.startswith(start))


def test_a_contract_is_read_as_it_stands(contract: Contract) -> None:
    assert (contract.product, contract.domain, contract.owner, contract.title) == ("orders", "shop", "ada", "orders")
    assert contract.columns == (
        Column(name="order_id", header="order_id", type="string", required=True, key_position=1),
        Column(name="line", header="line", type="int", required=True, key_position=2),
        Column(name="amount", header="amount", type="decimal(10,2)"),
        Column(name="ordered_at", header="ordered_at", type="timestamp", required=True),
    )
    assert contract.primary_key == ("order_id", "line")
    assert contract.registered
    assert contract.landing is not None
    assert contract.landing.columns == contract.columns
    assert contract.landing.completeness == Completeness(settle_seconds=5)
    assert contract.landing.evolution == Evolution(added="refuse", missing="refuse", retyped="refuse")
    assert (contract.load_mode, contract.event_time, contract.known_at) == ("append", "ordered_at", None)
    assert [expectation.name for expectation in contract.expectations] == ["rowCount", "amount_nullValues"]


def test_the_fields_of_files_may_differ_from_the_table(change: Callable[..., Path]) -> None:
    landing = "  - name: landing\n    properties:\n      - {name: total, physicalName: Total €, logicalType: number}\n"
    contract = read_contract(change("contracts/orders.yaml", ("schema:\n", "schema:\n" + landing)))
    assert contract.landing is not None
    assert contract.landing.columns == (Column(name="total", header="Total €", type="double"),)
    assert contract.column("order_id") is not None
    assert contract.column("total") is None


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_an_active_contract_with_a_landing_place_is_registered(change: Callable[..., Path], status: str) -> None:
    assert not read_contract(change("contracts/orders.yaml", ("status: active", f"status: {status}"))).registered


def test_without_a_landing_server_nothing_is_acquired(change: Callable[..., Path]) -> None:
    contract = read_contract(change("contracts/orders.yaml", ("server: landing", "server: warehouse")))
    assert contract.landing is None
    assert not contract.registered


@pytest.mark.parametrize(
    ("old", "new", "at", "field", "words"),
    [
        ("domain: shop\n", "domain: shop\nowner: ada\n", "owner: ada", "owner", "unknown key"),
        ("domain: shop\n", "domain: Shop\n", "domain: Shop", "domain", "should match pattern"),
        ("kind: DataContract", "kind: Report", "kind:", "kind", "Write kind: DataContract"),
        ("v3.1.0", "v2.2.2", "apiVersion", "apiVersion", "Use one of v3.0.0"),
        ("version: 1.0.0", "version: 1.0", "version: 1.0", "version", "Put it in quotes"),
        ("id: shop.orders\n", "", "apiVersion", "id", "is missing. Add it"),
        ("status: active", "status: live", "status: live", "status", "'active', 'draft', 'proposed'"),
        ("role: owner", "role: reader", "team:", "team", "names 0 owners. Name one member with role: owner"),
        (
            "    - {username: ada, role: owner}\n",
            "    - {username: ada, role: owner}\n    - {username: bob, role: owner}\n",
            "team:",
            "team",
            "names 2 owners",
        ),
        (
            "{username: ada, role: owner}",
            "{username: ada, role: owner, rule: x}",
            "- {username: ada",
            "team.members[0].rule",
            "unknown key",
        ),
        ("type: s3", "type: azure", "type: azure", "servers[0].type", "Use s3"),
        (
            "s3://{landing}/shop/orders/orders*.csv",
            "/data/orders.csv",
            "location",
            "servers[0].location",
            "should match pattern",
        ),
        ("shop/orders/orders*.csv", "shop/../orders*.csv", "location", "servers[0].location", "'..'"),
        ("shop/orders/orders*.csv", "shop//orders*.csv", "location", "servers[0].location", "an empty part"),
        ("    type: s3\n", "    type: s3\n    format: json\n", "format", "servers[0].format", "should be 'csv'"),
        (
            "    type: s3\n",
            "    type: s3\n    delimiter: '\"'\n",
            "delimiter",
            "servers[0].delimiter",
            "separate columns",
        ),
        ("    type: s3\n", "    type: s3\n    delimiter: ';;'\n", "delimiter", "servers[0].delimiter", "at most 1"),
        ("    type: s3\n", "    type: s3\n    encoding: EBCDIC\n", "encoding", "servers[0].encoding", "'UTF-8'"),
        (
            "{settleSeconds: 5}",
            "{settleSeconds: 5, manifest: m.json}",
            "- {property: groundwork.completeness",
            "servers[0].customProperties[0].value",
            "exactly one of settleSeconds and manifest",
        ),
        (
            "{settleSeconds: 5}",
            "{settleSecond: 5}",
            "- {property: groundwork.completeness",
            "servers[0].customProperties[0].value.settleSecond",
            "unknown key",
        ),
        (
            "groundwork.completeness",
            "groundwork.complete",
            "- {property: groundwork.complete",
            "servers[0].customProperties[0]",
            "Known here: groundwork.completeness, groundwork.evolution",
        ),
        (
            "groundwork.loadMode",
            "groundwork.completeness2",
            "- {property: groundwork.completeness2",
            "customProperties[0]",
            "Known here: groundwork.loadMode",
        ),
        (
            "value: append",
            "value: merge",
            "- {property: groundwork.loadMode",
            "customProperties[0].value",
            "'append', 'full' or 'upsert'",
        ),
        (
            "groundwork.loadMode, value: append",
            "groundwork.history, value: scd2",
            "- {property: groundwork.history",
            "customProperties[0].value",
            "goes with groundwork.loadMode: upsert alone",
        ),
        (
            "groundwork.loadMode, value: append",
            "groundwork.deleteFlag, value: {column: op, values: []}",
            "- {property: groundwork.deleteFlag",
            "customProperties[0].value.values",
            "at least 1 item",
        ),
        (", value: append", "", "- {property: groundwork.loadMode", "customProperties[0]", "has no value"),
        (
            "groundwork.loadMode, value: append",
            "groundwork.schedule, value: 61 * * * *",
            "- {property: groundwork.schedule",
            "customProperties[0].value",
            "'61' is no minute of a cron expression",
        ),
        (
            "groundwork.loadMode, value: append",
            "groundwork.refineWithAcquire, value: perhaps",
            "- {property: groundwork.refineWithAcquire",
            "customProperties[0].value",
            "valid boolean",
        ),
        (
            "value: ordered_at",
            "value: amount",
            "- {property: groundwork.eventTime",
            "customProperties[1].value",
            "'amount' is no timestamp or date column. Timestamps and dates: ordered_at",
        ),
        (
            "value: ordered_at",
            "value: gone",
            "- {property: groundwork.eventTime",
            "customProperties[1].value",
            "'gone' is no timestamp or date column",
        ),
        (
            "groundwork.loadMode, value: append",
            "groundwork.eventTime, value: ordered_at",
            "- {property: groundwork.eventTime",
            "customProperties[1]",
            "stands twice",
        ),
        ("name: orders\n", "name: order\n", "schema:", "schema", "has no object named 'orders'"),
        (
            "name: ordered_at, logicalType",
            "name: Ordered At, logicalType",
            "- {name: Ordered At",
            "schema[0].properties[3].name",
            "should match pattern",
        ),
        ("{name: order_id, ", "{", "- {logicalType", "schema[0].properties[0].name", "valid string"),
        (
            "name: ordered_at, logicalType",
            "name: amount, logicalType",
            "- {name: amount",
            "schema[0].properties[3].name",
            "'amount' stands twice",
        ),
        (
            "{name: ordered_at, logicalType",
            "{name: ordered_at, physicalName: amount, logicalType",
            "- {name: ordered_at",
            "schema[0].properties[3].physicalName",
            "is read into two columns",
        ),
        (
            "name: line, ",
            "name: known_at, ",
            "- {name: known_at",
            "schema[0].properties[1].name",
            "is a system column's name",
        ),
        (
            "logicalType: number",
            "logicalType: object",
            "logicalType: object",
            "schema[0].properties[2].logicalType",
            "Use one of string, integer, number, boolean, date, timestamp",
        ),
        (
            "decimal(10, 2)",
            "decimal(39, 2)",
            "physicalType: decimal",
            "schema[0].properties[2].physicalType",
            "s <= p <= 38",
        ),
        (
            "physicalType: int,",
            "physicalType: varchar(9),",
            "- {name: line",
            "schema[0].properties[1].physicalType",
            "'varchar(9)' does not go with logicalType integer. Use bigint or int",
        ),
        (
            "logicalType: timestamp,",
            "logicalType: timestamp, logicalTypeOptions: {format: YYYY-MM-dd},",
            "- {name: ordered_at",
            "schema[0].properties[3].logicalTypeOptions.format",
            "'Y' is nothing that Spark can read a date by",
        ),
        (
            "logicalType: timestamp,",
            "logicalType: timestamp, logicalTypeOptions: {timezone: UTC},",
            "- {name: ordered_at",
            "schema[0].properties[3].logicalTypeOptions.timezone",
            "Use a quality entry or a rule",
        ),
        (
            "logicalType: string,",
            "logicalType: string, logicalTypeOptions: {format: email},",
            "- {name: order_id",
            "schema[0].properties[0].logicalTypeOptions.format",
            "has no meaning for string",
        ),
        (
            "{name: order_id, ",
            "{name: order_id, properties: [{name: a, logicalType: string}], ",
            "- {name: order_id",
            "schema[0].properties[0].properties",
            "Flatten the column",
        ),
        (
            "{name: order_id, ",
            "{name: order_id, enum: [{value: a}], ",
            "- {name: order_id",
            "schema[0].properties[0].enum",
            "Use a quality entry with metric: invalidValues",
        ),
        (
            "{name: order_id, ",
            "{name: order_id, customProperties: [{property: groundwork.mask, value: 1}], ",
            "- {name: order_id",
            "schema[0].properties[0].customProperties[0]",
            "has no meaning at a column",
        ),
        (
            "{name: order_id, ",
            "{name: order_id, customProperties: [{property: groundwork.exemption, value: yes}], ",
            "- {name: order_id",
            "schema[0].properties[0].customProperties[0].value",
            "groundwork.exemption has no reason. Say in at least 10 characters why consumers may see it",
        ),
        (
            "required: true}",
            "required: true, classification: secret}",
            "- {name: ordered_at",
            "schema[0].properties[3].classification",
            "'public', 'internal', 'personal' or 'sensitive_personal'",
        ),
        (
            "required: true}",
            "required: maybe}",
            "- {name: ordered_at",
            "schema[0].properties[3].required",
            "valid boolean",
        ),
        (
            "metric: nullValues, mustBe: 0",
            "metric: freshness, mustBe: 0",
            "- {metric: freshness",
            "schema[0].properties[2].quality[0]",
            "use one of nullValues, missingValues, invalidValues, duplicateValues, rowCount",
        ),
        (
            "metric: rowCount, mustBeGreaterThan: 0",
            "metric: duplicateValues, mustBe: 0, arguments: {properties: [line, lime]}",
            "- {metric: duplicateValues",
            "schema[0].quality[0]",
            "column 'lime' is not there. Columns: order_id, line, amount, ordered_at",
        ),
        (
            "metric: rowCount, mustBeGreaterThan: 0",
            MEAN_OF_TEXT,
            "- {type: custom",
            "schema[0].quality[0]",
            "'order_id' is a string and has no mean",
        ),
        (
            "    quality:\n      - {metric: rowCount",
            "    quality:\n      - {name: amount_nullValues, metric: rowCount",
            "- {metric: nullValues",
            "schema[0].properties[2].quality[0]",
            "two quality entries are named 'amount_nullValues'",
        ),
    ],
)
def test_one_problem_is_told_with_line_field_and_mend(
    include: Path, contract_problems: Problems, *, old: str, new: str, at: str, field: str, words: str
) -> None:
    [(line, told, message), *others] = [
        problem for problem in contract_problems((old, new)) if words in problem[2]
    ] or pytest.fail(f"no problem says {words!r}")
    path = include / "contracts" / "orders.yaml"
    wanted = [number for number, text in enumerate(path.read_text().splitlines(), 1) if text.strip().startswith(at)]
    assert (told, others) == (field, [])
    assert line in wanted
    assert message.startswith(f"{path}:{line}: {field}: ")


def test_a_single_mistake_is_told_once(contract_problems: Problems) -> None:
    assert len(contract_problems(("domain: shop\n", ""))) == 1


def test_all_problems_of_a_file_are_told_at_once_in_its_order(contract_problems: Problems) -> None:
    found = contract_problems(
        ("kind: DataContract", "kind: X"),
        ("domain: shop\n", "domain: The Shop\n"),
        ("role: owner", "role: x"),
        ("{settleSeconds: 5}", "{settleSeconds: -1}"),
        ("value: append", "value: merge"),
        ("value: ordered_at", "value: nobody"),
        ("decimal(10, 2)", "money"),
        ("mustBe: 0", "mustBe: many"),
        ("mustBeGreaterThan: 0", "mustBeGreaterThan: -1"),
    )
    assert [line for line, _, _ in found] == sorted(line or 0 for line, _, _ in found)
    assert [field for _, field, _ in found] == [
        "kind",
        "domain",
        "team",
        "servers[0].customProperties[0].value.settleSeconds",
        "customProperties[0].value",
        "customProperties[1].value",
        "schema[0].properties[2].physicalType",
        "schema[0].properties[2].quality[0]",
        "schema[0].quality[0]",
    ]


def test_a_column_of_its_own_is_not_missed_where_another_cannot_be_read(contract_problems: Problems) -> None:
    found = contract_problems(("name: ordered_at, logicalType", "name: OrderedAt, logicalType"))
    assert [field for _, field, _ in found] == ["schema[0].properties[3].name"]


def test_a_team_written_as_a_list_is_read_as_well(change: Callable[..., Path]) -> None:
    path = change(
        "contracts/orders.yaml",
        ("team:\n  members:\n    - {username: ada, role: owner}", "team:\n  - {username: ada, role: owner}"),
    )
    assert read_contract(path).owner == "ada"


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("'true'", True), ("yes", True), ("'false'", False)])
def test_truth_is_read_also_from_text(change: Callable[..., Path], written: str, meant: bool) -> None:
    new = f"groundwork.refineWithAcquire, value: {written}"
    path = change("contracts/orders.yaml", ("groundwork.loadMode, value: append", new))
    assert read_contract(path).refine_with_acquire is meant


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("", "", ("order_id", "line")),
        (", primaryKeyPosition: -1", ", primaryKeyPosition: -1", ("order_id", "line")),
        (", primaryKeyPosition: 1", ", primaryKeyPosition: 2", ("order_id", "line")),
        (", primaryKeyPosition: 2", ", primaryKeyPosition: 1", ("line", "order_id")),
    ],
)
def test_the_keys_order_is_declared_or_that_of_the_file(
    change: Callable[..., Path], first: str, second: str, key: tuple[str, ...]
) -> None:
    path = change(
        "contracts/orders.yaml",
        ("logicalType: string, primaryKey: true", f"logicalType: string, primaryKey: true{first}"),
        ("physicalType: int, primaryKey: true", f"physicalType: int, primaryKey: true{second}"),
    )
    assert read_contract(path).primary_key == key


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (1, 1, "have the positions 1, 1"),
        (0, 1, "have the positions 0, 1"),
        (1, 3, "have the positions 1, 3"),
        (-1, 2, "have the positions none, 2"),
        (-2, 1, "have the positions -2, 1"),
    ],
)
def test_key_positions_that_name_no_order_are_refused(
    contract_problems: Problems, first: int, second: int, told: str
) -> None:
    [(line, field, message)] = contract_problems(
        (
            "logicalType: string, primaryKey: true",
            f"logicalType: string, primaryKey: true, primaryKeyPosition: {first}",
        ),
        ("physicalType: int, primaryKey: true", f"physicalType: int, primaryKey: true, primaryKeyPosition: {second}"),
    )
    assert (line, field) == (line_of("- {name: order_id"), "schema[0].properties[0].primaryKeyPosition")
    assert told in message
    assert "Number the 2 columns from 1 on, or none of them" in message


def test_a_key_position_without_a_key_is_refused(contract_problems: Problems) -> None:
    [(_, field, message)] = contract_problems(("required: true}", "required: true, primaryKeyPosition: 1}"))
    assert field == "schema[0].properties[3].primaryKeyPosition"
    assert "Add primaryKey: true, or remove it" in message


def test_objects_other_than_table_and_landing_are_refused(contract_problems: Problems) -> None:
    extra = "schema:\n  - {name: other, properties: []}\n  - {name: landing, properties: [], quality: [{metric: x}]}\n"
    messages = " ".join(message for _, _, message in contract_problems(("schema:\n", extra)))
    assert "schema[0].name: is 'other'. Use 'orders' (the file's stem)" in messages
    assert "schema[1].properties: has no columns" in messages
    assert "schema[1].quality: is not supported for files. Put it under the table" in messages


def test_two_objects_or_servers_of_one_name_are_refused(contract_problems: Problems) -> None:
    found = contract_problems(
        ("schema:\n", "schema:\n  - {name: orders, properties: [{name: a, logicalType: string}]}\n"),
        ("servers:\n", "servers:\n  - {server: landing, type: s3, location: 's3://{landing}/a.csv'}\n"),
    )
    assert [field for _, field, _ in found] == ["servers[1]", "schema[1].name"]


@pytest.mark.parametrize("name", ["Orders", "2orders", "my-orders", "a" * 64, "landing", "orders_unreadable"])
def test_a_file_that_is_not_named_as_a_product_may_be(include: Path, name: str) -> None:
    path = (include / "contracts" / "orders.yaml").rename(include / "contracts" / f"{name}.yaml")
    with pytest.raises(SpecError, match=f"{name}.yaml: .*'{name}' is"):
        read_contract(path)


@pytest.mark.parametrize(
    "pattern", ["yyyy-MM-dd", "dd.MM.yyyy HH:mm", "yyyy-MM-dd'T'HH:mm:ss.SSSX", "MM/dd/yy hh:mm a", "yyyy''MM"]
)
def test_formats_that_spark_reads_are_accepted(change: Callable[..., Path], pattern: str) -> None:
    new = f'logicalType: timestamp, logicalTypeOptions: {{format: "{pattern}"}},'
    column = read_contract(change("contracts/orders.yaml", ("logicalType: timestamp,", new))).column("ordered_at")
    assert column is not None
    assert column.format == pattern


@pytest.mark.parametrize("pattern", ["EEE, d MMM yyyy", "yyyy-MM-dd'T", "ww/yyyy", "{date}"])
def test_formats_that_spark_cannot_read_by_are_refused(contract_problems: Problems, pattern: str) -> None:
    new = f'logicalType: timestamp, logicalTypeOptions: {{format: "{pattern}"}},'
    [(_, field, _)] = contract_problems(("logicalType: timestamp,", new))
    assert field == "schema[0].properties[3].logicalTypeOptions.format"


def test_an_exemption_is_kept_with_its_reason(include: Path, change: Callable[..., Path]) -> None:
    reason = "The support team calls people by name."
    exempt = f"{{name: order_id, customProperties: [{{property: groundwork.exemption, value: {reason}}}], "
    contract = read_contract(change("contracts/orders.yaml", ("{name: order_id, ", exempt)))
    assert [column.exemption for column in contract.columns] == [reason, "", "", ""]


UPSERT = """value: upsert}
  - {property: groundwork.deleteFlag, value: {column: op, values: [D]}}
  - {property: groundwork.history, value: scd2}"""


def test_an_upsert_with_its_deletes_and_versions(change: Callable[..., Path]) -> None:
    contract = read_contract(change("contracts/orders.yaml", ("value: append}", UPSERT)))
    assert (contract.load_mode, contract.history) == ("upsert", "scd2")
    assert contract.delete_flag is not None
    assert (contract.delete_flag.column, contract.delete_flag.values) == ("op", ("D",))
    assert list(contract.system_columns) == [
        *("event_time", "known_at", "_batch_id", "_source_file", "_source_row"),
        *("_sequence", "valid_from", "valid_to", "is_current"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        (
            [("string, primaryKey: true", "string"), ("int, primaryKey: true", "int")],
            "customProperties[0].value",
            "upsert needs a primary key",
        ),
        ([(", required: true", "")], "customProperties[3].value", "upsert orders rows by 'ordered_at'; set required"),
        ([("name: amount", "name: valid_to")], "customProperties[2].value", "scd2 makes the column 'valid_to' itself"),
    ],
)
def test_what_an_upsert_needs(
    contract_problems: Problems, changes: list[tuple[str, str]], field: str, problem: str
) -> None:
    ((_, found, said),) = contract_problems(("value: append}", UPSERT), *changes)
    assert found == field
    assert problem in said


def test_a_column_that_is_declared_unique_is_checked_once(change: Callable[..., Path]) -> None:
    both = "unique: true, primaryKey: true, quality: [{name: once, metric: duplicateValues, mustBe: 0}]"
    path = change("contracts/orders.yaml", ("name: line, logicalType", "name: line, unique: true, logicalType"))
    found = [item for item in read_contract(path).expectations if item.type == "expect_column_values_to_be_unique"]
    assert [(item.name, item.kwargs, item.severity) for item in found] == [
        ("unique_line", {"column": "line"}, "critical")
    ]
    path = change(
        "contracts/orders.yaml",
        ("{name: order_id, logicalType: string, primaryKey: true}", f"{{name: order_id, logicalType: string, {both}}}"),
    )
    found = [item for item in read_contract(path).expectations if item.type == "expect_column_values_to_be_unique"]
    assert [item.name for item in found] == ["once", "unique_line"]
