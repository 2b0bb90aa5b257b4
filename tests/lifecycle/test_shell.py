"""Every DAG family by ``airflow dags test`` in ``make shell``, in an installation of its own, while things go wrong."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.publications import Publications
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY, Settings
from tests.lifecycle.conftest import free_port, until
from tests.lifecycle.reader import reader

pytestmark = pytest.mark.timeout(600)
PRODUCT = "airlines"
FILE = "carrier,name\n9E,Endeavor Air Inc.\nAA,American Airlines Inc.\nAS,Alaska Airlines Inc.\n"
END = "--- end of a command"
# Another Airflow, as new as the first one, which shares nothing with it but the sandbox.
COPY = 'cp -r "$AIRFLOW_HOME" "$AIRFLOW_HOME-beside"'
BESIDE = """
export AIRFLOW_HOME="$AIRFLOW_HOME-beside"
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="sqlite:///$AIRFLOW_HOME/airflow.db?timeout=60"
"""
ROWS = [["9E", "Endeavor Air Inc."], ["AA", "American Airlines Inc."], ["AS", "Alaska Airlines Inc."]]


class Shell:
    """``make shell``, and a look at what the commands in it have done.

    :param home: of the installation
    """

    def __init__(self, home: Path) -> None:
        settings = Settings(home=home / "sandbox", port=free_port())
        self.sandbox = Sandbox(settings)
        places = {"HOME": home, "SANDBOX_PORT": settings.port, "AIRFLOW_PORT": free_port()}
        self._environment = {**os.environ, **{f"GROUNDWORK_{name}": str(value) for name, value in places.items()}}

    def start(self, command: str) -> subprocess.Popen[str]:
        """Begin a command."""
        words = [REPOSITORY / ".venv/bin/python", "-m", "laptop", "shell", "--command", command]
        return subprocess.Popen(
            words,
            cwd=REPOSITORY,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *commands: str) -> list[str]:
        """What commands say, one after the other."""
        return self.start(f"; echo {END}; ".join(commands)).communicate()[0].split(f"{END}\n")

    def jobs(self) -> list[str]:
        """States of every Spark job that was ever started, oldest first."""
        emr = boto3.client("emr-serverless")
        (application,) = emr.list_applications()["applications"]
        runs = emr.list_job_runs(applicationId=application["id"])["jobRuns"]
        return [run["state"] for run in sorted(runs, key=lambda run: run["createdAt"])]

    def rows(self) -> Any:
        """What the published table holds, by a library that has not written it."""
        with reader(self.sandbox.settings.endpoint) as reads:
            return reads.rows(f"sandbox_airline_operations_refined.{PRODUCT}", "carrier", "name")


def dag_test(dag: str, **conf: Any) -> str:
    """The command of the README."""
    return f"airflow dags test {dag} --conf {shlex.quote(json.dumps(conf))}"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """An installation that is set up, with one file landed."""
    opened = Shell(tmp_path)
    for name, value in opened.sandbox.settings.client_environment().items():
        monkeypatch.setenv(name, value)
    opened.run(COPY)
    place = {"Bucket": "groundwork-sandbox-landing", "Key": "airline_operations/airlines/airlines.csv"}
    boto3.client("s3").put_object(**place, Body=FILE.encode())
    yield opened
    opened.sandbox.down()


def test_every_family_runs_and_a_batch_is_published_once_whatever_happens_meanwhile(shell: Shell) -> None:
    ledger = LedgerHook(table="groundwork-sandbox", region_name=REGION)
    publications = Publications(ledger, PRODUCT)
    two_runs_and_a_crash(shell)
    ((batch_id, first),) = publications.all().items()
    (record,) = Batches(ledger, PRODUCT).all()
    assert (record.state, record.batch.batch_id, first.state) == ("acquired", batch_id, "published")
    assert first.counts == {"raw": 3, "published": 3, "quarantined": 0, "dropped": 0, "superseded": 0}
    assert shell.rows() == ROWS

    decision = {"batch_id": batch_id, "reason": "to see whether it can be had back"}
    override, undo, replay, sweep = shell.run(
        dag_test("publish_batch__airlines", **decision),
        dag_test("undo_publish__airlines", **decision),
        dag_test("refine_data__airlines", batch_id=batch_id, replay=True),
        dag_test("sweep_jobs"),
    )
    assert f"batch {batch_id} of {PRODUCT}" in override
    assert "only a blocked one can be overridden" in override
    assert f"batch {batch_id} is undone; 0 rows remain" in undo
    assert "3 rows = 3 published + 0 quarantined + 0 dropped" in replay
    assert "0 attempts are open" in sweep
    assert shell.rows() == ROWS
    assert shell.jobs() == ["FAILED", "SUCCESS", "SUCCESS", "SUCCESS"]
    last = publications.get(batch_id)
    assert last is not None
    assert [*(each["state"] for each in last.history), last.state] == ["published", "undone", "published"]


def two_runs_and_a_crash(shell: Shell) -> None:
    """The same DAG twice at once, in two Airflows that know nothing of each other; and the sandbox is killed, with the
    Spark job that reads the file, and started again."""
    command = dag_test("acquire_data__airlines", wait_minutes=0)
    runs = [shell.start(BESIDE + command), shell.start(command)]
    until(lambda: shell.jobs() == ["RUNNING"], 180)
    server = shell.sandbox.status().pid
    assert server
    os.kill(server, signal.SIGKILL)
    until(lambda: not shell.sandbox.status().running)
    shell.sandbox.up()
    said = sorted((run.communicate()[0] for run in runs), key=lambda text: "nothing new has landed" in text)
    assert "3 rows = 3 published + 0 quarantined + 0 dropped" in said[0]
    assert f"nothing new has landed for {PRODUCT}" in said[1]
    assert shell.jobs() == ["FAILED", "SUCCESS"]
