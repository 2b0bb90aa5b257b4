"""``make dry-run``: tries a product's rules out on some rows, in the jobs environment and with the lake's jars.

Look-ups and raw tables are those of the sandbox where it runs; else nothing is there but the files that are named.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from groundwork.spec.include import load_environment
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, Settings, default_settings

INCLUDE = REPOSITORY / "include"
PYTHON = str(REPOSITORY / ".venv-jobs" / "bin" / "python")
CATALOGUE = "spark.sql.catalog.lake"


def main(arguments: Sequence[str]) -> int:
    """Run the jobs' command; gives its exit code.

    :param arguments: its own: the product, ``--file``, ``--look-up product=file``, ``--rows``
    """
    settings = default_settings()
    # Tables made of files must not lie among those of the lake.
    has_lake = "--look-up" not in arguments and Sandbox(settings).status().healthy
    wanted = ["--include", str(INCLUDE), *([] if has_lake else ["--no-keys"]), *arguments]
    if "--page" not in arguments:
        wanted += ["--page", str(_page(arguments))]
    with tempfile.TemporaryDirectory() as scratch:
        properties = Path(scratch) / "spark.properties"
        properties.write_text(_properties(Path(scratch), has_lake=has_lake))
        environment = _environment(settings) | {"PYSPARK_SUBMIT_ARGS": f"--properties-file {properties} pyspark-shell"}
        return subprocess.run([PYTHON, "-m", "spark_jobs.dry_run", *wanted], env=environment).returncode


def _page(arguments: Sequence[str]) -> Path:
    product = next((word for word in arguments if not word.startswith("-")), "product")
    return Path(f"{Path(product).name}.dry-run.html")


def _properties(scratch: Path, *, has_lake: bool) -> str:
    """A driver as the sandbox's jobs have it; without the sandbox its lake is a folder."""
    engine = load_environment(INCLUDE, "sandbox").engine
    lake = dict(engine.spark_conf) | {"spark.driver.memory": engine.driver.memory}
    if not has_lake:
        lake = {key: value for key, value in lake.items() if not key.startswith(f"{CATALOGUE}.")}
        lake |= {f"{CATALOGUE}.type": "hadoop", f"{CATALOGUE}.warehouse": f"file:{scratch}/lake"}
    quiet = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    command = [PYTHON, "-m", "sandbox.driver_properties", str(scratch / "local")]
    done = subprocess.run(command, cwd=REPOSITORY, input=json.dumps(lake | quiet), text=True, stdout=subprocess.PIPE)
    done.check_returncode()
    return done.stdout


def _environment(settings: Settings) -> dict[str, str]:
    path = os.pathsep.join(str(REPOSITORY / folder) for folder in ("plugins", "include"))
    named = {"GROUNDWORK_ENVIRONMENT": "sandbox", "PYTHONPATH": path, "SPARK_LOCAL_IP": "127.0.0.1"}
    return {**os.environ, **settings.client_environment(), **named}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
