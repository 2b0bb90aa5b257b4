"""The models' container image: named by its content, complete, and pushed to a sandbox once."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from deploy.model_image import ModelImage, PushError, address, collect, push_sandbox
from tests.packaging.test_locks import pins

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-jobs" / "bin" / "python"


def test_it_holds_the_programs_what_they_import_and_what_docker_builds_it_with():
    image = collect()
    assert image.programs == {"train", "evaluate", "serve", "report_drift"}
    assert {"Dockerfile", "requirements.txt", "groundwork/spec/model_run.py", "model_code/predictor.py"} <= set(
        image.files
    )
    tops = {name.split("/")[0] for name in image.files}
    assert tops == {"Dockerfile", "requirements.txt", "groundwork", "model_code", *image.programs}
    assert {name.split("/")[1] for name in image.files if name.startswith("groundwork/")} == {
        "__init__.py",
        "spec",
        "decisions",
    }
    assert all(image.files[program].startswith(b"#!/usr/bin/env python\n") for program in image.programs)


def test_its_tag_is_one_that_ecr_takes_and_names_the_content():
    image = ModelImage({"train": b"1"}, frozenset({"train"}))
    assert re.fullmatch(r"[0-9a-f]{16}", image.tag)
    assert image.tag == ModelImage({"train": b"1"}, frozenset({"train"})).tag
    assert image.tag != ModelImage({"train": b"2"}, frozenset({"train"})).tag
    assert image.tag != ModelImage({"trains": b"1"}, frozenset({"train"})).tag


def test_written_twice_it_is_the_same_folder_whose_programs_can_be_started(tmp_path):
    image = collect()
    folder = image.write(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert image.write(tmp_path) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert folder == tmp_path / "images" / image.digest
    assert all((folder / program).stat().st_mode & stat.S_IXUSR for program in image.programs)
    assert [path.name for path in (tmp_path / "images").iterdir()] == [image.digest], "no draft is left"


def test_docker_finds_what_its_file_copies_and_the_programs_on_the_path():
    """There is no container engine here, so that the file is read and not built."""
    image = collect()
    text = image.files["Dockerfile"].decode()
    copied = re.findall(r"^COPY (?:--chown=\S+ )?(\S+)", text, re.MULTILINE)
    assert set(copied) - {"."} <= set(image.files)
    assert re.search(r"^FROM python:3\.12-slim", text, re.MULTILINE)
    assert "ENV PATH=/opt/groundwork:$PATH" in text
    assert "WORKDIR /opt/groundwork" in text
    assert "USER groundwork" in text
    assert "ENTRYPOINT" not in text


def test_it_installs_the_versions_that_the_programs_are_tested_with():
    ours = pins(REPOSITORY / "requirements" / "model-3.12.txt")
    tested = pins(REPOSITORY / "requirements" / "jobs-3.12.txt")
    assert ours.items() <= tested.items()
    assert {"xgboost-cpu", "scikit-learn", "starlette", "uvicorn", "mlflow", "evidently", "pydantic"} <= ours.keys()
    assert not {"pyspark", "moto", "apache-airflow"} & ours.keys()


def test_a_push_is_taken_once_and_the_same_again_changes_nothing(sandbox, tmp_path):
    image = collect()
    folder, named = image.write(tmp_path / "out"), address(image, REPOSITORY, "sandbox")
    assert named == f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/groundwork-models:{image.tag}"
    first = push_sandbox(folder, named, PYTHON, sandbox["endpoint_url"])
    assert push_sandbox(folder, named, PYTHON, sandbox["endpoint_url"]) == first
    (folder / "train").write_text("print('other')")
    with pytest.raises(PushError, match="tags are immutable"):
        push_sandbox(folder, named, PYTHON, sandbox["endpoint_url"])


def test_only_a_sandbox_is_pushed_to(tmp_path):
    with pytest.raises(PushError, match=r"is no sandbox: it listens on 127\.0\.0\.1 only; push to ECR with docker"):
        push_sandbox(tmp_path, "x/y:z", PYTHON, "https://api.ecr.eu-west-1.amazonaws.com")
    with pytest.raises(PushError, match="is the sandbox up"):
        push_sandbox(tmp_path, "x/y:z", PYTHON, "http://127.0.0.1:9")


def test_an_environment_without_an_image_is_named(tmp_path):
    include = tmp_path / "include" / "environments"
    include.mkdir(parents=True)
    text = (REPOSITORY / "include" / "environments" / "sandbox.yaml").read_text()
    kept = [each for each in text.splitlines() if not each.startswith(("modelImage", "modules"))]
    (include / "sandbox.yaml").write_text("\n".join(kept))
    with pytest.raises(PushError, match="environment 'sandbox' names no modelImage"):
        address(collect(), tmp_path, "sandbox")
