"""A batch's whole way by real DAGs, Spark jobs, Iceberg and ledger: blocked, overridden, taken back, replayed, and what
its quarantine held taken up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from deploy.bundle import collect, upload, write_manifest
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.publications import Publication, Publications
from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment
from laptop.airflow_database import copy_database, is_migrated
from sandbox.launcher import Sandbox
from sandbox.provision import provision
from sandbox.settings import REGION, REPOSITORY
from tests.dags.conftest import DOMAIN, Include
from tests.dags.operators.conftest import FinishedRun
from tests.dags.operators.test_acquisition import events
from tests.lifecycle.reader import Reader, reader

# The others' tables and buckets are made before its own, which take what is there.
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("lake")]
PRODUCT = "orders"
REFINED_WITH_ACQUIRE = [{"property": "groundwork.refineWithAcquire", "value": True}]
NO_NAME = {"name": "no_name", "kind": "standardise", "columns": ["name"], "nullTokens": [""]}
NAMED = {"name": "named", "kind": "augment", "column": "name", "expression": "coalesce(name, 'no name')"}
GATE = "1 of 3 rows (33.33%) are quarantined, at most 5.00% may be"
FIRST = [["1", "one"], ["2", "two"], ["3", "three"]]
SECOND = [["4", "four"], ["5", "five"]]
THIRD = [["6", "no name"]]
Said = Callable[[], str]
"""What the runs have printed since it was asked last."""


class Shop:
    """One product whose DAGs are run here, and whoever looks at what they did.

    :param environment: where it lies
    :param reads: who looks at its table
    """

    def __init__(self, environment: Environment, include: Include, reads: Reader) -> None:
        self.environment = environment
        self.include = include
        self._reads = reads
        self.publications = Publications(LedgerHook(table=environment.ledger_table, region_name=REGION), PRODUCT)

    def land(self, name: str, content: str) -> None:
        """Put a file where the product's files land."""
        key = f"{DOMAIN}/{PRODUCT}/{PRODUCT}{name}"
        boto3.client("s3").put_object(Bucket=self.environment.bucket("landing"), Key=key, Body=content)

    def run(self, stage: str, **conf: Any) -> FinishedRun:
        """Run a DAG as ``airflow dags test`` does, its Spark job included."""
        from airflow.dag_processing.dagbag import DagBag

        dag_id = f"{stage}__{PRODUCT}"
        folder = REPOSITORY / "dags"
        os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = dag_id
        bag = DagBag(folder / f"{stage}.py", include_examples=False, bundle_path=folder, bundle_name="dags-folder")
        assert bag.import_errors == {}
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            task.retries = 0  # a next try would only take time here
        return FinishedRun(dag.test(run_conf=conf, logical_date=datetime.now(UTC)))

    def rows(self) -> Any:
        """What the refined table holds."""
        return self._reads.rows(f"sandbox_{DOMAIN}_refined.{PRODUCT}", "id", "name")

    def catalogue(self) -> dict[str, str]:
        """What the catalogue says of the refined table's operation."""
        found = boto3.client("glue").get_table(DatabaseName=f"sandbox_{DOMAIN}_refined", Name=PRODUCT)["Table"]
        prefix = "groundwork.operational."
        return {key.removeprefix(prefix): value for key, value in found["Parameters"].items() if prefix in key}

    def publication(self, batch_id: str) -> Publication:
        """How a batch stands."""
        found = self.publications.get(batch_id)
        assert found is not None, f"the ledger knows no publication of {batch_id}"
        return found

    def artefacts(self, batch_id: str) -> set[str]:
        """Names of what the run that decided last about a batch has left about it."""
        bucket, _, key = self.publication(batch_id).report_uri.removeprefix("s3://").partition("/")
        listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{key.rpartition('/')[0]}/")["Contents"]
        return {entry["Key"].rpartition("/")[2] for entry in listed}


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The product in a sandbox that has all it needs, the job bundle of this checkout included."""
    from airflow.sdk.execution_time import supervisor

    include = Include(tmp_path / "include")
    include.environment()
    include.add(PRODUCT, {"rules": [NO_NAME]}, customProperties=REFINED_WITH_ACQUIRE)
    variables = sandbox.settings.client_environment()
    variables |= {"GROUNDWORK_INCLUDE": str(include.folder), "GROUNDWORK_ENVIRONMENT": "sandbox"}
    variables["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = ""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    list(provision(sandbox.settings, include.folder, "sandbox"))
    environment = load_environment(include.folder, "sandbox")
    bundle = collect()
    write_manifest(bundle, include.folder / "job_bundle.json")
    assert len(upload(bundle, tmp_path, environment.bucket("artifacts"))) == 2
    home = Path(os.environ["AIRFLOW_HOME"])
    assert is_migrated(home) or copy_database(home)
    # ``dag.test`` would make another one for every task, in three seconds.
    server = supervisor.in_process_api_server()
    monkeypatch.setattr(supervisor, "in_process_api_server", lambda: server)
    with reader(sandbox.settings.endpoint) as reads:
        yield Shop(environment, include, reads)
    emr = boto3.client("emr-serverless")
    for application in emr.list_applications()["applications"]:
        if application["name"] == environment.engine.application:
            emr.stop_application(applicationId=application["id"])


def test_blocked_overridden_taken_back_replayed_and_taken_up(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    said: Said = lambda: "".join(capfd.readouterr())  # noqa: E731
    shop.land("_1.csv", "id,name\n1,one\n2,two\n3,three\n")
    assert shop.run("acquire_data", wait_minutes=0).state == "success"
    ((first, published),) = shop.publications.all().items()
    assert (published.state, shop.rows()) == ("published", FIRST)
    bad = blocked(shop, said)
    refuse_a_short_reason(shop, bad)
    override = overridden(shop, bad)
    taken_back(shop, said, first, bad)
    assert shop.catalogue()["snapshot_id"] == str(published.snapshot_id)
    replayed = replay_by_mended_rules(shop, bad)
    taken_up = take_up_what_waits(shop, bad)
    assert events(PRODUCT, "refined") == [
        {"batches": [first], "snapshot_id": published.snapshot_id},
        {"batches": [bad], "snapshot_id": override.snapshot_id},
        {"undone": bad, "snapshot_id": published.snapshot_id},
        {"batches": [bad], "snapshot_id": replayed.snapshot_id},
        {"batches": [bad], "snapshot_id": taken_up.snapshot_id},
    ]


def blocked(shop: Shop, said: Said) -> str:
    """One row of three has no name: a third is quarantined, and the gate lets a twentieth pass."""
    (first,) = shop.publications.all()
    fresh = shop.catalogue()["fresh_as_of"]
    shop.land("_2.csv", "id,name\n4,four\n5,five\n6,\n")
    said()
    run = shop.run("acquire_data", wait_minutes=0)
    assert (run.state, run.tasks["record_batch"], run.tasks["record_publication"]) == ("failed", "success", "failed")
    (bad,) = set(shop.publications.all()) - {first}
    text = said()
    assert GATE in text
    assert f"trigger publish_batch__{PRODUCT} with batch_id={bad} and a reason" in text
    assert (shop.publication(bad).state, shop.rows()) == ("blocked", FIRST)
    now = shop.catalogue()
    assert (now["last_outcome"], now["rows"], now["fresh_as_of"]) == ("blocked", "3", fresh)
    return bad


def refuse_a_short_reason(shop: Shop, bad: str) -> None:
    """A person who gives none, or hardly any, starts nothing."""
    for conf, found in (({}, "No value passed"), ({"reason": "because"}, "'because' is too short")):
        with pytest.raises(ValueError, match=f"Invalid input for param reason: {found}"):
            shop.run("publish_batch", batch_id=bad, **conf)
    assert shop.publication(bad).state == "blocked"


def overridden(shop: Shop, bad: str) -> Publication:
    """A person publishes it all the same; what is quarantined stays there."""
    assert shop.run("publish_batch", batch_id=bad, reason="the third is a test order").state == "success"
    override = shop.publication(bad)
    assert (override.state, override.by, override.reason) == ("published", "dag_test", "the third is a test order")
    assert override.reasons == (GATE,)
    assert override.counts == {"raw": 3, "published": 2, "quarantined": 1, "dropped": 0, "superseded": 0}
    assert shop.rows() == FIRST + SECOND
    wanted = {"publish.report.json", "publish.report.html", "publish.quality.json", "publish.profile.json"}
    assert wanted <= shop.artefacts(bad)
    now = shop.catalogue()
    assert (now["last_outcome"], now["rows"], now["snapshot_id"]) == ("published", "5", str(override.snapshot_id))
    return override


def taken_back(shop: Shop, said: Said, first: str, bad: str) -> None:
    """Only what was published last, and once; the table and what the catalogue says of it are as before."""
    override = shop.publication(bad)
    said()
    assert shop.run("undo_publish", batch_id=first, reason="that was the wrong one").state == "failed"
    assert "later batches were published on top of it; undo those first" in said()
    for state in ("success", "failed"):
        assert shop.run("undo_publish", batch_id=bad, reason="it was no test order").state == state
        undone = shop.publication(bad)
        assert (undone.state, undone.snapshot_id) == ("undone", override.snapshot_id)
        assert (undone.by, undone.reason) == ("dag_test", "it was no test order")
    assert "the batch is undone, only a published one can be undone" in said()
    assert shop.rows() == FIRST
    now = shop.catalogue()
    assert (now["last_outcome"], now["last_batch"], now["rows"]) == ("undone", bad, "3")
    assert (now["published_in_batch"], now["quality_outcome"]) == ("3", "publish")


def replay_by_mended_rules(shop: Shop, bad: str) -> Publication:
    """They let a half be quarantined, so nobody has to override the gate."""
    mended = {"rules": [NO_NAME], "gate": {"maximumQuarantined": 0.5}}
    shop.include.add(PRODUCT, mended, customProperties=REFINED_WITH_ACQUIRE)
    assert shop.run("refine_data", batch_id=bad, replay=True).state == "success"
    replayed = shop.publication(bad)
    states = [earlier["state"] for earlier in replayed.history]
    assert [*states, replayed.state] == ["blocked", "published", "undone", "published"]
    assert shop.rows() == FIRST + SECOND
    now = shop.catalogue()
    assert (now["last_outcome"], now["snapshot_id"]) == ("published", str(replayed.snapshot_id))
    return replayed


def take_up_what_waits(shop: Shop, bad: str) -> Publication:
    """A rule now names what has no name: the row that waited is published beside the others, and only once."""
    shop.include.add(PRODUCT, {"rules": [NO_NAME, NAMED]}, customProperties=REFINED_WITH_ACQUIRE)
    reason = "who has no name is called so"
    assert shop.run("replay_quarantine", rules=["required_name"], reason=reason).state == "success"
    taken_up = shop.publication(bad)
    assert taken_up.counts == {"raw": 3, "published": 3, "quarantined": 0, "dropped": 0, "superseded": 0}
    assert shop.rows() == FIRST + SECOND + THIRD
    again = shop.run("replay_quarantine", reason=reason)
    assert set(again.tasks.values()) == {"skipped"}
    assert (shop.publication(bad), shop.rows()) == (taken_up, FIRST + SECOND + THIRD)
    return taken_up
