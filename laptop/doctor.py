"""What this machine offers and lacks: ``make doctor``. Standard library only: it runs before set-up."""

from __future__ import annotations

import sys

from laptop.airflow import default_airflow
from laptop.checks import Check, check_disk, check_java, check_make, check_memory, check_port, check_python
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, default_settings


def checks() -> list[Check]:
    """Everything that is looked at, in the order in which it would stop somebody."""
    sandbox = default_settings()
    airflow = default_airflow()
    sandbox_runs = Sandbox(sandbox).status().healthy
    airflow_runs = airflow.process("api-server") is not None
    return [
        check_python(),
        check_java(),
        check_make(),
        check_disk(REPOSITORY),
        check_memory(),
        check_port("port of the sandbox", sandbox.port, "GROUNDWORK_SANDBOX_PORT", sandbox_runs),
        check_port("port of Airflow", airflow.port, "GROUNDWORK_AIRFLOW_PORT", airflow_runs),
    ]


def main() -> int:
    """Print a line for each check; 1 when any did not pass."""
    found = checks()
    width = max(len(check.name) for check in found)
    for check in found:
        print(f"{'✓' if check.passed else '✗'} {check.name:{width}}  {check.found}")
        if not check.passed:
            print(f"  {'':{width}}  mend: {check.mend}")
    return 0 if all(check.passed for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
