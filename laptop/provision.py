"""Make in a running sandbox what an environment needs before its first run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from laptop.airflow import AirflowError
from sandbox.settings import REPOSITORY


def provision(environment: Mapping[str, str]) -> None:
    """Make buckets, ledger and Spark application, push the models' image, put the job bundle into one of the buckets.

    In this order: the bundle's manifest names the image, and DAGs read it.

    Safe to run again: what is there already is left as it is.

    :param environment: the environment of an Airflow process, which names the sandbox; that must run
    :raises AirflowError: a step failed; holds what it said
    """
    port = urlsplit(environment["AWS_ENDPOINT_URL"]).port
    steps = (
        ["sandbox", "provision", "--port", str(port)],
        ["deploy.model_image", "--push-sandbox"],
        ["deploy.bundle", "--upload"],
    )
    for module in steps:
        command = [sys.executable, "-m", *module]
        with_plugins = {**environment, "PYTHONPATH": str(REPOSITORY / "plugins")}
        done = subprocess.run(command, cwd=REPOSITORY, env=with_plugins, capture_output=True, text=True)
        if done.returncode:
            raise AirflowError(f"`python -m {' '.join(module)}` failed:\n{(done.stdout + done.stderr).strip()}")
