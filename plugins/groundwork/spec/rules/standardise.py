"""Rules that clean landing text."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Identifier
from groundwork.spec.rules.base import RuleBase


class Standardise(RuleBase):
    """Cleans landing text before it is read as its declared type.

    :param columns: landing columns
    :param trim: cut white space at both ends
    :param null_tokens: texts that mean null
    :param case: upper or lower
    """

    kind: Literal["standardise"]
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Landing columns.")
    trim: bool = Field(default=True, description="Cut white space at both ends.")
    null_tokens: tuple[str, ...] = Field(default=(), description="Texts that mean null, compared after trimming.")
    case: Literal["upper", "lower"] | None = Field(default=None, description="Change the letters' case.")
