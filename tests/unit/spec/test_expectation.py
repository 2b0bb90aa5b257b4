"""The internal form of a check."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from groundwork.spec.expectation import KWARGS, Expectation

VALUES = {
    "column": "a",
    "column_list": ["a", "b"],
    "value_set": [1, "x"],
    "regex": "x",
    "min_value": 1,
    "max_value": 2,
    "mostly": 0.5,
}


@pytest.mark.parametrize("kind", sorted(KWARGS))
def test_every_supported_type_takes_its_kwargs_and_no_other(kind: str) -> None:
    required, optional = KWARGS[kind]
    everything = {key: VALUES[key] for key in required | optional}
    expectation = Expectation(name="n", type=kind, kwargs=everything)
    assert expectation.columns == tuple(
        everything.get("column_list", [everything["column"]] if "column" in everything else [])
    )
    for key in required:
        with pytest.raises(ValidationError, match=f"missing: \\['{key}'\\]"):
            Expectation(name="n", type=kind, kwargs={name: VALUES[name] for name in everything if name != key})
    with pytest.raises(ValidationError, match=r"unknown: \['columns'\]"):
        Expectation(name="n", type=kind, kwargs={**everything, "columns": ["a"]})


@given(
    st.sampled_from(sorted(KWARGS)),
    st.dictionaries(
        st.sampled_from(sorted(VALUES)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
            max_leaves=4,
        ),
    ),
)
def test_no_kwargs_whatever_raise_anything_but_a_validation_error(kind: str, kwargs: dict[str, object]) -> None:
    try:
        expectation = Expectation(name="n", type=kind, kwargs=kwargs)
    except ValidationError:
        return
    required, optional = KWARGS[kind]
    assert required <= kwargs.keys() <= required | optional
    assert all(isinstance(column, str) and column for column in expectation.columns)
