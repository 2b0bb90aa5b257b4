"""Check results as Great Expectations writes them, without importing it: that alone costs a job seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from groundwork.spec.report import ExpectationResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.checks.result import EXAMPLE_LISTS, FIGURES

FORMAT_VERSION = "1.24.1"
"""The version of Great Expectations whose result format this is; tests read the text with its own classes."""


def quality_json(run: FrozenRun, batch: Batch, results: Sequence[ExpectationResult]) -> str:
    """The text of an ExpectationSuiteValidationResult; texts that nobody carried out stand in its meta."""
    texts = [result for result in results if not result.executed]
    results = [result for result in results if result.executed]
    met = sum(result.success for result in results)
    body = {
        "success": met == len(results),
        "suite_name": run.contract.product,
        "suite_parameters": {},
        "id": None,
        "results": [_result(result) for result in results],
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        "meta": {
            "great_expectations_version": FORMAT_VERSION,
            "run_id": {"run_name": run.run_id, "run_time": run.frozen_at.isoformat()},
            "active_batch_definition": {
                "datasource_name": "lake",
                "data_connector_name": "iceberg",
                "data_asset_name": run.contract.product,
                "batch_identifiers": {"batch_id": batch.batch_id},
            },
            "not_executed": {result.name: result.description for result in texts},
        },
    }
    return json.dumps(body, indent=2, ensure_ascii=False, default=str)


def _result(result: ExpectationResult) -> dict[str, Any]:
    found = {key: value for key in FIGURES if (value := getattr(result, key)) is not None}
    if result.unexpected_count is not None:
        found |= {key: list(getattr(result, key)) for key in EXAMPLE_LISTS}
    if result.partial_missing_list:
        found["partial_missing_list"] = list(result.partial_missing_list)
    return {
        "success": result.success,
        "expectation_config": {
            "type": result.type,
            "kwargs": result.kwargs,
            "meta": {**result.meta, "name": result.name},
            "description": result.description or None,
            "severity": result.severity,
        },
        "result": found,
        "meta": {},
        "exception_info": {
            "raised_exception": result.exception is not None,
            "exception_message": result.exception,
            "exception_traceback": None,
        },
    }
