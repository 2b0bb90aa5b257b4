"""Totals by hand, and the story's budget by its declarations."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from demo.deliveries import DELIVERIES
from demo.figures import JOB_BUDGET, summarise
from demo.summary import show
from groundwork.spec.include import load_product
from sandbox.settings import REPOSITORY


def delivery(name: str, product: str, reasons: dict[str, int], **changes: Any) -> dict[str, Any]:
    """What became of a delivery of a hundred rows, ninety of them published."""
    reports = {"refine": {"uri": "s3://b/runs/x/1/refine.report.json"}, "refine page": {"url": "http://h/b/page.html"}}
    stage = {
        "stage": "acquire_data",
        "began": "2026-01-01T10:00:00Z",
        "ended": "2026-01-01T10:00:30.500Z",
        "seconds": 30.5,
        "tasks": {"collect_files": 2.0, "append_raw": 20.0, "record_batch": 3.0},
        "jobs": [{"id": "1", "state": "SUCCESS", "queued_seconds": 0.1, "seconds": 12.0}],
        "work_seconds": 9.0,
    }
    return {
        "name": name,
        "product": product,
        "already_published": False,
        "files": 2,
        "rows_in": 100,
        "unreadable": 1,
        "published": 90,
        "quarantined": 8,
        "dropped": 1,
        "snapshot_id": 77,
        "quarantine_reasons": reasons,
        "warned": {"old": 5},
        "checks": {"met": 3, "all": 4},
        "personal": {},
        "undeclared_personal": [],
        "reports": reports,
        "stages": [stage],
        **changes,
    }


def test_totals_are_sums_and_reasons_add_up_over_a_products_deliveries() -> None:
    later = {"stage": "refine_data", "began": "2026-01-01T10:01:00Z", "ended": "2026-01-01T10:02:00Z", "jobs": [{}, {}]}
    later |= {"seconds": 60.0, "tasks": {}, "work_seconds": 0.0}
    story = summarise(
        [
            delivery("May", "flights", {"late": 3, "lost": 5}),
            delivery("June", "flights", {"late": 4}, stages=[later], personal={"email": "email, declared personal"}),
        ]
    )
    assert (story["files"], story["rows_in"], story["published"]) == (4, 200, 180)
    assert (story["quarantined"], story["dropped"], story["unreadable"]) == (16, 2, 2)
    assert list(story["top_reasons"].items()) == [("flights: late", 7), ("flights: lost", 5)]
    assert story["personal"] == {"flights": {"email": "email, declared personal"}}
    assert (story["spark_jobs"], story["most_tasks"]) == (3, 3)
    assert story["seconds"] == 120.0


def test_it_was_all_there_only_when_every_delivery_was() -> None:
    first, second = delivery("May", "flights", {}, already_published=True), delivery("June", "flights", {})
    assert summarise([first])["already_published"] is True
    assert summarise([first, second])["already_published"] is False


def test_the_story_is_told_with_its_figures() -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    show(summarise([delivery("May", "flights", {"late": 8}, already_published=True)]), console)
    text = console.export_text()
    for wanted in (
        "already published; nothing was loaded",
        "2 files with 100 rows came in. 90 rows are published, 8 quarantined",
        "8  flights: late",
        "5  May: old",
        "1 Spark jobs of at most 14; 3 tasks in the largest DAG of at most 5",
        "snapshot 77",
        "http://h/b/page.html",
        "s3://b/runs/x/1/",
    ):
        assert wanted in text


def test_the_declared_stages_keep_within_the_budget_of_jobs() -> None:
    contracts = [load_product(REPOSITORY / "include", each.product).contract for each in DELIVERIES]
    jobs = sum(1 if contract.refine_with_acquire else 2 for contract in contracts)
    assert jobs == 13 <= JOB_BUDGET
