"""What people are told of a batch: once, whatever the run comes to and however often it is tried."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.hooks.ledger import LedgerHook
from groundwork.notifiers.batch_outcome import BatchOutcomeNotifier
from groundwork.spec.run import FrozenRun
from sandbox.launcher import Sandbox
from tests.dags.conftest import Include
from tests.dags.operators.conftest import RunDag
from tests.dags.operators.test_publication import REASON, Refined


def sent(cloud: Sandbox, product: str) -> list[dict[str, Any]]:
    """Messages about a product."""
    found = cloud.ask("messages")["messages"]
    return [each for each in found if each["attributes"].get("product") == product]


class Finished:
    """A task that has recorded a run, as a callback sees it."""

    def __init__(self, run: FrozenRun, stage: str) -> None:
        self.task = self
        self.run_uri, self.stage = run.uri, stage


def test_one_message_for_a_blocked_an_overridden_and_a_warned_batch(
    run_dag: RunDag, cloud: Sandbox, include: Include, sandbox_ledger: LedgerHook, product: str
) -> None:
    refined = Refined(sandbox_ledger, include.add(product))
    batch = refined.acquire("a")
    frozen: list[FrozenRun] = []
    run_dag(f"refine_data__{product}", refined.job(batch, seen=frozen))
    (blocked,) = sent(cloud, product)
    assert blocked["subject"] == f"blocked: {product}, batch {batch} (sandbox)"
    assert blocked["attributes"] == {"environment": "sandbox", "product": product, "outcome": "blocked"}
    left = f"{frozen[0].prefix.removeprefix('s3://')}{batch}/refine"
    page = f"{cloud.settings.endpoint}/_sandbox/objects/{left}"
    assert blocked["text"].split("\n\n") == [
        f"Batch {batch} of {product.capitalize()} is blocked and not published.",
        f"1. {REASON}",
        "10 rows came: 7 would be published, 2 quarantined, 1 dropped by rule.",
        f"Report: {page}.report.html",
        (
            f"To publish it all the same, trigger publish_batch__{product} with this batch and a reason; after mending "
            f"rules, trigger refine_data__{product} with this batch and replay."
        ),
    ]

    override = {"batch_id": batch, "reason": "checked by hand"}
    run_dag(f"publish_batch__{product}", refined.job(stage="publish", seen=frozen), **override)
    _, overridden = sent(cloud, product)
    assert overridden["subject"].startswith("overridden: ")
    first, said, why = overridden["text"].split("\n\n")[:3]
    assert first.endswith("was blocked by the gate and is published all the same.")
    assert (said, why) == ("dag_test says: checked by hand", f"1. {REASON}")

    next_batch = refined.acquire("b")
    run_dag(f"refine_data__{product}", refined.job(first=101, warnings=("few rows",), seen=frozen))
    (*_, warned) = sent(cloud, product)
    assert warned["subject"] == f"warned: {product}, batch {next_batch} (sandbox)"
    assert "1. few rows" in warned["text"]

    refined.acquire("c")
    run_dag(f"refine_data__{product}", refined.job(first=102, seen=frozen))  # nothing to say about it
    for run, stage in zip(frozen, ("refine", "publish", "refine", "refine"), strict=True):
        BatchOutcomeNotifier()({"ti": Finished(run, stage)})  # a task that is cleared, or a callback called twice
    assert len(sent(cloud, product)) == 3
    # What is published is the history of the next run: the figures that the gate and the report look at, no others.
    looked_at = {"rows": 10.0, "quarantined_share": 0.2}
    known = [(item.batch_id, item.figures) for item in frozen[-1].history]
    assert known == [(batch, looked_at), (next_batch, looked_at)]


def test_a_message_that_cannot_be_sent_fails_nothing_and_one_that_nobody_wants_is_not_sent(
    run_dag: RunDag,
    cloud: Sandbox,
    include: Include,
    sandbox_ledger: LedgerHook,
    product: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    refined = Refined(sandbox_ledger, include.add(product))
    nowhere = "arn:aws:sns:eu-west-1:123456789012:nobody-made-it"
    include.environment(notifications={"topic": nowhere, "outcomes": ["published", "warned"]})
    batch = refined.acquire("a")
    run = run_dag(f"refine_data__{product}", refined.job())
    assert (run.state, refined.states()) == ("success", ["published"])
    assert f"nobody was told that batch {batch} is published" in "".join(capfd.readouterr())
    include.environment(notifications=None)
    refined.acquire("b")
    run = run_dag(f"refine_data__{product}", refined.job(first=101, warnings=("few rows",)))
    assert run.state == "success"
    assert "nobody was told" not in "".join(capfd.readouterr())
    assert sent(cloud, product) == []
