"""Expectations that are handed to Great Expectations itself: it is imported only where a suite has one."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found
from spark_jobs.checks.data import Data
from spark_jobs.checks.result import EXAMPLE_LISTS, FIGURES, MASK


class HandedCheck(Check):
    """Its result comes from Great Expectations' own engine, together with all others of the suite."""

    def result(self, found: Found) -> ExpectationResult:
        """What that engine says."""
        told: dict[str, Any] = found[self.own("handed")]
        told = told if not self.hidden(*self.expectation.columns) else _masked(told)
        return self.answer(**told)


def handed_results(expectations: Sequence[Expectation], data: Data) -> Iterator[dict[str, Any]]:
    """What Great Expectations finds on the batch, in the order of the expectations.

    It runs without a store and without telling anybody of it.
    """
    if find_spec("great_expectations") is None:
        missing = "great_expectations is not installed where the job runs"
        yield from ({"success": False, "exception": missing} for _ in expectations)
        return
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_spark("lake").add_dataframe_asset("batch")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": data.batch})
    for expectation in expectations:
        configuration = ExpectationConfiguration(type=expectation.type, kwargs=dict(expectation.kwargs))
        yield _told(batch.validate(configuration.to_domain_obj(), result_format="SUMMARY").to_json_dict())


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    result = answer.get("result") or {}
    told = {key: result[key] for key in FIGURES if key in result}
    told |= {key: tuple(result.get(key) or ()) for key in EXAMPLE_LISTS}
    return {"success": bool(answer["success"]), "exception": _exception(answer.get("exception_info") or {}), **told}


def _exception(info: dict[str, Any]) -> str | None:
    """Great Expectations tells one for the whole, or one a figure."""
    parts = [info] if "raised_exception" in info else list(info.values())
    messages = [str(part.get("exception_message")).strip() for part in parts if part.get("raised_exception")]
    return messages[0] if messages else None


def _masked(told: dict[str, Any]) -> dict[str, Any]:
    values = told.get("partial_unexpected_list", ())
    counts = ({"value": MASK, "count": len(values)},) if values else ()
    return {
        **told,
        "partial_unexpected_list": (MASK,) * len(values),
        "partial_unexpected_counts": counts,
        "details": None,
        "exception": MASK if told["exception"] else None,
    }
