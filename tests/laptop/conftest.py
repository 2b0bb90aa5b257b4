"""A local Airflow of the tests' own, started once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from laptop.airflow import LocalAirflow
from sandbox.settings import Settings

DAGS = """
from __future__ import annotations
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("quick", schedule=None):
    BashOperator(task_id="hello", bash_command="echo hello from $AWS_ENDPOINT_URL")
with DAG("long", schedule=None):
    BashOperator(task_id="sleep", bash_command="setsid sleep 600")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    root: Path = tmp_path_factory.mktemp("airflow")
    (root / "checkout" / "dags").mkdir(parents=True)
    (root / "checkout" / "plugins").mkdir()
    (root / "checkout" / "dags" / "work.py").write_text(DAGS)
    # No sandbox runs there: what these tests look at needs none.
    sandbox = Settings(root / "sandbox", port=free_port())
    local = LocalAirflow(root / "home", free_port(), sandbox, repository=root / "checkout")
    yield local
    local.down(grace=1)
