"""The page about one batch that a steward reads: one file, no network, everything escaped."""

from __future__ import annotations

import pkgutil

from groundwork.spec.report import RefineReport
from groundwork.spec.run import Batch, FrozenRun

TEMPLATE = "report.html.jinja"
PARTS = (("published", "published"), ("quarantined", "quarantined"), ("dropped", "dropped by rule"))


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
        for key, label in PARTS
    ]
    descriptions = {rule.name: rule.description for rule in run.ruleset.rules}
    template = environment.from_string(text.decode())
    return template.render(run=run, batch=batch, report=report, parts=parts, descriptions=descriptions)
