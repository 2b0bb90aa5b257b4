"""The API as boto3 sees it: applications, tokens, validation, paging. Scripts here never start Spark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ROLE, Jobs

PASS = "pass"


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_application_lives_from_created_to_terminated(jobs: Jobs) -> None:
    emr = jobs.emr
    runtime = [{"classification": "spark-defaults", "properties": {"spark.sql.ansi.enabled": "true"}}]
    application = jobs.application(name="lives", runtimeConfiguration=runtime, tags={"team": "data"})

    def described() -> dict[str, Any]:
        return emr.get_application(applicationId=application)["application"]

    assert described()["state"] == "CREATED"
    assert described()["runtimeConfiguration"] == runtime
    assert described()["tags"] == {"team": "data"}
    assert described()["autoStopConfiguration"] == {"enabled": True, "idleTimeoutMinutes": 15}
    emr.start_application(applicationId=application)
    assert described()["state"] == "STARTED"
    with pytest.raises(ClientError) as refused:
        emr.delete_application(applicationId=application)
    assert code(refused) == ("ValidationException", 400)
    with pytest.raises(ClientError) as refused:
        emr.update_application(applicationId=application, architecture="ARM64")
    assert code(refused) == ("ValidationException", 400)
    emr.stop_application(applicationId=application)
    emr.update_application(applicationId=application, autoStopConfiguration={"enabled": True, "idleTimeoutMinutes": 3})
    assert described()["autoStopConfiguration"]["idleTimeoutMinutes"] == 3
    assert described()["runtimeConfiguration"] == runtime
    emr.delete_application(applicationId=application)
    assert described()["state"] == "TERMINATED"
    with pytest.raises(ClientError, match="terminated"):
        jobs.start(application, PASS)


def test_unknown_things_are_not_found(jobs: Jobs, application: str) -> None:
    for call, arguments in (
        (jobs.emr.get_application, {"applicationId": "00nothing"}),
        (jobs.emr.list_job_runs, {"applicationId": "00nothing"}),
        (jobs.emr.get_job_run, {"applicationId": application, "jobRunId": "00nothing"}),
        (jobs.emr.cancel_job_run, {"applicationId": application, "jobRunId": "00nothing"}),
        (jobs.emr.get_dashboard_for_job_run, {"applicationId": application, "jobRunId": "00nothing"}),
    ):
        with pytest.raises(ClientError) as missing:
            call(**arguments)
        assert code(missing) == ("ResourceNotFoundException", 404)


def test_a_token_starts_one_run(jobs: Jobs, application: str) -> None:
    request = jobs.request(application, PASS, name="once")
    first = jobs.emr.start_job_run(clientToken="t1", **request)
    again = jobs.emr.start_job_run(clientToken="t1", **request)
    assert again["jobRunId"] == first["jobRunId"]
    with pytest.raises(ClientError) as conflict:
        jobs.emr.start_job_run(clientToken="t1", **{**request, "name": "twice"})
    assert code(conflict) == ("ConflictException", 409)
    other = jobs.emr.start_job_run(clientToken="t2", **request)
    assert other["jobRunId"] != first["jobRunId"]
    jobs.wait(application, first["jobRunId"])
    after_the_end = jobs.emr.start_job_run(clientToken="t1", **request)
    assert after_the_end["jobRunId"] == first["jobRunId"]
    named = [run for run in jobs.emr.list_job_runs(applicationId=application)["jobRuns"] if run["name"] == "once"]
    assert len(named) == 2
    jobs.wait(application, other["jobRunId"])


def test_an_application_token_creates_one(jobs: Jobs) -> None:
    request = {"releaseLabel": "emr-spark-8.0.0", "type": "SPARK", "clientToken": "app-1"}
    first, again = (jobs.emr.create_application(name="a", **request)["applicationId"] for _ in range(2))
    assert first == again
    with pytest.raises(ClientError) as conflict:
        jobs.emr.create_application(name="b", **request)
    assert code(conflict) == ("ConflictException", 409)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"executionRoleArn": "arn:aws:iam::123456789012:user/not-a-role"}, "executionRoleArn"),
        ({"executionRoleArn": ROLE.replace("123456789012", "999999999999")}, "Cross-account"),
        ({"executionTimeoutMinutes": 2}, "at least 5 minutes"),
        ({"jobDriver": {"hive": {"query": "select 1"}}}, "only sparkSubmit"),
        ({"jobDriver": {"sparkSubmit": {"entryPoint": " "}}}, "entryPoint"),
        ({"mode": "STREAMING"}, "only BATCH"),
        ({"retryPolicy": {"maxAttempts": 3}}, "not in the sandbox"),
        ({"name": "n" * 257}, "length between 1 and 256"),
        (
            {"configurationOverrides": {"applicationConfiguration": [{"classification": "spark-driver-log4j2"}]}},
            "spark-driver-log4j2",
        ),
    ],
)
def test_bad_requests_are_refused(jobs: Jobs, application: str, change: dict[str, Any], says: str) -> None:
    before = len(jobs.emr.list_job_runs(applicationId=application)["jobRuns"])
    with pytest.raises(ClientError, match=says) as refused:
        jobs.emr.start_job_run(**{**jobs.request(application, PASS), **change})
    assert code(refused) == ("ValidationException", 400)
    assert len(jobs.emr.list_job_runs(applicationId=application)["jobRuns"]) == before


def test_applications_that_cannot_be_had_are_refused(jobs: Jobs) -> None:
    for settings in (
        {"type": "HIVE"},
        {"releaseLabel": "spark-4"},
        {"schedulerConfiguration": {"maxConcurrentRuns": 1}},
        {"initialCapacity": {"Driver": {"workerCount": 1, "workerConfiguration": {"cpu": "two", "memory": "4GB"}}}},
    ):
        with pytest.raises(ClientError) as refused:
            jobs.application(**settings)
        assert code(refused) == ("ValidationException", 400)


def test_an_application_that_may_not_start_itself(jobs: Jobs) -> None:
    application = jobs.application(autoStartConfiguration={"enabled": False})
    with pytest.raises(ClientError, match="autoStartConfiguration"):
        jobs.start(application, PASS)
    jobs.emr.start_application(applicationId=application)
    run = jobs.start(application, PASS)
    assert jobs.wait(application, run)["state"] == "SUCCESS"


def test_runs_are_listed_by_state_and_page_newest_first(jobs: Jobs) -> None:
    application = jobs.application()
    good = [jobs.start(application, PASS) for _ in range(3)]
    bad = jobs.start(application, "raise SystemExit(3)")
    for run in [*good, bad]:
        jobs.wait(application, run)
    emr = jobs.emr
    failed = emr.list_job_runs(applicationId=application, states=["FAILED"])["jobRuns"]
    assert [run["id"] for run in failed] == [bad]
    first = emr.list_job_runs(applicationId=application, maxResults=3)
    rest = emr.list_job_runs(applicationId=application, maxResults=3, nextToken=first["nextToken"])
    assert [run["id"] for run in first["jobRuns"] + rest["jobRuns"]] == [bad, *reversed(good)]
    assert "nextToken" not in rest
    created = jobs.get(application, good[1])["createdAt"] + timedelta(milliseconds=1)  # the answer is cut to these
    later = emr.list_job_runs(applicationId=application, createdAtAfter=created)["jobRuns"]
    assert [run["id"] for run in later] == [bad, good[2]]
    attempts = emr.list_job_run_attempts(applicationId=application, jobRunId=bad)["jobRunAttempts"]
    assert [(each["id"], each["attempt"], each["state"]) for each in attempts] == [(bad, 1, "FAILED")]
