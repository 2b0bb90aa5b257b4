"""Requests become submissions and properties; no process is started here."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.emr_serverless.errors import SubmissionError
from sandbox.emr_serverless.spark_conf import driver_conf, jvm_settings, megabytes, properties_text
from sandbox.emr_serverless.submission import parse_submit_parameters, read_submission
from sandbox.jars import JARS
from sandbox.settings import Settings


def defaults(**properties: str) -> list[dict[str, Any]]:
    return [
        {"classification": "spark-defaults", "properties": {f"spark.{key}": value for key, value in properties.items()}}
    ]


def request(parameters: str = "", overrides: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    submit = {"entryPoint": "s3://code/refine.py", "entryPointArguments": ["--spec", "s3://a/b"]}
    if parameters:
        submit["sparkSubmitParameters"] = parameters
    return {
        "jobDriver": {"sparkSubmit": submit},
        "configurationOverrides": {"applicationConfiguration": overrides or []},
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for jar in JARS:
        (tmp_path / jar.file).touch()
    return Settings(home=tmp_path, port=4999, jars=tmp_path)


def test_submit_parameters_go_over_overrides_and_those_over_the_application() -> None:
    application = {"runtimeConfiguration": defaults(a="application", b="application", c="application")}
    submission = read_submission(request("--conf spark.c=submit", defaults(b="run", c="run")), application)
    assert submission.conf == {
        "spark.a": "application",
        "spark.b": "run",
        "spark.c": "submit",
        "spark.app.name": "refine",
    }
    assert submission.arguments == ("--spec", "s3://a/b")


def test_quotes_lists_and_variables() -> None:
    parameters = (
        "--conf 'spark.x=a b' --conf=spark.y=c=d --py-files s3://c/1.zip,s3://c/2.zip --files=s3://c/f "
        "--jars s3://c/j.jar --name told --conf spark.emr-serverless.driverEnv.STAGE=raw"
    )
    submission = read_submission(request(parameters), {})
    assert submission.conf == {"spark.x": "a b", "spark.y": "c=d", "spark.app.name": "told"}
    assert submission.py_files == ("s3://c/1.zip", "s3://c/2.zip")
    assert (submission.files, submission.jars) == (("s3://c/f",), ("s3://c/j.jar",))
    assert submission.environment == {"STAGE": "raw"}


def test_emrs_own_iceberg_jar_is_there_already() -> None:
    own = "--conf spark.jars=/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar,s3://c/mine.jar"
    assert read_submission(request(own), {}).jars == ("s3://c/mine.jar",)


@given(st.lists(st.sampled_from(["--conf", "spark.a=1", "--py-files", "s3://a/b", "'", "--x", "=", "--conf=spark.b"])))
def test_any_parameters_are_read_or_refused(words: list[str]) -> None:
    conf: dict[str, str] = {}
    with contextlib.suppress(SubmissionError):  # any other error is a failure
        conf = parse_submit_parameters(" ".join(words))
    assert all(key.startswith("spark.") for key in conf)


def test_every_catalog_reaches_the_sandbox_and_only_it(settings: Settings) -> None:
    caller = {
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "glue",
        "spark.sql.catalog.other": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.other.glue.endpoint": "https://glue.eu-west-1.example",
        "spark.sql.catalogImplementation": "in-memory",
    }
    conf = driver_conf(settings, caller, Path("/local"), [])
    for name in ("lake", "other"):
        assert conf[f"spark.sql.catalog.{name}.glue.endpoint"] == "http://127.0.0.1:4999"
        assert conf[f"spark.sql.catalog.{name}.s3.endpoint"] == "http://127.0.0.1:4999"
        assert conf[f"spark.sql.catalog.{name}.s3.path-style-access"] == "true"
    assert conf["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:4999"
    assert not [key for key in conf if "catalogImplementation." in key]


def test_emrs_machine_sizes_do_not_reach_the_laptop(settings: Settings) -> None:
    caller = {
        "spark.master": "yarn",
        "spark.executor.memory": "16g",
        "spark.executor.instances": "20",
        "spark.dynamicAllocation.maxExecutors": "50",
        "spark.driver.memory": "14g",
        "spark.local.dir": "/elsewhere",
        "spark.driver.extraJavaOptions": "-Dmine=1",
        "spark.sql.shuffle.partitions": "7",
    }
    conf = driver_conf(settings, caller, Path("/local"), [Path("/j/x.jar")])
    assert conf["spark.master"].startswith("local[")
    assert conf["spark.driver.memory"] == "2048m"
    assert conf["spark.local.dir"] == "/local"
    assert not [key for key in conf if key.startswith(("spark.executor.", "spark.dynamicAllocation"))]
    assert conf["spark.driver.extraJavaOptions"].endswith(" -Dmine=1")
    assert conf["spark.sql.shuffle.partitions"] == "7"
    assert conf["spark.jars"] == "/j/x.jar"
    assert conf["spark.driver.extraClassPath"].split(":")[0].endswith("iceberg-spark-runtime-4.1_2.13-1.11.0.jar")
    assert "spark.sql.session.timeZone" not in conf
    plain = driver_conf(settings, {}, Path("/other"), [])
    changed = {key for key in conf | plain if jvm_settings(conf).get(key) != jvm_settings(plain).get(key)}
    assert changed == {"spark.driver.memory", "spark.driver.extraJavaOptions", "spark.jars"}


@pytest.mark.parametrize(
    ("size", "expected"), [("1g", 1024), ("512m", 512), ("2048", 2048), ("1T", 1048576), ("9k", 1)]
)
def test_sizes(size: str, expected: int) -> None:
    assert megabytes(size) == expected


def test_properties_are_escaped() -> None:
    text = properties_text({"spark.a": "x=y:z#\\n", "spark.b": " lead", "spark.c": "two\nlines"})
    assert text == "spark.a=x\\=y\\:z\\#\\\\n\nspark.b=\\ lead\nspark.c=two\\nlines\n"
