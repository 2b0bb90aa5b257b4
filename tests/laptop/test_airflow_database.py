"""A new home's database is a copy of the one that set-up has migrated."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from laptop import airflow_database
from laptop.airflow_database import DATABASE, SCHEMA, copy_database, is_migrated
from sandbox.settings import REPOSITORY


def test_the_copy_is_what_airflow_takes_for_migrated(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert copy_database(home)
    assert is_migrated(home)
    settings = {"AIRFLOW_HOME": str(home), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / DATABASE}"}
    command = [REPOSITORY / ".venv" / "bin" / "airflow", "db", "check-migrations", "--migration-wait-timeout", "0"]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    assert copy_database(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        database.execute("create table mine (id int)")
        database.commit()
    (tmp_path / SCHEMA).write_text("of another Airflow")
    assert not is_migrated(tmp_path)
    assert not copy_database(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        assert database.execute("select count(*) from mine").fetchone() == (0,)


def test_the_database_of_another_airflow_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "template"
    assert copy_database(template)
    (template / SCHEMA).write_text("of another Airflow")
    monkeypatch.setattr(airflow_database, "TEMPLATE", template)
    assert not copy_database(tmp_path / "home")
