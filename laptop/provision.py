"""Make in a running sandbox what an environment needs before its first run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from laptop.airflow import AirflowError
from sandbox.settings import REPOSITORY

# Buckets, ledger and the Spark application first; the bundle goes into one of the buckets.
COMMANDS = (["sandbox", "provision"], ["deploy.bundle", "--upload"])


def provision(environment: Mapping[str, str]) -> None:
    """Run what is safe to run again: what is there already is left as it is.

    :param environment: the environment of an Airflow process, which names the sandbox
    :raises AirflowError: a step failed; holds what it said
    """
    for module in COMMANDS:
        command = [sys.executable, "-m", *module]
        with_plugins = {**environment, "PYTHONPATH": str(REPOSITORY / "plugins")}
        done = subprocess.run(command, cwd=REPOSITORY, env=with_plugins, capture_output=True, text=True)
        if done.returncode:
            raise AirflowError(f"`python -m {' '.join(module)}` failed:\n{(done.stdout + done.stderr).strip()}")
