"""The page of a profile: one file, no network, no scripts, everything escaped."""

from __future__ import annotations

import pkgutil

from groundwork.spec.profile import TableProfile
from groundwork.spec.report import RefineReport
from spark_jobs.profile import charts

TEMPLATE = "profile.html.jinja"


def profile_page(profile: TableProfile, *, about: str) -> str:
    """The page's HTML.

    :param about: a sentence on where the rows come from
    """
    from jinja2 import Environment, StrictUndefined

    template = pkgutil.get_data(__package__, TEMPLATE)
    assert template is not None, f"{TEMPLATE} is not in the bundle"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": _number, "figure": _figure, "percent": _percent}
    return environment.from_string(template.decode()).render(profile=profile, about=about, charts=charts)


def batch_page(report: RefineReport) -> str:
    """The page of the profile that a batch left."""
    drawn = max((column.distribution.rows for column in report.profile if column.distribution), default=0)
    rows = max((column.rows for column in report.profile), default=0)
    profile = TableProfile(name=report.table, rows=rows, sampled=drawn, columns=report.profile)
    return profile_page(profile, about=f"The rows of batch {report.batch_id} that passed the rules.")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def _figure(value: float) -> str:
    """A mean or its like: five figures that tell, large numbers written out."""
    return _number(round(value)) if 100_000 <= abs(value) < 1e12 else f"{value:.5g}"


def _percent(value: float) -> str:
    """A share: none and all are said only of none and all."""
    if value in (0, 100):
        return f"{value:.0f} %"
    if value < 1 or value > 99:
        return "< 0.01 %" if value < 0.01 else f"{min(value, 99.99):.2f} %"
    return f"{value:.1f} %"
