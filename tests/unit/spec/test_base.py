"""What all models have in common: frozen, strict, and one text for one content."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from groundwork.spec.base import Frozen, Identifier, Instant


class Model(Frozen):
    some_name: Identifier = "a"
    at: Instant = datetime(2026, 1, 1, tzinfo=UTC)
    anything: dict[str, Any] = Field(default_factory=dict)
    share: float | None = None


def test_a_model_does_not_change_and_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Model().some_name = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Model(other=1)  # type: ignore[call-arg]


def test_the_canonical_text_is_sorted_camel_case_and_readable() -> None:
    model = Model(some_name="b", anything={"z": "é", "a": [1, {"y": None}]})
    assert model.to_json() == (
        '{"anything": {"a": [1, {"y": null}], "z": "é"}, "at": "2026-01-01T00:00:00Z", "share": null, "someName": "b"}'
    )
    assert Model.from_json(model.to_json()) == model
    assert Model.from_json(model.to_json().encode()) == model
    # printf '%s' '<the text above>' | sha256sum
    assert model.content_digest() == "b8d696e9fd8df5d60c0109a2370d4547bcaac5d3b9305e646b641725cc91ebf3"


def test_one_moment_is_one_text_in_whichever_zone_it_was_told() -> None:
    moment = datetime(2026, 3, 29, 12, 30, 0, 123456, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert Model(at=moment).to_json() == Model(at=elsewhere).to_json()
    assert Model(at=elsewhere).at.tzinfo == UTC
    assert '"2026-03-29T12:30:00.123456Z"' in Model(at=moment).to_json()
    with pytest.raises(ValidationError, match="timezone"):
        Model(at=datetime(2026, 1, 1))  # noqa: DTZ001 the point of the test


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_becomes_null_so_that_every_reader_can_read_it(number: float) -> None:
    text = Model(share=number, anything={"mean": number, "all": [number, {"deep": number}]}).to_json()
    assert json.loads(text, parse_constant=pytest.fail)["anything"] == {"mean": None, "all": [None, {"deep": None}]}
    assert Model.from_json(text).share is None


@pytest.mark.parametrize("name", ["", "A", "1a", "a-b", "a b", "é", "a" * 64, "a\n"])
def test_what_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="should match pattern"):
        Model(some_name=name)


@given(
    st.builds(
        Model,
        at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
        share=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        anything=st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.floats(allow_nan=False, allow_infinity=False)
                | st.text(),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                max_leaves=6,
            ),
            max_size=3,
        ),
    )
)
def test_what_was_written_is_read_again_and_keeps_its_digest(model: Model) -> None:
    again = Model.from_json(model.to_json())
    assert again == model
    assert again.content_digest() == model.content_digest()
