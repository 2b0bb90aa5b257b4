"""The airflow command of make shell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laptop import airflow_command
from sandbox.settings import REPOSITORY


@pytest.mark.parametrize(("words", "shared"), [(["dags", "test", "a_dag"], True), (["dags", "list"], False)])
def test_tasks_of_one_tested_run_share_an_api_server(
    monkeypatch: pytest.MonkeyPatch, words: list[str], shared: bool
) -> None:
    from airflow.sdk.execution_time import supervisor

    handed_over: list[tuple[list[str], bool]] = []

    def airflow() -> None:
        one, two = (supervisor.in_process_api_server() for _ in range(2))
        handed_over.append((sys.argv, one is two))

    monkeypatch.setattr("airflow.__main__.main", airflow)
    monkeypatch.setattr(supervisor, "in_process_api_server", supervisor.in_process_api_server)
    monkeypatch.setattr(sys, "path", [str(Path(airflow_command.__file__).parent), *sys.path])
    monkeypatch.setattr(sys, "argv", ["airflow_command.py", *words])
    airflow_command.main()
    assert handed_over == [(["airflow", *words], shared)]
    assert str(REPOSITORY / "laptop") not in sys.path
