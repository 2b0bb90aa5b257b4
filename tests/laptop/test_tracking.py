"""The experiment tracker's UI, really started."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest

from laptop.airflow import AirflowError
from laptop.processes import marked
from laptop.tracking import LocalTracking
from sandbox.settings import Settings
from tests.lifecycle.conftest import free_port


def test_it_answers_on_loopback_alone_and_leaves_nothing_behind(tmp_path: Path) -> None:
    tracking = LocalTracking(tmp_path / "mlflow", free_port(), Settings(tmp_path / "sandbox", port=free_port()))
    assert tracking.process() is None
    tracking.up()
    try:
        first = tracking.process()
        assert first is not None
        with urllib.request.urlopen(tracking.address, timeout=10) as page:
            assert "MLflow" in page.read().decode()
        listening = Path(f"/proc/{first.pid}/net/tcp").read_text().splitlines()
        port = f":{tracking.port:04X} "
        assert [line.split()[1] for line in listening if port in line and line.split()[3] == "0A"] == [
            f"0100007F:{tracking.port:04X}"
        ]
        tracking.up()
        assert tracking.process() == first, "one that runs is not started again"
    finally:
        tracking.down()
    assert tracking.process() is None
    assert marked(f"{tracking.home.resolve()}:") == []
    tracking.down()


def test_a_taken_port_says_the_mend(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        tracking = LocalTracking(tmp_path / "mlflow", other.getsockname()[1], Settings(tmp_path / "sandbox"))
        with pytest.raises(AirflowError, match="GROUNDWORK_TRACKING_PORT"):
            tracking.up()
