"""The Spark properties of a driver: the sandbox's own around the caller's, as EMR brings its own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from sandbox.class_archive import archive_option
from sandbox.emr_serverless.errors import SubmissionError
from sandbox.jars import jar_paths
from sandbox.settings import REGION, Settings

DEFAULT_HEAP_MB = 1024
LARGEST_HEAP_MB = 2048
SMALL_HEAP_MB = 32
CORES = os.cpu_count() or 1
# Drivers live seconds: the small compiler and the serial collector halve the processor time of a short job, and a job
# of a million rows was no slower by them. The code that Spark generates for many columns is longer than what a JVM
# compiles unasked, and the small compiler's 48 MB for compiled code are full after a few jobs, which then throws code
# away and compiles it again. A driver that runs out of memory ends, as on EMR.
JVM_OPTIONS = (
    "-XX:TieredStopAtLevel=1 -XX:-DontCompileHugeMethods -XX:ReservedCodeCacheSize=192m -XX:+UseSerialGC "
    "-XX:+ExitOnOutOfMemoryError"
)
# What a JVM has from its first moment on; the rest is read when its SparkContext is made.
JVM_KEYS = re.compile(
    r"spark\.driver\.(memory|memoryOverhead|extraJavaOptions|defaultJavaOptions|extraClassPath|extraLibraryPath)"
    r"|spark\.jars|spark\.driver\.userClassPathFirst"
)
# Sizes and places that belong to EMR's machines; the sandbox has one machine.
IGNORED = re.compile(
    r"spark\.(master|local\.dir|ui\.enabled|driver\.(bindAddress|host|port|cores))"
    r"|spark\.executor\.(memory|memoryOverhead|cores|instances)"
    r"|spark\.dynamicAllocation\..*|spark\.emr-serverless\..*|spark\.submit\.deployMode"
)
REFUSED = ("spark.jars.packages", "spark.jars.repositories", "spark.archives")
CATALOG = re.compile(r"spark\.sql\.catalog\.([^.]+)")


def driver_conf(
    settings: Settings, caller: Mapping[str, str], local: Path, jars: list[Path], heap_mb: int | None = None
) -> dict[str, str]:
    """All properties of one driver.

    :param settings: the sandbox that S3 and Glue are served by
    :param caller: what the job run and its application ask for
    :param local: folder for Spark's scratch files
    :param jars: jars beside the sandbox's own
    :param heap_mb: heap to give in spite of what is asked for
    :raises SubmissionError: a property that the sandbox cannot honour
    """
    for key in REFUSED:
        if key in caller:
            raise SubmissionError(
                f"{key} is not in the sandbox: put the files on S3 and name them by --jars or --files"
            )
    asked = {key: value for key, value in caller.items() if not IGNORED.fullmatch(key)}
    heap = heap_mb or min(megabytes(asked.get("spark.driver.memory", f"{DEFAULT_HEAP_MB}m")), LARGEST_HEAP_MB)
    conf = _defaults(settings) | asked | _catalogs(settings, asked) | _fixed(local)
    conf["spark.driver.memory"] = f"{heap}m"
    # The sandbox's own jars come first on the class path and always the same: the class archive depends on that.
    own = [str(path) for path in jar_paths(settings.jars)]
    conf["spark.driver.extraClassPath"] = ":".join([*own, asked.get("spark.driver.extraClassPath", "")]).rstrip(":")
    if jars:
        conf["spark.jars"] = ",".join(str(path) for path in jars)
    # The caller's come last, because of two that contradict each other the JVM takes the later one.
    options = [archive_option(settings.jars), JVM_OPTIONS, asked.get("spark.driver.extraJavaOptions", "")]
    conf["spark.driver.extraJavaOptions"] = " ".join(option for option in options if option)
    return conf


def jvm_settings(conf: Mapping[str, str]) -> dict[str, str]:
    """The properties that cannot change once the JVM runs."""
    return {key: value for key, value in conf.items() if JVM_KEYS.fullmatch(key)}


def _defaults(settings: Settings) -> dict[str, str]:
    """What EMR brings and a job may change."""
    return {
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3n.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": settings.endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": REGION,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        # 200 shuffle partitions are for a fleet
        "spark.sql.shuffle.partitions": str(2 * CORES),
    }


def _catalogs(settings: Settings, asked: Mapping[str, str]) -> dict[str, str]:
    """Every catalog that the job names reaches this sandbox and nothing else."""
    conf = {}
    for name in {match.group(1) for key in asked if (match := CATALOG.fullmatch(key))}:
        prefix = f"spark.sql.catalog.{name}."
        conf[prefix + "s3.endpoint"] = settings.endpoint
        conf[prefix + "glue.endpoint"] = settings.endpoint
        conf[prefix + "s3.path-style-access"] = "true"
    return conf


def _fixed(local: Path) -> dict[str, str]:
    return {
        "spark.master": f"local[{CORES}]",
        "spark.submit.deployMode": "client",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(local),
    }


def megabytes(size: str) -> int:
    """A JVM size (``1g``, ``512m``, ``1024``) in MB.

    :raises SubmissionError: not a size
    """
    match = re.fullmatch(r"(\d+)\s*([kmgt]?)b?", size.strip().lower())
    if not match:
        raise SubmissionError(f"spark.driver.memory={size}: expected a size such as 1g or 512m")
    number, unit = int(match.group(1)), match.group(2) or "m"
    return max(1, number * {"k": 1, "m": 1024, "g": 1024**2, "t": 1024**3}[unit] // 1024)


def properties_text(conf: Mapping[str, str]) -> str:
    """The properties as the file that ``spark-submit --properties-file`` reads."""
    return "".join(f"{_escape(key)}={_escape(value)}\n" for key, value in sorted(conf.items()))


def _escape(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("=", "\\="), (":", "\\:"), ("#", "\\#")):
        text = text.replace(plain, escaped)
    return f"\\{text}" if text.startswith(" ") else text
