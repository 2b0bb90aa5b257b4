"""The locks: exact, of no registry, agreed with MWAA's pins and with each other."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from laptop.lock import Lock, compile_lock, locks

REPOSITORY = Path(__file__).resolve().parents[2]
# What both environments import, as groundwork.spec runs in both.
SHARED = ["open-data-contract-standard", "pydantic", "pydantic-core", "pyyaml", "sqlglot"]
ALL = pytest.mark.parametrize("lock", locks(), ids=lambda lock: lock.path.stem)


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", path.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def asked_for(path: Path) -> list[Requirement]:
    lines = [line.strip() for line in path.read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


@ALL
def test_every_line_is_an_exact_pin_with_hashes_and_names_no_host(lock: Lock):
    text = lock.path.read_text()
    assert "://" not in text
    assert "@" not in text
    blocks = [block for block in re.split(r"\n(?! )", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)) if block.strip()]
    asked = sum(len(asked_for(REPOSITORY / name)) for name in lock.inputs)
    assert len(blocks) == len(pins(lock.path)) > asked
    for block in blocks:
        assert re.match(
            r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+\n?$", block
        ), block


@ALL
def test_the_inputs_are_satisfied(lock: Lock):
    locked = pins(lock.path)
    overridden = {wanted.name: wanted for name in lock.overrides for wanted in asked_for(REPOSITORY / name)}
    for name in lock.inputs:
        for asked in asked_for(REPOSITORY / name):
            wanted = overridden.get(asked.name, asked)
            assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)], prereleases=True), wanted


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_the_control_plane_has_the_versions_that_mwaa_has(python: str):
    locked = pins(REPOSITORY / "requirements" / f"control-{python}.txt")
    amazon = pins(REPOSITORY / "dags" / "constraints-3.2.1.txt")
    both = locked.keys() & amazon.keys()
    assert len(both) > 100
    assert {name: locked[name] for name in both} == {name: amazon[name] for name in both}
    assert locked["apache-airflow"] == "3.2.1"
    assert locked["apache-airflow-providers-amazon"] == "9.25.0"


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_nothing_heavy_is_on_an_airflow_worker(python: str):
    locked = pins(REPOSITORY / "requirements" / f"control-{python}.txt")
    assert not locked.keys() & {"pandas", "pyspark", "numpy", "pyarrow", "great-expectations", "moto", "pyiceberg"}


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_what_both_environments_import_has_one_version(python: str):
    control = pins(REPOSITORY / "requirements" / f"control-{python}.txt")
    jobs = pins(REPOSITORY / "requirements" / f"jobs-{python}.txt")
    assert {name: control[name] for name in SHARED} == {name: jobs[name] for name in SHARED}


def test_mwaa_installs_what_the_control_plane_is_tested_with():
    text = (REPOSITORY / "requirements.txt").read_text()
    assert text.splitlines()[0] == '--constraint "/usr/local/airflow/dags/constraints-3.2.1.txt"'
    installed = asked_for(REPOSITORY / "requirements.txt")
    assert len(installed) >= 4
    for python in ("3.11", "3.12"):
        locked = pins(REPOSITORY / "requirements" / f"control-{python}.txt")
        for wanted in installed:
            assert str(wanted.specifier) == f"=={locked[canonicalize_name(wanted.name)]}", wanted
    assert {str(wanted) for wanted in installed} <= {str(w) for w in asked_for(REPOSITORY / "requirements/control.in")}


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_spark_4_0_differs_from_the_jobs_in_nothing_else(python: str):
    jobs = pins(REPOSITORY / "requirements" / f"jobs-{python}.txt")
    older = pins(REPOSITORY / "requirements" / f"spark-4.0-{python}.txt")
    assert older == {**jobs, "pyspark": "4.0.2"}


@pytest.mark.parametrize("environment", ["control", "jobs", "spark-4.0"])
def test_compiling_again_changes_nothing(environment: str, tmp_path: Path):
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    (lock,) = [lock for lock in locks() if (lock.environment, lock.python) == (environment, python)]
    copy = tmp_path / lock.path.name
    shutil.copy(lock.path, copy)
    compile_lock(lock, copy, REPOSITORY / ".setup" / "python" / "bin" / "uv")
    assert copy.read_text() == lock.path.read_text()


def test_what_is_installed_here_is_what_is_locked():
    from importlib.metadata import distributions

    locked = pins(REPOSITORY / "requirements" / f"control-{sys.version_info[0]}.{sys.version_info[1]}.txt")
    installed = {canonicalize_name(found.metadata["Name"]): found.version for found in distributions()}
    assert installed == locked


def test_the_image_of_spark_jobs_has_what_they_import_in_the_versions_that_they_are_tested_with():
    locked = pins(REPOSITORY / "requirements" / "emr-3.11.txt")
    tested = pins(REPOSITORY / "requirements" / "jobs-3.11.txt")
    assert locked == {name: tested[name] for name in locked}
    named = {"yaml": "pyyaml", "stdnum": "python-stdnum", "dateutil": "python-dateutil"}
    # Spark brings its own; pyiceberg serves commands on a laptop only.
    apart = {"pyspark", "py4j", "pyiceberg", "groundwork", "spark_jobs", *sys.stdlib_module_names}
    folders = ("include/spark_jobs", "plugins/groundwork/spec", "plugins/groundwork/decisions")
    trees = [ast.parse(path.read_text()) for name in folders for path in (REPOSITORY / name).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    modules = {name.partition(".")[0] for name in imported} - apart
    assert {canonicalize_name(named.get(module, module)) for module in modules} <= locked.keys()
