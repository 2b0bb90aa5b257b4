"""The page of a dry run: one file, no network, no scripts, everything escaped."""

from __future__ import annotations

import pkgutil

from spark_jobs.dry_run.effects import Outcome
from spark_jobs.dry_run.terminal import headline, summary

TEMPLATE = "dry_run.html.jinja"


def dry_run_page(outcome: Outcome, *, about: str) -> str:
    """The page's HTML.

    :param about: a sentence on when and by what it was made
    """
    from jinja2 import Environment, StrictUndefined

    template = pkgutil.get_data(__package__, TEMPLATE)
    assert template is not None, f"{TEMPLATE} is not in the bundle"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    shown = environment.from_string(template.decode())
    return shown.render(outcome=outcome, about=about, headline=headline(outcome), summary=summary)
