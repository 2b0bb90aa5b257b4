"""Expectations that Python's own parsers decide; a batch of values at a time, by Arrow."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spark_jobs.checks.check import Found, Measures
from spark_jobs.checks.values import ValuesCheck

if TYPE_CHECKING:
    from pyspark.sql import Column

Judge = Callable[[str], bool]
"""Made inside a function, so that it travels to Python's workers by value: they need not have this module."""


def _json() -> Judge:
    def fits(text: str) -> bool:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return False
        return True

    return fits


def _date() -> Judge:
    from dateutil.parser import parse

    def fits(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, OverflowError):
            return False
        return True

    return fits


def _format(form: str) -> Judge:
    def fits(text: str) -> bool:
        try:
            datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            return False
        return True

    return fits


class PythonValuesCheck(ValuesCheck):
    """Judges every text that is not null by a function of Python."""

    def _judge(self) -> Judge:
        if self.expectation.type.endswith("json_parseable"):
            return _json()
        if self.expectation.type.endswith("dateutil_parseable"):
            return _date()
        return _format(self.kwargs["strftime_format"])

    def unexpected(self, _found: Found) -> Column:
        """Whether a text does not meet it."""
        import pandas as pd
        from pyspark.sql import functions as F  # noqa: N812

        judge = self._judge()

        def judged(texts: pd.Series) -> pd.Series:
            return pd.Series([text is None or judge(text) for text in texts], dtype="bool")

        judged.__annotations__ = {"texts": pd.Series, "return": pd.Series}
        value = F.col(self.column)
        return value.isNotNull() & ~F.pandas_udf(judged, "boolean")(value)

    def counts(self, found: Found) -> Measures:
        """What the result is made of; Python stands in nobody else's way."""
        unexpected: dict[str, Any] = {self.own("unexpected"): self.count(self.unexpected(found))}
        return Measures(self.presence(), unexpected)
