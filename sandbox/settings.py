"""Where one sandbox lives and what it runs with. Standard library only: both environments import it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 4577
ACCOUNT_ID = "123456789012"
REGION = "eu-west-1"


@dataclass(frozen=True)
class Settings:
    """One sandbox.

    :param home: folder that holds everything of this sandbox: state, object bodies, jobs, logs
    :param port: port on 127.0.0.1; the server never listens anywhere else
    :param jobs_python: interpreter of the jobs environment; the server and every job run under it
    :param jars: folder of the resolved Spark jars
    """

    home: Path
    port: int = DEFAULT_PORT
    jobs_python: Path = REPOSITORY / ".venv-jobs" / "bin" / "python"
    jars: Path = REPOSITORY / ".jars"

    @property
    def endpoint(self) -> str:
        """Address for ``AWS_ENDPOINT_URL``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> Path:
        """What survives ``down``: snapshot of the services and object bodies."""
        return self.home / "state"

    @property
    def jobs(self) -> Path:
        """One folder a job run."""
        return self.home / "jobs"

    @property
    def endpoints(self) -> Path:
        """One folder a serving process."""
        return self.home / "endpoints"

    @property
    def images(self) -> Path:
        """The container images that were pushed, and their index."""
        return self.home / "images"

    @property
    def sagemaker(self) -> Path:
        """One folder a SageMaker job, under the folder of its kind."""
        return self.home / "sagemaker"

    @property
    def logs(self) -> Path:
        """The server's own log."""
        return self.home / "logs"

    def client_environment(self) -> dict[str, str]:
        """Variables that point any boto3, Airflow or Spark process at this sandbox and at nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIASANDBOXSANDBOX00",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


def default_settings() -> Settings:
    """Settings of the checkout's own sandbox, moved by ``GROUNDWORK_HOME`` and ``GROUNDWORK_SANDBOX_PORT``."""
    home = Path(os.environ.get("GROUNDWORK_HOME", REPOSITORY / ".groundwork"))
    port = int(os.environ.get("GROUNDWORK_SANDBOX_PORT", DEFAULT_PORT))
    return Settings(home=home / "sandbox", port=port)
