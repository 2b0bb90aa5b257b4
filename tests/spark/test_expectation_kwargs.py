"""The expectations we name are Great Expectations' own, with its names of kwargs."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.spec.expectation import KWARGS, Expectation

VALUES: dict[str, Any] = {
    "column": "a",
    "column_list": ["a", "b"],
    "value_set": ["x"],
    "regex": "x",
    "min_value": 1,
    "max_value": 2,
    "mostly": 0.5,
}


@pytest.mark.parametrize("kind", sorted(KWARGS))
def test_great_expectations_takes_what_we_take(kind: str) -> None:
    import great_expectations.expectations.core  # noqa: F401 registers them
    from great_expectations.expectations.registry import get_expectation_impl
    from pydantic.v1 import ValidationError

    required, optional = KWARGS[kind]
    kwargs = {key: VALUES[key] for key in required | optional}
    assert Expectation(name="n", type=kind, kwargs=kwargs).kwargs == kwargs
    implementation = get_expectation_impl(kind)
    configuration = implementation(**kwargs).configuration
    assert configuration.type == kind
    assert {key: configuration.kwargs[key] for key in kwargs} == kwargs
    with pytest.raises(ValidationError, match="extra fields not permitted"):
        implementation(**kwargs, columns=["a"])
