"""The Spark jars of the jobs: four coordinates, fetched once by Spark's own Ivy, checked, and kept for offline work.

``python -m sandbox.jars [--jars DIR]`` (under the jobs environment's interpreter) fetches what is missing and then
makes the class-data archive that shortens every JVM start (see ``sandbox.class_archive``). With ``--spark 4.0`` it only
fetches what that Spark needs: the sandbox runs 4.1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.class_archive import ArchiveError, ensure_archive
from sandbox.settings import default_settings

MANIFEST = "manifest.json"


class JarError(Exception):
    """The jars cannot be made ready; the message says what to do."""


@dataclass(frozen=True)
class Jar:
    """One jar by its Maven coordinate, with the digest it must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """What Ivy is asked for."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file(self) -> str:
        """Name in the jars folder."""
        return f"{self.artifact}-{self.version}.jar"

    @property
    def retrieved(self) -> str:
        """Name under which Spark's Ivy leaves it."""
        return f"{self.group}_{self.file}"


# Resolved without their dependencies: Spark and the two bundles bring those, and the one that nobody needs
# (software.amazon.awssdk:bundle, 600 MB) never comes in.
JARS = (
    Jar(
        "org.apache.iceberg",
        "iceberg-spark-runtime-4.1_2.13",
        "1.11.0",
        "d6ea6c5d099288daeb7d5a92061bd3d7d8f296492632b42378e5f2f0e3066242",
    ),
    Jar(
        "org.apache.iceberg",
        "iceberg-aws-bundle",
        "1.11.0",
        "38f01da7e96850cdd05e6616d758b77b43314b712a8808e3f9a824d56976162f",
    ),
    Jar(
        "org.apache.hadoop",
        "hadoop-aws",
        "3.4.2",
        "d2d24e6b715b5656b9d238bf13b6682a07e2004dd36aad74a73aeb854319f4d9",
    ),
    Jar(
        "software.amazon.awssdk",
        "s3-transfer-manager",
        "2.44.4",
        "dbcad736b19f6eb8471f9edf027d9fffe994228f25f415894efd01fd80cb6c02",
    ),
)

# The same for emr-spark-8.0.0 of EMR Serverless, which is Spark 4.0 with Hadoop 3.4.1 and Iceberg 1.10.1; for
# `make test-spark-4.0` alone.
JARS_OF_SPARK_4_0 = (
    Jar(
        "org.apache.iceberg",
        "iceberg-spark-runtime-4.0_2.13",
        "1.10.1",
        "2192a0881ed0f5773b5a83a8820d2b0b2069beec203028643a1c338551007f09",
    ),
    Jar(
        "org.apache.iceberg",
        "iceberg-aws-bundle",
        "1.10.1",
        "86bf20892ea5b4c17688f19b075399885f6aa5303f6b2dc9f491e76ceef9633b",
    ),
    Jar(
        "org.apache.hadoop",
        "hadoop-aws",
        "3.4.1",
        "01334a07e179cae2b7e251f24857f11e3759108c9d6a79dcbe362a4295227da2",
    ),
    Jar(
        "software.amazon.awssdk",
        "s3-transfer-manager",
        "2.33.0",
        "bebdf9c498828b8b07117887bf5fb9caa380a67f8406fa7598469e9b5c54cc43",
    ),
)

JARS_BY_SPARK = {"4.1": JARS, "4.0": JARS_OF_SPARK_4_0}


def jar_paths(directory: Path, jars: Sequence[Jar] = JARS) -> list[Path]:
    """Where the jars lie, in class-path order.

    :param directory: the jars folder
    :param jars: the jars that are wanted
    :raises JarError: one is not there
    """
    paths = [directory / jar.file for jar in jars]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise JarError(f"{directory}: {', '.join(missing)} missing. Run `make setup` (python -m sandbox.jars).")
    return paths


def ensure_jars(directory: Path, jars: Sequence[Jar] = JARS) -> list[Path]:
    """Fetch what is missing or damaged and return the paths; with nothing to do no JVM is started.

    :param directory: the jars folder; Ivy's cache lies below it
    :param jars: the jars that are wanted
    :raises JarError: no usable Java, no network, or a file whose digest is not the pinned one
    """
    manifest = _read_manifest(directory)
    wanted = [jar for jar in jars if not _unchanged(directory / jar.file, jar, manifest)]
    unfit = [jar for jar in wanted if not _verified(directory / jar.file, jar)]
    if unfit:
        _fetch(directory, unfit)
    if wanted:
        _write_manifest(directory, jars)
    return jar_paths(directory, jars)


def java_version() -> str:
    """Version of the Java that Spark will use.

    :raises JarError: there is none, or it is older than 17
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    mend = "Install Java 17 (a JRE is enough) and put it on PATH, or set JAVA_HOME to it."
    if not java or not Path(java).exists():
        raise JarError(f"no Java found ({java or 'not on PATH, and JAVA_HOME is not set'}). {mend}")
    # `-version` writes to stderr in every Java
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)[^"]*"', answer)
    if not match or int(match.group(1)) < 17:
        raise JarError(f"{java} is not Java 17 or newer ({answer.splitlines()[:1]}). {mend}")
    return answer.strip()


def _fetch(directory: Path, jars: Sequence[Jar]) -> None:
    java_version()
    ivy = directory / "ivy"
    ivy.mkdir(parents=True, exist_ok=True)
    for jar in jars:
        # a file that Ivy kept from an earlier, damaged download would be handed back unchanged
        (ivy / "jars" / jar.retrieved).unlink(missing_ok=True)
    try:
        _resolve(ivy, jars)
    except Exception as error:
        raise JarError(
            f"Ivy could not fetch {', '.join(jar.coordinate for jar in jars)}: {_first_line(error)}. "
            "This one step needs the network (a Maven repository; set DEFAULT_ARTIFACT_REPOSITORY to a mirror's "
            "address where the public one is out of reach). What arrived is kept; run it again."
        ) from error
    for jar in jars:
        arrived = ivy / "jars" / jar.retrieved
        if not _verified(arrived, jar):
            shutil.rmtree(ivy, ignore_errors=True)
            raise JarError(
                f"{jar.coordinate}: the digest of what came is not the pinned {jar.sha256[:12]}…; it was thrown away. "
                "Run it again; if it stays so, the repository serves another file than this project was built on."
            )
        os.replace(arrived, directory / jar.file)


def _resolve(ivy: Path, jars: Sequence[Jar]) -> None:
    """Let Spark's MavenUtils fetch exactly these coordinates, nothing transitive."""
    from pyspark.java_gateway import launch_gateway  # only here: importing pyspark costs more than checking the jars

    with (ivy / "resolve.log").open("ab") as noise:
        gateway: Any = launch_gateway(popen_kwargs={"stdout": noise, "stderr": noise})
    try:
        jvm = gateway.jvm
        maven = getattr(getattr(jvm.org.apache.spark.util, "MavenUtils$"), "MODULE$")
        none = getattr(getattr(jvm.scala, "None$"), "MODULE$")
        nothing = getattr(getattr(jvm.scala.collection.immutable, "Nil$"), "MODULE$")
        log = jvm.java.io.PrintStream(str(ivy / "ivy.log"))
        settings = maven.buildIvySettings(none, jvm.scala.Some(str(ivy)), True, log)
        coordinates = ",".join(jar.coordinate for jar in jars)
        maven.resolveMavenCoordinates(coordinates, settings, none, False, nothing, False, log)
    finally:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=30)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if "Exception" in line or "Error" in line]
    return (causes or lines or [type(error).__name__])[0][:300]


def _verified(path: Path, jar: Jar) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256


def _unchanged(path: Path, jar: Jar, manifest: dict[str, Any]) -> bool:
    """True when the file is the one whose digest was checked before: hashing 110 MB each time would cost more."""
    entry = manifest.get(jar.file)
    if entry is None or not path.is_file():
        return False
    stat = path.stat()
    return bool(entry == {"sha256": jar.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns})


def _read_manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((directory / MANIFEST).read_text())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(directory: Path, jars: Sequence[Jar]) -> None:
    entries = {}
    for jar in jars:
        stat = (directory / jar.file).stat()
        entries[jar.file] = {"sha256": jar.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    temporary = directory / f"{MANIFEST}.{os.getpid()}"
    temporary.write_text(json.dumps(entries, indent=1))
    os.replace(temporary, directory / MANIFEST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the jars folder complete; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.jars", description=__doc__.splitlines()[0])
    parser.add_argument("--jars", type=Path, default=default_settings().jars, help="folder (default: %(default)s)")
    parser.add_argument("--spark", choices=JARS_BY_SPARK, default="4.1", help="whose jars (default: %(default)s)")
    options = parser.parse_args(arguments)
    jars = JARS_BY_SPARK[options.spark]
    made = f"{len(jars)} jars"
    try:
        ensure_jars(options.jars, jars)
        if jars is JARS:
            made += f" and {ensure_archive(options.jars).name}"
    except (JarError, ArchiveError) as error:
        print(f"sandbox.jars: {error}", file=sys.stderr)
        return 1
    print(f"{made} in {options.jars}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
