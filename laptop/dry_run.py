"""``make dry-run``: tries a product's rules out on some rows, in the jobs environment and with the lake's jars.

Look-ups and raw tables are those of the sandbox where it runs; else nothing is there but the files that are named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from groundwork.spec.include import load_environment
from laptop.jobs import PYTHON, run_command
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, default_settings

INCLUDE = REPOSITORY / "include"
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
        variables = {
            "GROUNDWORK_ENVIRONMENT": "sandbox",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_SUBMIT_ARGS": f"--properties-file {properties} pyspark-shell",
        }
        return run_command(settings, "spark_jobs.dry_run", wanted, variables)


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
