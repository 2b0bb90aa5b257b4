"""The experiment tracker's UI: an MLflow server over what evaluations have written."""

from __future__ import annotations

import http.client
import os
import time
from pathlib import Path

from laptop.airflow import AirflowError
from laptop.checks import is_port_free
from laptop.environment import process_environment
from laptop.processes import Process, ask, kill_marked, recorded, start_detached
from sandbox.settings import REPOSITORY, Settings, default_settings

DEFAULT_PORT = 5050
"""Not MLflow's own 5000, which other things like to take."""
START_SECONDS = 60.0


class LocalTracking:
    """One MLflow server on this machine; evaluations write into its database without it.

    :param home: holds the database, log and pid file
    :param port: port on 127.0.0.1
    :param sandbox: holds the artifacts
    """

    def __init__(self, home: Path, port: int, sandbox: Settings) -> None:
        self.home = home
        self.port = port
        self.sandbox = sandbox

    @property
    def address(self) -> str:
        """Where the UI is."""
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Start it unless it runs, and wait until it answers.

        :raises AirflowError: the port is taken, or it did not answer in time
        """
        if not self.process():
            if not is_port_free(self.port):
                raise AirflowError(
                    f"port {self.port} is taken; end what listens there, or choose another: "
                    "GROUNDWORK_TRACKING_PORT=<port>"
                )
            self.home.mkdir(parents=True, exist_ok=True)
            start_detached(self._command(), self._environment(), self._mark, self.log, self._pid_file)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > until or not self.process():
                raise AirflowError(f"the experiment tracker does not answer; see {self.log}")
            time.sleep(0.2)

    def down(self) -> None:
        """End it; harmless when it does not run."""
        if process := self.process():
            ask([process], 4)
        kill_marked(self._mark)
        self._pid_file.unlink(missing_ok=True)

    def process(self) -> Process | None:
        """Its process, if it runs."""
        return recorded(self._pid_file)

    @property
    def log(self) -> Path:
        """What it says."""
        return self.home / "server.log"

    def _command(self) -> list[str]:
        python = str(REPOSITORY / ".venv-jobs" / "bin" / "python")
        store = f"sqlite:///{self.home / 'mlflow.db'}"
        return [
            *(python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--backend-store-uri", store, "--workers", "1"),
        ]

    def _environment(self) -> dict[str, str]:
        """Without MLflow's job runners, which take four fifths of its memory, and without its telemetry."""
        additions = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        return process_environment({**self.sandbox.client_environment(), **additions})

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    @property
    def _mark(self) -> str:
        return f"{self.home.resolve()}:tracking"

    @property
    def _pid_file(self) -> Path:
        return self.home / "server.pid"


def default_tracking() -> LocalTracking:
    """The checkout's own, moved by ``GROUNDWORK_HOME`` and ``GROUNDWORK_TRACKING_PORT``."""
    home = Path(os.environ.get("GROUNDWORK_HOME", REPOSITORY / ".groundwork")).resolve()
    port = int(os.environ.get("GROUNDWORK_TRACKING_PORT", DEFAULT_PORT))
    return LocalTracking(home / "mlflow", port, default_settings())
