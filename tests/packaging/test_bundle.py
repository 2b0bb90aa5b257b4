"""The job bundle: named by its content, complete, written once."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import bundle as bundles
from deploy import model_image
from deploy.bundle import Bundle, collect, write_manifest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path):
    """The smallest tree that has everything a bundle takes."""
    files = {
        "plugins/groundwork/__init__.py": "",
        "plugins/groundwork/spec/__init__.py": "A = 1\n",
        "plugins/groundwork/decisions/__init__.py": "",
        "plugins/groundwork/operators/__init__.py": "import airflow\n",
        "include/spark_jobs/__init__.py": "",
        "include/spark_jobs/main.py": "print('job')\n",
        "include/spark_jobs/rules/check.py": "",
        "include/spark_jobs/__pycache__/main.cpython-311.pyc": "cache",
        "include/spark_jobs/.mypy_cache/x.json": "cache",
        "include/model_code/__init__.py": "",
        "include/model_code/Dockerfile": "FROM scratch\n",
        "include/model_code/programs/train": "print('training')\n",
        "requirements/model-3.12.txt": "numpy==1\n",
        "include/contracts/flights.yaml": "name: flights\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_it_holds_what_jobs_import_and_nothing_else(checkout):
    bundle = collect(checkout)
    assert set(bundle.modules) == {
        "groundwork/__init__.py",
        "groundwork/spec/__init__.py",
        "groundwork/decisions/__init__.py",
        "spark_jobs/__init__.py",
        "spark_jobs/rules/check.py",
    }
    assert bundle.entry_point == b"print('job')\n"


def test_the_digest_follows_the_content_and_not_the_clock(checkout):
    first = collect(checkout).digest
    (checkout / "include/spark_jobs/__init__.py").touch()
    assert collect(checkout).digest == first
    (checkout / "include/spark_jobs/main.py").write_text("print('other')\n")
    assert collect(checkout).digest != first


def test_a_moved_module_is_another_bundle():
    assert Bundle({"a.py": b"1", "b.py": b""}, b"").digest != Bundle({"a.py": b"", "b.py": b"1"}, b"").digest


def test_written_twice_it_has_the_same_bytes_under_its_digest(checkout, tmp_path):
    bundle = collect(checkout)
    first = [path.read_bytes() for path in bundle.write(tmp_path / "one")]
    second = [path.read_bytes() for path in bundle.write(tmp_path / "two")]
    assert first == second
    manifest = bundle.manifest()
    assert (tmp_path / "one" / manifest["archive"]).read_bytes() == first[0]
    assert (tmp_path / "one" / manifest["entry_point"]).read_bytes() == first[1]
    assert bundle.digest in manifest["archive"]
    with zipfile.ZipFile(tmp_path / "one" / manifest["archive"]) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_is_what_the_control_plane_reads(checkout):
    from groundwork.spec.run import JobBundle

    bundle = collect(checkout)
    file = checkout / "include" / "job_bundle.json"
    write_manifest(bundle, file)
    read = JobBundle.from_json(file.read_bytes())
    assert (read.digest, read.archive) == (bundle.digest, f"bundles/{bundle.digest}/spark_jobs.zip")
    assert read.image_tag == model_image.collect(checkout).tag


def test_a_changed_container_changes_the_manifest_and_not_the_bundle(checkout):
    before = collect(checkout)
    (checkout / "include/model_code/programs/train").write_text("print('other')\n")
    after = collect(checkout)
    assert after.digest == before.digest
    assert after.image_tag != before.image_tag


def test_an_unchanged_manifest_is_not_touched(checkout):
    file = checkout / "include" / "job_bundle.json"
    write_manifest(collect(checkout), file)
    before = file.stat().st_mtime_ns
    write_manifest(collect(checkout), file)
    assert file.stat().st_mtime_ns == before


def test_a_missing_entry_point_is_said(checkout):
    (checkout / "include/spark_jobs/main.py").unlink()
    with pytest.raises(FileNotFoundError, match=r"spark_jobs/main\.py"):
        collect(checkout)


def test_what_is_uploaded_once_is_never_replaced(checkout, tmp_path, sandbox):
    import boto3

    client = boto3.client("s3", **sandbox)
    client.create_bucket(
        Bucket="groundwork-test-artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    bundle = collect(checkout)
    assert len(bundles.upload(bundle, tmp_path / "out", "groundwork-test-artifacts")) == 2
    key = bundle.manifest()["archive"]
    client.put_object(Bucket="groundwork-test-artifacts", Key=key, Body=b"what was there first")
    assert bundles.upload(bundle, tmp_path / "out", "groundwork-test-artifacts") == []
    assert client.get_object(Bucket="groundwork-test-artifacts", Key=key)["Body"].read() == b"what was there first"


def test_the_bundle_of_this_checkout_imports_without_airflow_and_without_the_checkout(tmp_path):
    bundle = collect()
    archive, _ = bundle.write(tmp_path)
    modules = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in bundle.modules
        if name.startswith("groundwork/") and name.endswith(".py") and not name.endswith("__main__.py")
    ]
    script = (
        "import importlib, json, sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('airflow', 'sandbox', 'laptop'): raise ImportError('refused: ' + name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "for name in json.loads(sys.argv[2]): importlib.import_module(name)\n"
        "import groundwork; print(groundwork.__file__)\n"
    )
    command = [sys.executable, "-I", "-c", script, str(archive), json.dumps(modules)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(str(archive))
