"""A landing file's columns held against the contract, by every policy."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.decisions.schema import MAXIMUM_LISTED, decide_columns, decide_header, decide_types
from groundwork.spec.contract import Column, Contract, Evolution, Landing

COLUMNS = (
    Column(name="id", header="Id", type="string", required=True),
    Column(name="amount", header="amount", type="double"),
    Column(name="day", header="day", type="date"),
)


def landing(**policy: str) -> Landing:
    return Landing(
        location="s3://{landing}/a/*.csv", columns=COLUMNS, evolution=Evolution.model_validate(policy), delimiter=";"
    )


@pytest.mark.parametrize(
    ("header", "policy", "reasons"),
    [
        (["Id", "amount", "day"], {}, ()),
        (["day", "Id", "amount"], {}, ()),
        (["Id", "amount", "day", "more"], {}, ("columns the contract does not know: more",)),
        (["Id", "amount", "day", "more"], {"added": "ignore"}, ()),
        (["Id", "amount"], {}, ("declared columns are missing: day",)),
        (["Id", "amount"], {"missing": "null"}, ()),
        (["amount", "day"], {"missing": "null"}, ("required columns are missing: Id",)),
        (["amount", "day"], {}, ("declared columns are missing: Id",)),
        (
            ["id", "amount", "day"],
            {},
            ("columns the contract does not know: id", "declared columns are missing: Id"),
        ),
        (["Id", "amount", "day", "day"], {}, ("columns stand twice in the header: day",)),
        (["Id", "amount", "day", "x", "x"], {"added": "ignore"}, ("columns stand twice in the header: x",)),
        ([], {"missing": "null"}, ("required columns are missing: Id",)),
    ],
)
def test_a_header_is_loaded_or_refused(header: list[str], policy: dict[str, str], reasons: tuple[str, ...]) -> None:
    decision = decide_header(header, landing(**policy))
    assert decision.reasons == reasons
    assert decision.outcome == ("refuse" if reasons else "load")
    assert decision.measured["header"] == header


def test_a_header_in_one_piece_asks_for_the_delimiter() -> None:
    decision = decide_header(["Id,amount,day"], landing())
    assert decision.reasons[0] == "the header has one column 'Id,amount,day'; is the delimiter ';'?"


def test_a_file_that_is_no_table_leaves_a_short_reason() -> None:
    decision = decide_header([f"{number}{'x' * 10_000}" for number in range(5_000)], landing())
    assert len(decision.to_json()) < 200_000
    assert decision.reasons[0].endswith(f" and {5_000 - MAXIMUM_LISTED} more")


@pytest.mark.parametrize(
    ("readable", "policy", "reasons"),
    [
        ({"amount": (10, 10), "day": (10, 1)}, {}, ()),
        ({"amount": (10, 0)}, {}, ("column amount is retyped: no value of the batch reads as double",)),
        ({"amount": (10, 0)}, {"retyped": "quarantine"}, ()),
        ({"amount": (0, 0)}, {}, ()),
        (
            {"day": (1, 0), "amount": (1, 0)},
            {},
            (
                "column amount is retyped: no value of the batch reads as double",
                "column day is retyped: no value of the batch reads as date",
            ),
        ),
    ],
)
def test_a_column_none_of_whose_values_reads_as_its_type_is_retyped(
    readable: dict[str, tuple[int, int]], policy: dict[str, str], reasons: tuple[str, ...]
) -> None:
    decision = decide_types(readable, landing(**policy))
    assert decision.reasons == reasons
    assert decision.outcome == ("refuse" if reasons else "load")
    assert decision.measured["retyped"] == sorted(
        name for name, (values, fit) in readable.items() if values and not fit
    )


TABLE = {"id": "string", "amount": "decimal(10,2)", "size": "int"}
SYSTEM = {
    "event_time": "timestamp",
    "known_at": "timestamp",
    "_batch_id": "string",
    "_source_file": "string",
    "_source_row": "bigint",
}


def declaring(columns: dict[str, str], **more: Any) -> Contract:
    made = [
        Column(name=name, header=name, type=type_, key_position=1 if name == "id" else None)
        for name, type_ in columns.items()
    ]
    about = dict.fromkeys(("id", "version", "title", "owner"), "x")
    return Contract(product="p", domain="d", status="active", columns=tuple(made), **about, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "more", "measured", "reasons"),
    [
        ({}, {}, {}, ()),
        ({"more": "date"}, {}, {"added": ["more"]}, ()),
        ({"size": "bigint", "amount": "decimal(12,2)"}, {}, {"widened": ["amount", "size"]}, ()),
        (
            {"amount": "decimal(8,2)"},
            {},
            {},
            ("amount is decimal(10,2), the contract says decimal(8,2), which is narr",),
        ),
        ({"amount": "decimal(12,3)"}, {}, {}, ("which is another type",)),
        ({"size": "double"}, {}, {}, ("size is int, the contract says double, which is another type",)),
        ({"size": None}, {}, {"dropped": ["size"]}, ("column size is published, and the contract has it no more",)),
        (
            {},
            {"load_mode": "upsert", "history": "scd2"},
            {"added": ["_sequence", "valid_from", "valid_to", "is_current"]},
            ("the table keeps no versions (is_current, valid_from, valid_to are not there), and cannot begin to",),
        ),
        ({}, {"load_mode": "upsert"}, {"added": ["_sequence"]}, ()),
    ],
)
def test_a_published_table_only_grows(
    columns: dict[str, str | None], more: dict[str, str], measured: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    wanted = {name: type_ for name, type_ in {**TABLE, **columns}.items() if type_}
    decision = decide_columns(TABLE | SYSTEM | {"_replay_id": "string"}, declaring(wanted, **more))
    assert len(decision.reasons) == len(reasons)
    assert all(part in said for part, said in zip(reasons, decision.reasons, strict=True))
    assert decision.measured == {"added": [], "widened": [], "dropped": [], **measured}
    assert decision.outcome == ("refuse" if reasons else "extend")


def test_a_table_that_is_not_there_becomes_what_is_declared() -> None:
    assert decide_columns({}, declaring(TABLE, load_mode="upsert", history="scd2")).outcome == "extend"
