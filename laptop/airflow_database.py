"""Airflow's empty database, migrated once at set-up and copied to every new home: a migration takes five seconds."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = REPOSITORY / ".airflow-database"
DATABASE, SCHEMA = "airflow.db", "migrated"


def schema_digest() -> str:
    """Digest of the versions of Airflow and its providers, which bring tables of their own."""
    packages = (REPOSITORY / ".venv").glob("lib/python*/site-packages/apache_airflow*.dist-info")
    return hashlib.sha256("\n".join(sorted(path.name for path in packages)).encode()).hexdigest()


def is_migrated(home: Path) -> bool:
    """Whether the home's database has the schema of the Airflow that is installed."""
    schema = home / SCHEMA
    return schema.is_file() and schema.read_text() == schema_digest() and (home / DATABASE).exists()


def copy_database(home: Path) -> bool:
    """Give a home that has no database the one of set-up.

    :param home: the folder; made where it is not there
    :returns: whether it was done; not where there is a database, or the one of set-up is of another Airflow
    """
    if (home / DATABASE).exists() or not is_migrated(TEMPLATE):
        return False
    home.mkdir(parents=True, exist_ok=True)
    half = home / f"{DATABASE}.half"
    with closing(sqlite3.connect(TEMPLATE / DATABASE)) as there, closing(sqlite3.connect(half)) as here:
        there.backup(here)
    half.rename(home / DATABASE)
    (home / SCHEMA).write_text(schema_digest())
    return True


def main() -> int:
    """Make the database that is copied; the step of set-up."""
    for left in TEMPLATE.glob(f"{DATABASE}*"):
        left.unlink()
    settings = {
        "AIRFLOW_HOME": str(TEMPLATE),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{TEMPLATE / DATABASE}",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
    }
    # Settings of an Airflow that this shell works with must not reach this one.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    command = [str(REPOSITORY / ".venv" / "bin" / "airflow"), "db", "migrate"]
    code = subprocess.run(command, env=inherited | settings, cwd=TEMPLATE).returncode
    if not code:
        (TEMPLATE / SCHEMA).write_text(schema_digest())
    return code


if __name__ == "__main__":
    sys.exit(main())
