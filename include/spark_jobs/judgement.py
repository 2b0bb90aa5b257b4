"""Holds an audited batch against the gate and against the product's earlier batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundwork.decisions.figures import batch_figures
from groundwork.decisions.publication import decide_publication
from groundwork.spec.decision import Decision
from groundwork.spec.history import BatchFigures
from groundwork.spec.report import Counts, RefineReport, Report, RuleResult
from groundwork.spec.run import Batch, FrozenRun

if TYPE_CHECKING:
    from spark_jobs.audit import Audit


def judge(
    run: FrozenRun, batch: Batch, counts: Counts, rules: Sequence[RuleResult], found: Audit
) -> tuple[Decision, BatchFigures | None]:
    """The gate's decision, and the figures that later batches are held against.

    A replay of quarantined rows has none: those few rows are not the batch, and late by nature.

    :param counts: where the batch's rows went
    :param rules: what each rule did
    :param found: what the audit of its branch found
    """
    contract = run.contract
    newest = found.newest_event if contract.event_time else None
    figures = None
    if run.replay_id is None:
        figures = batch_figures(batch, counts, rules, found.expectations, found.profile, newest=newest)
    exempted = {column.name for column in contract.columns if column.exemption}
    decision = decide_publication(
        counts,
        run.ruleset.gate,
        rules,
        found.expectations,
        undeclared_personal=[name for name in found.undeclared_personal if name not in exempted],
        latency_hours=contract.latency_hours,
        batch=figures,
        history=earlier(run, batch),
    )
    return decision, figures


def earlier(run: FrozenRun, batch: Batch) -> tuple[BatchFigures, ...]:
    """Figures of the published batches before this one, oldest first."""
    return tuple(item for item in run.history if item.sequence < batch.sequence)


def with_published(run: FrozenRun, report: Report) -> FrozenRun:
    """The run, for its next batches: what it has just published is part of their history."""
    if not isinstance(report, RefineReport) or report.figures is None:
        return run
    if report.outcome not in ("published", "already_published"):
        return run
    others = [item for item in run.history if item.batch_id != report.batch_id]
    return run.model_copy(update={"history": (*others, report.figures)})
