"""A class-data archive of what a Spark job loads: with it a JVM starts a job in about half the time.

Made once by running one real job (``archive_job.py``: CSV to Iceberg and back, against a moto server of its own) under
``-XX:ArchiveClassesAtExit``. The JVM itself refuses an archive of other jars or another Java, so a stale one costs
speed and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from sandbox.settings import REGION, REPOSITORY, Settings

ARCHIVE = "spark.jsa"
SECONDS = 240
JOB = REPOSITORY / "sandbox" / "archive_job.py"

CALLER_CONF = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.type": "glue",
    "spark.sql.catalog.lake.warehouse": "s3://lake/warehouse",
    "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "spark.sql.catalog.warm": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.warm.type": "hadoop",
}


class ArchiveError(Exception):
    """The job that makes the archive failed, or took too long; the message holds the end of its log, or the mend."""


def archive_option(jars: Path) -> str:
    """The JVM options that use the archive of a jars folder; empty when there is none."""
    archive = jars / ARCHIVE
    # what the JVM thinks of an archive belongs on stderr, and only when it is an error
    return f"-XX:SharedArchiveFile={archive} -Xlog:disable -Xlog:all=error:stderr" if archive.is_file() else ""


def ensure_archive(jars: Path) -> Path:
    """Make the archive when jars or Java are not those it was made of; otherwise start nothing.

    :param jars: the jars folder; the archive lies in it
    :raises ArchiveError: the job that makes it failed
    """
    archive, stamp = jars / ARCHIVE, jars / f"{ARCHIVE}.key"
    key = archive_key(jars)
    if archive.is_file() and stamp.is_file() and stamp.read_text() == key:
        return archive
    with tempfile.TemporaryDirectory(prefix="groundwork-archive-") as folder:
        made = Path(folder) / ARCHIVE
        _run_archive_job(Path(folder), jars, made)
        temporary = jars / f"{ARCHIVE}.{os.getpid()}"
        shutil.copyfile(made, temporary)
        os.replace(temporary, archive)
    stamp.write_text(key)
    return archive


def archive_key(jars: Path) -> str:
    """Digest of the Java and of every jar on a driver's class path, by size and time as the JVM checks them."""
    java = (
        Path(os.environ["JAVA_HOME"]) / "bin" / "java"
        if "JAVA_HOME" in os.environ
        else Path(shutil.which("java") or "")
    )
    modules = java.resolve().parent.parent / "lib" / "modules"
    files = [modules, JOB, *sorted(jars.glob("*.jar")), *sorted(_spark_jars().glob("*.jar"))]
    stats = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(json.dumps(stats).encode()).hexdigest()


def _spark_jars() -> Path:
    """PySpark's jars, found without importing it."""
    import importlib.util

    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise ArchiveError(f"{sys.executable} has no pyspark: run this with the jobs environment's interpreter")
    return Path(spec.origin).parent / "jars"


def _run_archive_job(folder: Path, jars: Path, archive: Path) -> None:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        settings = Settings(
            home=folder, port=server.get_host_and_port()[1], jobs_python=Path(sys.executable), jars=jars
        )
        _provide_sample(settings)
        status, said = _drive(settings, folder, archive)
    except subprocess.TimeoutExpired as error:
        raise ArchiveError(
            f"the job that makes {ARCHIVE} was not done after {error.timeout:.0f} s, where a few are enough: the "
            "machine is busy. Run it again when it is less so; what was fetched is kept"
        ) from error
    finally:
        server.stop()
    if status or not archive.is_file():
        raise ArchiveError(f"the job that makes {ARCHIVE} failed ({status}):\n{said[-2000:]}")


def _provide_sample(settings: Settings) -> None:
    import boto3

    variables = settings.client_environment()
    s3 = boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name=REGION,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="lake", Key="in/rows.csv", Body=b"id,name,at\n1,a,2013-01-01\n2,,2013-01-02\n")


def _drive(settings: Settings, folder: Path, archive: Path) -> tuple[int, str]:
    """Run the job; gives its driver's exit status and what it said on stderr."""
    from sandbox.emr_serverless.spark_conf import driver_conf
    from sandbox.emr_serverless.staging import driver_environment, write_assignment
    from sandbox.processes.spawner import kill_group

    work = folder / "work"
    work.mkdir()
    conf = driver_conf(settings, CALLER_CONF, folder / "local", [])
    conf["spark.driver.extraJavaOptions"] += f" -XX:ArchiveClassesAtExit={archive} -Xlog:disable"
    assignment = {"script": str(JOB), "arguments": [], "py_files": [], "conf": conf, "work": str(work)}
    path = write_assignment(folder, {**assignment, "jvm_seconds": SECONDS})
    command = [sys.executable, "-I", str(REPOSITORY / "sandbox" / "emr_serverless" / "driver.py"), str(path)]
    environment = driver_environment(settings, folder)
    with subprocess.Popen(
        command,
        env=environment,
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as driver:
        try:
            _, said = driver.communicate(timeout=SECONDS)
        except BaseException:  # too late, or interrupted
            kill_group(driver.pid, signal.SIGKILL)  # its JVM would outlive it
            raise
    return driver.returncode, said
