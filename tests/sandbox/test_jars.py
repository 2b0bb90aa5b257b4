"""The Spark jars: fetched once, checked, offline afterwards. Ivy works from the cache that set-up left."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import sandbox.jars
from sandbox.class_archive import ARCHIVE, archive_option, ensure_archive
from sandbox.jars import JARS, JarError, ensure_jars, jar_paths, java_version
from sandbox.settings import default_settings

SMALL = next(jar for jar in JARS if jar.artifact == "s3-transfer-manager")
READY = default_settings().jars


@pytest.fixture
def without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


def test_with_nothing_to_do_no_java_is_started(without_java: None) -> None:
    started = time.perf_counter()
    paths = ensure_jars(READY)
    assert time.perf_counter() - started < 0.3
    assert [path.name for path in paths] == [jar.file for jar in JARS]


def test_a_damaged_jar_is_fetched_again(tmp_path: Path) -> None:
    shutil.copytree(READY / "ivy" / "cache", tmp_path / "ivy" / "cache", copy_function=os.link)
    good = (READY / SMALL.file).read_bytes()
    (tmp_path / SMALL.file).write_bytes(good[:1000])  # as an interrupted copy leaves it
    (path,) = ensure_jars(tmp_path, [SMALL])
    assert path.read_bytes() == good
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))  # touched, but the same
    assert ensure_jars(tmp_path, [SMALL]) == [path]
    with pytest.raises(JarError, match="is not the pinned 000000000000"):
        ensure_jars(tmp_path, [replace(SMALL, sha256="0" * 64)])
    assert path.read_bytes() == good


def test_without_java_the_error_says_what_to_install(without_java: None, tmp_path: Path) -> None:
    with pytest.raises(JarError, match="Install Java 17"):
        ensure_jars(tmp_path, [SMALL])
    with pytest.raises(JarError, match=f"{SMALL.file} missing. Run `make setup`"):
        jar_paths(tmp_path, [SMALL])


def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JarError, match="is not Java 17 or newer"):
        java_version()


def test_the_archive_is_there_and_not_made_again(tmp_path: Path) -> None:
    before = (READY / ARCHIVE).stat().st_mtime_ns
    assert ensure_archive(READY).stat().st_mtime_ns == before
    assert archive_option(READY).startswith(f"-XX:SharedArchiveFile={READY / ARCHIVE}")
    assert archive_option(tmp_path) == ""


def test_a_job_for_the_archive_that_takes_too_long_says_so_and_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for jar in JARS:
        os.link(READY / jar.file, tmp_path / jar.file)
    monkeypatch.setattr(sandbox.class_archive, "SECONDS", 4)  # by then its JVM runs, and is far from done
    assert sandbox.jars.main(["--jars", str(tmp_path)]) == 1
    assert "was not done after 4 s, where a few are enough: the machine is busy" in capsys.readouterr().err
    assert not (tmp_path / ARCHIVE).exists()
    until = time.monotonic() + 5
    while left := [each for each in commands() if str(tmp_path).encode() in each]:
        assert time.monotonic() < until, left
        time.sleep(0.1)


def commands() -> Iterator[bytes]:
    """Command lines of all processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def test_spark_4_0_gets_jars_of_its_own_and_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(sandbox.jars, "ensure_jars", lambda folder, jars: asked.extend([folder, *jars]))
    assert sandbox.jars.main(["--spark", "4.0", "--jars", str(tmp_path)]) == 0
    assert asked[0] == tmp_path
    assert [jar.file for jar in asked[1:]] == [
        "iceberg-spark-runtime-4.0_2.13-1.10.1.jar",
        "iceberg-aws-bundle-1.10.1.jar",
        "hadoop-aws-3.4.1.jar",
        "s3-transfer-manager-2.33.0.jar",
    ]
    assert capsys.readouterr().out == f"4 jars in {tmp_path}\n"
