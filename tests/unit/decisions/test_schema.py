"""A landing file's columns held against the contract, by every policy."""

from __future__ import annotations

import pytest

from groundwork.decisions.schema import MAXIMUM_LISTED, decide_header, decide_types
from groundwork.spec.contract import Column, Evolution, Landing

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
