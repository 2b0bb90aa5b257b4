"""The airflow command of ``make shell``.

``airflow dags test`` makes an API server of its own for every task and every trigger, 2.4 s of processor time each;
here those of one run share one.
"""

from __future__ import annotations

import sys
from functools import cache


def main() -> None:
    """Hand the command line to Airflow."""
    # The folder of this file is no place for Airflow to find modules in.
    sys.path.pop(0)
    from airflow.__main__ import main as airflow

    if sys.argv[1:3] == ["dags", "test"]:
        from airflow.sdk.execution_time import supervisor

        supervisor.in_process_api_server = cache(supervisor.in_process_api_server)
    sys.argv[0] = "airflow"
    airflow()


if __name__ == "__main__":
    main()
