"""What every declared or exchanged model has in common."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""Lower-case name that is safe as a table, column, DAG id part and S3 key part."""

SpecVersion = Literal[1]

Instant = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A moment in UTC; a time without a zone is refused."""


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


class Frozen(BaseModel):
    """Immutable, refuses unknown keys, camelCase in files and snake_case in code."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, protected_namespaces=()
    )

    def to_json(self) -> str:
        """The canonical text: equal models give equal text. What is no number (NaN, infinity) becomes null."""
        content = _finite(self.model_dump(mode="json", by_alias=True))
        return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The model that ``to_json`` wrote.

        :raises pydantic.ValidationError: the text is not such a model
        """
        return cls.model_validate_json(text)

    def content_digest(self) -> str:
        """sha256 over the canonical text, as 64 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def problem_at(problem: str, *at: str | int) -> PydanticCustomError:
    """What a model's validator raises about one part of it, so that a file's error can say its line.

    :param problem: what is wrong, with the mend
    :param at: keys and indices that lead to the part
    """
    return PydanticCustomError("value_error", "{problem}", {"problem": problem, "at": at})


class Declared(Frozen):
    """A model that stands in a YAML file of ours and so carries its version.

    :param spec_version: version of the file's format
    """

    spec_version: SpecVersion = Field(description="Version of this file's format.")
