"""The package: what MWAA gets works in a bare Airflow that has nothing of this checkout but dist/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.package import PackageError, build, startup_script

REPOSITORY = Path(__file__).resolve().parents[2]
# Stages that look after the environment and not after one product.
WITHOUT_PRODUCT = {"sweep_jobs"}
OF_MODELS = {"train_model", "release_model", "roll_back_model", "score_data", "monitor_model"}
LIST_DAGS = """
import json, os, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.plugins_manager import get_plugin_info, get_import_errors
from airflow.settings import DAGS_FOLDER
bag = DagBag(DAGS_FOLDER, include_examples=False)
print("RESULT " + json.dumps({
    "dags": sorted(bag.dags),
    "errors": {**bag.import_errors, **get_import_errors()},
    "plugins": [plugin["name"] for plugin in get_plugin_info()],
    "files": sorted(stats.file for stats in bag.dagbag_stats),
    "ours": sorted({module.__file__ for name, module in list(sys.modules.items())
        if name.split(".")[0] in ("groundwork", "groundwork_plugin") and getattr(module, "__file__", None)}),
}))
"""


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package") / "dist"
    build(REPOSITORY, folder)
    return folder


@pytest.fixture(scope="module")
def bare(dist, tmp_path_factory):
    """An Airflow home laid out as MWAA lays it out, from dist alone."""
    home = tmp_path_factory.mktemp("mwaa") / "airflow"
    shutil.copytree(dist / "dags", home / "dags")
    with zipfile.ZipFile(dist / "plugins.zip") as plugins:
        plugins.extractall(home / "plugins")
    return home


@pytest.fixture(scope="module")
def listed(bare, dist):
    """What that Airflow makes of it, in a process whose environment is startup.sh's and nothing else."""
    startup = f'. {dist}/startup.sh && exec {sys.executable} -P -c "$SCRIPT"'
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(bare.parent),
        "SCRIPT": LIST_DAGS,
        "AIRFLOW_HOME": str(bare),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{bare}/airflow.db",
    }
    run = subprocess.run(["sh", "-c", startup], cwd=bare.parent, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-4000:]
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
    return json.loads(line.removeprefix("RESULT "))


def test_every_dag_is_listed_without_an_import_error(listed):
    assert listed["errors"] == {}
    products = {path.stem for path in (REPOSITORY / "include" / "contracts").glob("*.yaml")}
    stages = {path.stem for path in (REPOSITORY / "dags").glob("*.py")}
    assert products
    assert stages
    of_products = stages - WITHOUT_PRODUCT - OF_MODELS - {"build_features"}
    expected = {f"{stage}__{product}" for stage in of_products for product in products} | WITHOUT_PRODUCT
    expected |= {f"{stage}__late_arrival" for stage in OF_MODELS} | {"build_features__flight_outlook"}
    assert set(listed["dags"]) == expected


def test_nothing_comes_from_the_checkout(listed, bare):
    assert listed["ours"]
    assert [file for file in listed["ours"] + listed["files"] if str(REPOSITORY) in file] == []
    assert all(file.startswith(str(bare)) for file in listed["ours"])


def test_no_plugin_file_shadows_a_module(bare, dist):
    with zipfile.ZipFile(dist / "plugins.zip") as plugins:
        top = {name.split("/")[0].removesuffix(".py") for name in plugins.namelist()} - {".airflowignore"}
    assert "groundwork" in top
    assert top <= {"groundwork", "groundwork_plugin"}
    # Airflow imports every plugin file that is not ignored by its bare stem.
    assert "groundwork/" in (bare / "plugins" / ".airflowignore").read_text().splitlines()


def test_what_dags_read_is_not_parsed_as_a_dag(dist, listed):
    assert "include/" in (dist / "dags" / ".airflowignore").read_text().splitlines()
    assert not any("include" in file for file in listed["files"])


def test_the_dags_start_the_bundle_that_is_shipped_with_them(dist):
    manifest = json.loads((dist / "dags" / "include" / "job_bundle.json").read_text())
    assert (dist / manifest["archive"]).is_file()
    assert (dist / manifest["entry_point"]).is_file()
    assert [path.name for path in (dist / "bundles").iterdir()] == [manifest["digest"]]


def test_the_image_that_the_dags_name_is_shipped_to_be_built(dist):
    manifest = json.loads((dist / "dags" / "include" / "job_bundle.json").read_text())
    (folder,) = (dist / "images").iterdir()
    assert folder.name.startswith(manifest["image_tag"])
    assert {"Dockerfile", "requirements.txt", "train", "serve", "evaluate"} <= {path.name for path in folder.iterdir()}


def test_the_constraints_file_lies_where_the_requirements_look_for_it(dist):
    first = (dist / "requirements.txt").read_text().splitlines()[0]
    assert first == '--constraint "/usr/local/airflow/dags/constraints-3.2.1.txt"'
    shipped = (dist / "dags" / "constraints-3.2.1.txt").read_bytes()
    assert shipped == (REPOSITORY / "dags" / "constraints-3.2.1.txt").read_bytes()


def test_building_twice_gives_the_same_bytes(dist, tmp_path):
    build(REPOSITORY, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(dist)


def test_nothing_of_an_earlier_package_is_left(tmp_path):
    (tmp_path / "dist" / "dags").mkdir(parents=True)
    (tmp_path / "dist" / "dags" / "removed_dag.py").touch()
    build(REPOSITORY, tmp_path / "dist")
    assert not (tmp_path / "dist" / "dags" / "removed_dag.py").exists()


def test_the_environment_is_written_into_the_start_up_script(dist):
    script = f'. {dist}/startup.sh && printf %s "$GROUNDWORK_ENVIRONMENT"'
    found = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert (dist / "dags" / "include" / "environments" / f"{found}.yaml").is_file()
    assert b"GROUNDWORK_ENVIRONMENT=sandbox\n" in startup_script(REPOSITORY, "sandbox")


def test_an_environment_that_is_not_declared_is_refused():
    with pytest.raises(PackageError, match=r"environments/nowhere\.yaml is missing"):
        startup_script(REPOSITORY, "nowhere")


def test_yaml_that_does_not_validate_is_not_shipped(tmp_path):
    for name in ("dags", "plugins", "include"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "include" / "contracts" / "broken.yaml").write_text("apiVersion: v3.1.0\nkind: DataContract\n")
    with pytest.raises(PackageError, match=r"broken\.yaml"):
        build(tmp_path, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()
