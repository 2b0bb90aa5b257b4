"""The page about one batch that a steward reads: one file, no network, everything escaped."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from groundwork.spec.report import QuarantineSample, RefineReport
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.judgement import earlier
from spark_jobs.sparkline import bars

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATE = "report.html.jinja"
PARTS = (("published", "published"), ("quarantined", "quarantined"), ("dropped", "dropped by rule"))
SUPERSEDED = ("superseded", "superseded by newer rows")
"""Part of an upsert alone."""
TOP_REASONS = 5
OUTCOMES = {"publish_with_warnings": "published with warnings"}
DRAWN: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("rows", "Rows that came", lambda value: f"{value:,.0f} rows"),
    ("quarantined_share", "Share that was quarantined", lambda value: f"{value:.2%}"),
)


def page(run: FrozenRun, batch: Batch, report: RefineReport) -> str:
    """The page's HTML."""
    from jinja2 import Environment, StrictUndefined

    text = pkgutil.get_data(__package__, TEMPLATE)
    assert text is not None, f"{TEMPLATE} is not in the bundle"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", "\u202f")
    environment.filters["percent"] = lambda value: f"{value:.2f} %"
    counts = report.counts
    parts = [
        (key, label, getattr(counts, key), 100 * getattr(counts, key) / counts.raw if counts.raw else 0.0)
        for key, label in (*PARTS, *([SUPERSEDED] if counts.superseded else []))
    ]
    published = report.outcome != "blocked"
    return environment.from_string(text.decode()).render(
        run=run,
        batch=batch,
        report=report,
        parts=parts,
        outcome=OUTCOMES.get(report.decision.outcome, report.outcome.replace("_", " ")) if published else "blocked",
        descriptions={rule.name: rule.description for rule in run.ruleset.rules},
        samples=_samples(report),
        top_reasons=list(report.quarantine_reasons.items())[:TOP_REASONS],
        history=_history(run, batch, report),
    )


def _samples(report: RefineReport) -> dict[str, list[QuarantineSample]]:
    return {rule: [each for each in report.samples if each.rule == rule] for rule in report.quarantine_reasons}


def _history(run: FrozenRun, batch: Batch, report: RefineReport) -> list[tuple[str, str, Markup]]:
    """Caption, this batch's figure and picture of what is drawn over the batches; nothing of a first batch."""
    before = earlier(run, batch)
    if not before or report.figures is None:
        return []
    drawn = []
    for key, caption, told in DRAWN:
        having = [item for item in (*before, report.figures) if key in item.figures]
        values = [item.figures[key] for item in having]
        labels = [f"{item.at:%a %Y-%m-%d}: {told(item.figures[key])}" for item in having]
        drawn.append((caption, told(values[-1]), bars(values, labels, f"{caption}, {len(having)} batches")))
    return drawn
