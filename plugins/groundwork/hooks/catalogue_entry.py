"""What the catalogue is told of a table: business, technical and operational metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from groundwork.hooks.catalogue import ColumnDescription, TableDescription
from groundwork.spec.contract import Column, Contract
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import AcquireReport, RefineReport, UndoReport
from groundwork.spec.run import FrozenRun

# Lake Formation and Athena show parameters as they are; Glue takes half a million characters of each.
PARAMETER_CHARACTERS = 500_000
LAYER_SENTENCES = {
    "raw": "As it landed, every field as text, with file and row.",
    "refined": "Cleaned by rules and checked; only audited batches are here.",
}


def raw_entry(run: FrozenRun, report: AcquireReport) -> TableDescription:
    """What is told of the raw table after an acquisition."""
    contract = run.contract
    columns = contract.landing.columns if contract.landing else contract.columns
    operational = {
        "rows_in_batch": sum(file.rows for file in report.files),
        "unreadable_in_batch": sum(file.unreadable for file in report.files),
    }
    return _entry(run, "raw", columns, report, operational)


def refined_entry(run: FrozenRun, report: RefineReport) -> TableDescription:
    """What is told of the refined table after a refinement, published or blocked."""
    operational: dict[str, Any] = {
        "quality_outcome": report.decision.outcome,
        "quality_reasons": list(report.decision.reasons),
        "checks_met": sum(result.success for result in report.expectations),
        "checks": len(report.expectations),
        "rows": report.total_rows,
        **{f"{name}_in_batch": count for name, count in report.counts.model_dump().items()},
    }
    return _entry(run, "refined", run.contract.columns, report, operational)


def undone_entry(run: FrozenRun, report: UndoReport, standing: RefineReport | None) -> TableDescription:
    """What is told of the refined table after an undo.

    :param run: its batches hold the one whose publish stands again
    :param standing: report of that publish; None where nothing is published any more
    """
    operational = {
        "last_batch": report.batch_id,
        "last_outcome": "undone",
        "last_run_by": run.requested_by,
        "report": run.report_uri("undo", report.batch_id),
        "rows": report.total_rows,
        "snapshot_id": report.snapshot_id,
    }
    if standing is None:
        operational["fresh_as_of"] = ""
        entry = _description(run, "refined", run.contract.columns, {}, {})
    else:
        entry = refined_entry(run, standing)
    return replace(entry, parameters={**entry.parameters, **_operational(operational)})


def _entry(
    run: FrozenRun,
    layer: Literal["raw", "refined"],
    columns: Sequence[Column],
    report: AcquireReport | RefineReport,
    operational: Mapping[str, Any],
) -> TableDescription:
    # What is blocked is not in the table, so neither its figures nor its age are the table's.
    blocked = report.outcome == "blocked"
    profiles = {} if blocked else {profile.name: profile for profile in report.profile}
    operational = {
        "last_batch": report.batch_id,
        "last_outcome": report.outcome,
        "last_run_by": run.requested_by,
        "report": run.report_uri(report.stage, report.batch_id),
        **operational,
    }
    if report.snapshot_id is not None:
        operational["snapshot_id"] = report.snapshot_id
    if not blocked:
        operational["fresh_as_of"] = next(
            batch.acquired_at.isoformat() for batch in run.batches if batch.batch_id == report.batch_id
        )
    return _description(run, layer, columns, profiles, operational)


def _description(
    run: FrozenRun,
    layer: Literal["raw", "refined"],
    columns: Sequence[Column],
    profiles: Mapping[str, ColumnProfile],
    operational: Mapping[str, Any],
) -> TableDescription:
    contract = run.contract
    text = " ".join(part for part in (contract.purpose.strip(), LAYER_SENTENCES[layer]) if part)
    return TableDescription(
        description=text or contract.title,
        parameters={
            **_business(contract, layer, columns),
            **_operational(operational),
        },
        columns={column.name: _column(column, profiles.get(column.name)) for column in columns},
    )


def _operational(figures: Mapping[str, Any]) -> dict[str, str]:
    return {f"groundwork.operational.{name}": _text(value) for name, value in figures.items()}


def _business(contract: Contract, layer: str, columns: Sequence[Column]) -> dict[str, str]:
    found = {
        "product": contract.product,
        "title": contract.title,
        "layer": layer,
        "owner": contract.owner,
        "domain": contract.domain,
        "purpose": contract.purpose,
        "usage": contract.usage,
        "limitations": contract.limitations,
        "tags": list(contract.tags),
        "contract_version": contract.version,
        "contract_digest": contract.content_digest(),
        "classification": {column.name: column.classification for column in columns},
    }
    return {f"groundwork.business.{name}": _text(value) for name, value in found.items()}


def _column(column: Column, profile: ColumnProfile | None) -> ColumnDescription:
    parameters: dict[str, str] = {"groundwork.classification": column.classification}
    if column.tags:
        parameters["groundwork.tags"] = ",".join(column.tags)
    if profile:
        figures = profile.model_dump(include={"rows", "nulls", "distinct", "minimum", "maximum", "mean", "detected"})
        parameters["groundwork.profile"] = _text({name: value for name, value in figures.items() if value is not None})
    return ColumnDescription(column.description, parameters)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text[:PARAMETER_CHARACTERS]
