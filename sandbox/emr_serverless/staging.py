"""A job's folder: what the driver needs, fetched from S3 before it starts."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.emr_serverless.errors import SubmissionError
from sandbox.emr_serverless.spark_conf import driver_conf, jvm_settings, properties_text
from sandbox.emr_serverless.submission import Submission
from sandbox.settings import Settings

DRIVER = Path(__file__).with_name("driver.py")


@dataclass(frozen=True)
class Staged:
    """A job whose folder is complete.

    :param assignment: file that tells the driver what to run
    :param fit: what a driver that is already started must have been started with to take this job
    """

    folder: Path
    assignment: Path
    fit: dict[str, Any]
    environment: dict[str, str]


def stage(settings: Settings, s3: Any, folder: Path, submission: Submission, heap_mb: int | None = None) -> Staged:
    """Fill a job's folder.

    :param s3: client of the sandbox's S3
    :param folder: the job's folder
    :param submission: what to run
    :param heap_mb: heap to give in spite of what is asked for
    :raises SubmissionError: a file that is named cannot be fetched
    """
    work = folder / "work"
    work.mkdir(parents=True)
    script = fetch(s3, submission.entry_point, folder / "script", "entryPoint")
    jars = [fetch(s3, jar, folder / "jars", "--jars") for jar in submission.jars]
    py_files = [fetch(s3, each, folder / "py_files", "--py-files") for each in submission.py_files]
    for each in submission.files:
        fetch(s3, each, work, "--files")
    conf = driver_conf(settings, submission.conf, folder / "local", jars, heap_mb)
    if py_files:
        conf["spark.submit.pyFiles"] = ",".join(str(path) for path in py_files)
    environment = driver_environment(settings, folder) | submission.environment
    assignment = write_assignment(
        folder,
        {
            "script": str(script),
            "arguments": list(submission.arguments),
            "py_files": [str(path) for path in py_files],
            "conf": conf,
            "work": str(work),
            "taken": str(folder / "taken"),
        },
    )
    return Staged(folder, assignment, fit(conf, submission.environment), environment)


def write_assignment(folder: Path, assignment: dict[str, Any]) -> Path:
    """Write what a driver is to do, and its properties as spark-submit reads them."""
    properties = folder / "spark.properties"
    properties.write_text(properties_text(assignment["conf"]))
    path = folder / "assignment.json"
    path.write_text(json.dumps({**assignment, "properties": str(properties)}))
    for private in (properties, path):
        private.chmod(0o600)  # a conf may hold a secret
    return path


def fit(conf: dict[str, str], environment: dict[str, str]) -> dict[str, Any]:
    """What must be equal between a started driver and a job that wants to take it."""
    return {"jvm": jvm_settings(conf), "environment": environment}


def driver_environment(settings: Settings, folder: Path) -> dict[str, str]:
    """All variables of a driver; nothing of the server's own environment but where programs are."""
    inherited = {name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ}
    return {
        **inherited,
        **settings.client_environment(),
        "LANG": "C.UTF-8",
        "HOME": str(folder / "work"),
        "TMPDIR": str(folder / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LAUNCHER_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYSPARK_PYTHON": str(settings.jobs_python),
        "PYTHONSAFEPATH": "1",
        "GROUNDWORK_SANDBOX_JOB": str(folder),
    }


def fetch(s3: Any, address: str, folder: Path, what: str) -> Path:
    """Bring one file into a folder under its own name.

    :param address: s3:// address
    :param what: the parameter that named it, for the error
    :raises SubmissionError: not on S3, not there, or not readable
    """
    parts = urlsplit(address)
    key = parts.path.lstrip("/")
    name = Path(key).name
    if parts.scheme not in ("s3", "s3a", "s3n") or not parts.netloc or name in ("", ".", ".."):
        raise SubmissionError(f"{what} {address}: expected s3://bucket/key")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    try:
        s3.download_file(parts.netloc, key, str(target))
    except (ClientError, BotoCoreError) as error:
        raise SubmissionError(f"{what} {address} cannot be read: {error}") from error
    return target


def clear(folder: Path) -> None:
    """Drop what a finished job no longer needs: scratch files and jars. Script, conf and logs stay to be read."""
    for name in ("local", "jars", "warm"):
        shutil.rmtree(folder / name, ignore_errors=True)
