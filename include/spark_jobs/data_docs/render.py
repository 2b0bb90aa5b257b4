"""One validation result as Great Expectations draws it, made to open anywhere.

Its pages ask CDNs for sixteen style sheets and scripts, and its makers' server for a logo that tells them who looks.
Here their content stands in a frame of ours, with a style sheet for the classes that it uses, and without a script.
"""

from __future__ import annotations

import os
import pkgutil
import re
from functools import lru_cache
from typing import Any

FRAME = "frame.html.jinja"
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
NAVIGATION = re.compile(r'<nav class="navbar navbar-expand-md.*?</nav>\s*</div>\s*</nav>', re.DOTALL)
ACTIONS = re.compile(r'<div class="card mb-3">.*?<strong>Actions</strong>.*?(?=<div class="card d-md-block)', re.DOTALL)
FOOTER = re.compile(r"<footer>.*?</footer>", re.DOTALL)
SUITE_LINK = re.compile(r'<a href="[./]*/expectations/[^"]*" *>(.*?)</a>')
HANDLER = re.compile(r'\s(?:on[a-z]+|data-toggle)="[^"]*"')


def page(result: str, title: str, back: str) -> str:
    """The page of a validation result.

    :param result: its JSON, as ``quality.json`` holds it
    :param title: of the page
    :param back: address of the site's index from this page
    """
    body = _drawn(result)
    for left_out in (SCRIPT, NAVIGATION, ACTIONS, FOOTER, HANDLER):
        body = left_out.sub("", body)
    return frame(title=title, back=back, content=SUITE_LINK.sub(r"\1", body))


def frame(**values: Any) -> str:
    """A page of the site.

    :param values: ``title``; ``back``, empty at the index; ``content`` as HTML, or ``rows`` of the index
    """
    from jinja2 import Environment, StrictUndefined

    text = pkgutil.get_data(__package__, FRAME)
    assert text is not None, f"{FRAME} is not in the bundle"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text.decode()).render(**values)


def _drawn(result: str) -> str:
    """What Great Expectations puts into the page's body."""
    schema, renderer, view = _great_expectations()
    html: str = view.render(renderer.render(schema.loads(result)))
    return html.partition("<body>")[2].rpartition("</body>")[0]


@lru_cache(maxsize=1)
def _great_expectations() -> tuple[Any, Any, Any]:
    """Its reader, renderer and view: importing it takes seconds, which is why no batch waits for it."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    return ExpectationSuiteValidationResultSchema(), ValidationResultsPageRenderer(), DefaultJinjaPageView()
