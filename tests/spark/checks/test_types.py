"""The expectations we name are Great Expectations' own, with its kwargs, and each is carried out as we say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_types import ODCS, TYPES
from spark_jobs.checks.registry import NATIVE
from tests.unit.spec.test_expectation import values

COMMON = {
    "id",
    "meta",
    "notes",
    "result_format",
    "description",
    "catch_exceptions",
    "rendered_content",
    "severity",
    "windows",
    "batch_id",
    "library_metadata",
}
"""Fields that every expectation has beside its kwargs."""
OWN_SINCE = {"expect_column_kl_divergence_to_be_less_than": {"min_value", "max_value"}}
"""Fields that Great Expectations takes and never looks at."""
CARRIED = sorted(kind for kind, known in TYPES.items() if known.carried != "nowhere" and kind not in ODCS)


def registered() -> dict[str, Any]:
    import great_expectations.expectations.core  # noqa: F401 registers them
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    return {kind: get_expectation_impl(kind) for kind in list_registered_expectation_implementations()}


def test_every_expectation_of_the_library_is_named() -> None:
    import great_expectations
    from great_expectations.util import camel_to_snake

    folder = Path(great_expectations.__file__).parent / "expectations" / "core"
    classes = [
        name for path in folder.glob("*.py") for name in re.findall(r"^class (\w+)\(", path.read_text(), re.MULTILINE)
    ]
    core = {camel_to_snake(name) for name in classes if name.startswith(("Expect", "UnexpectedRows"))}
    assert set(registered()) <= core
    named = set(TYPES) - set(ODCS)
    assert named == core
    assert {kind for kind in named if TYPES[kind].carried != "nowhere"} <= set(registered())


@pytest.mark.parametrize("kind", CARRIED)
def test_it_takes_the_kwargs_that_we_take(kind: str) -> None:
    implementation = registered()[kind]
    fields = implementation.__fields__
    known = TYPES[kind]
    assert known.required | known.optional == set(fields) - COMMON - OWN_SINCE.get(kind, set())
    # Bounds that it asks for by name may be null there; here one of the two is enough.
    needed = {name for name, field in fields.items() if field.required} - {"min_value", "max_value"}
    assert needed <= known.required
    kwargs = {key: value for key, value in values(kind).items() if key not in ("row_condition", "condition_parser")}
    assert Expectation(name="n", type=kind, kwargs=kwargs)
    implementation(**kwargs)


def test_what_is_said_to_be_native_is() -> None:
    assert set(NATIVE) == {kind for kind, known in TYPES.items() if known.carried == "native"}
