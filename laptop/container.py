"""Run one part of docker-compose.yaml: the settings of ``make up``, with Postgres in the place of SQLite.

Every container shares the sandbox's network, so that the sandbox stays on 127.0.0.1 here too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse

from laptop.airflow import COMPONENTS, AirflowError
from laptop.environment import DEFAULT_PORT, airflow_environment, process_environment
from laptop.provision import provision
from sandbox.settings import REPOSITORY, default_settings

PASSWORD = "GROUNDWORK_POSTGRES_PASSWORD"  # noqa: S105 the variable's name


def container_environment() -> dict[str, str]:
    """The environment of an Airflow component in a container.

    :raises AirflowError: the database's password is not given
    """
    password = os.environ.get(PASSWORD)
    if not password:
        raise AirflowError(f"{PASSWORD} is not set; docker-compose.yaml says how")
    home = REPOSITORY / ".groundwork" / "airflow"
    database = f"postgresql+psycopg2://groundwork:{urllib.parse.quote(password, safe='')}@postgres/airflow"
    overrides = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        # A published port reaches a container's own address, not its loopback; it is published on the host's loopback.
        "AIRFLOW__API__HOST": "0.0.0.0",  # noqa: S104
    }
    return process_environment({**airflow_environment(home, DEFAULT_PORT, default_settings()), **overrides})


def initialise(environment: dict[str, str]) -> None:
    """Bring the database and the sandbox to where the components can start.

    :raises AirflowError: a step failed
    """
    migrated = subprocess.run([str(REPOSITORY / ".venv" / "bin" / "airflow"), "db", "migrate"], env=environment)
    if migrated.returncode:
        raise AirflowError("the database was not migrated; the reason stands above")
    provision(environment)


def main() -> int:
    """Become a component of Airflow, or initialise."""
    names = ["init", *COMPONENTS]
    if sys.argv[1:2] == [] or sys.argv[1] not in names:
        print(f"usage: python -m laptop.container {{{','.join(names)}}}", file=sys.stderr)
        return 2
    try:
        environment = container_environment()
        if sys.argv[1] == "init":
            initialise(environment)
            return 0
    except AirflowError as error:
        print(error, file=sys.stderr)
        return 1
    command = [sys.executable, str(REPOSITORY / "laptop" / "component.py"), *COMPONENTS[sys.argv[1]]]
    # Becomes the component, so that the container's signals reach it.
    return os.execve(command[0], command, environment)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
