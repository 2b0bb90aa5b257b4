"""What a StartJobRun asks Spark to do, read from its request: one entry point, its arguments, one merged conf."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sandbox.emr_serverless.errors import SubmissionError

DRIVER_ENVIRONMENT = "spark.emr-serverless.driverEnv."
LIST_OPTIONS = {"--py-files": "spark.submit.pyFiles", "--files": "spark.files", "--jars": "spark.jars"}
SINGLE_OPTIONS = {"--name": "spark.app.name", "--driver-memory": "spark.driver.memory"}
# Where EMR keeps the Iceberg runtime on its own images; here it is on the class path already.
EMR_OWN_JAR = re.compile(r"(file://|local://)?/usr/(share/aws|lib)/.*")


@dataclass(frozen=True)
class Submission:
    """One driver to start.

    :param entry_point: s3:// address of the Python script
    :param arguments: the script's arguments
    :param conf: Spark properties, the caller's alone
    :param py_files: archives and modules that the script imports
    :param files: files that shall lie in the working folder
    :param jars: jars beside the sandbox's own
    :param environment: variables of the driver beside the sandbox's own
    """

    entry_point: str
    arguments: tuple[str, ...]
    conf: dict[str, str]
    py_files: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    jars: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


def read_submission(request: dict[str, Any], application_request: dict[str, Any]) -> Submission:
    """Read a StartJobRun; what the submit parameters say goes over the overrides, and those over the application's.

    :param request: the members of StartJobRun
    :param application_request: the application's settings
    :raises SubmissionError: a parameter or an entry point that the sandbox cannot honour
    """
    submit = request["jobDriver"]["sparkSubmit"]
    overrides = request.get("configurationOverrides", {}).get("applicationConfiguration", [])
    conf = spark_defaults(application_request.get("runtimeConfiguration", [])) | spark_defaults(overrides)
    conf |= parse_submit_parameters(submit.get("sparkSubmitParameters", ""))
    entry_point = submit["entryPoint"]
    if not re.fullmatch(r"s3[an]?://[^/]+/.+\.py", entry_point):
        raise SubmissionError(f"entryPoint {entry_point}: only a Python script on S3 (s3://bucket/key.py) runs here")
    lists = {key: _paths(conf.pop(key, "")) for key in LIST_OPTIONS.values()}
    jars = tuple(jar for jar in lists["spark.jars"] if not EMR_OWN_JAR.fullmatch(jar))
    conf, environment = split_environment(conf)
    conf.setdefault("spark.app.name", request.get("name") or PurePosixPath(entry_point).stem)
    return Submission(
        entry_point=entry_point,
        arguments=tuple(submit.get("entryPointArguments", [])),
        conf=conf,
        py_files=lists["spark.submit.pyFiles"],
        files=lists["spark.files"],
        jars=jars,
        environment=environment,
    )


def split_environment(conf: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Properties, and the driver's variables that were among them."""
    own = {key: value for key, value in conf.items() if key.startswith(DRIVER_ENVIRONMENT)}
    environment = {key.removeprefix(DRIVER_ENVIRONMENT): own[key] for key in sorted(own)}
    return {key: value for key, value in conf.items() if key not in own}, environment


def spark_defaults(configurations: list[dict[str, Any]]) -> dict[str, str]:
    """The properties of the spark-defaults classification."""
    merged: dict[str, str] = {}
    for each in configurations:
        if each["classification"] == "spark-defaults":
            merged |= each.get("properties", {})
    return merged


def parse_submit_parameters(parameters: str) -> dict[str, str]:
    """Turn ``--conf k=v --py-files …`` into properties.

    :raises SubmissionError: unbalanced quotes, an option without its value, or one that is not done here
    """
    try:
        words = shlex.split(parameters)
    except ValueError as error:
        raise SubmissionError(f"sparkSubmitParameters: {error}") from error
    conf: dict[str, str] = {}
    while words:
        option = words.pop(0)
        if option.startswith("--") and "=" in option and not option.startswith("--conf="):
            option, value = option.split("=", 1)
        elif option.startswith("--conf="):
            option, value = "--conf", option.removeprefix("--conf=")
        elif words:
            value = words.pop(0)
        else:
            raise SubmissionError(f"sparkSubmitParameters: {option} has no value")
        conf |= _property(option, value)
    return conf


def _property(option: str, value: str) -> dict[str, str]:
    if option in ("--conf", "-c"):
        key, equals, setting = value.partition("=")
        if not equals or not key.startswith("spark."):
            raise SubmissionError(f"sparkSubmitParameters: --conf {value}: expected spark.<key>=<value>")
        return {key: setting}
    known = LIST_OPTIONS | SINGLE_OPTIONS
    if option not in known:
        raise SubmissionError(
            f"sparkSubmitParameters: {option} is not in the sandbox; here are --conf, {', '.join(sorted(known))}"
        )
    return {known[option]: value}


def _paths(value: str) -> tuple[str, ...]:
    return tuple(path.strip() for path in value.split(",") if path.strip())
