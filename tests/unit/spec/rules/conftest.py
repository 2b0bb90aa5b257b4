"""Rules read as entries of a ruleset's file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from groundwork.spec.ruleset import Rule


@pytest.fixture
def refused() -> Callable[[str], str]:
    """What is wrong with a rule that is written so."""

    def read(text: str) -> str:
        with pytest.raises(ValidationError) as caught:
            TypeAdapter[Any](Rule).validate_python(yaml.safe_load(text), extra="forbid", by_alias=True, by_name=False)
        return str(caught.value)

    return read
