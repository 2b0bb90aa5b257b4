from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from groundwork.hooks.job_attempts import Attempt, JobAttempts, TaskRun
from groundwork.hooks.job_engine import EngineError, JobIdentity
from groundwork.hooks.job_once import JobError, JobOnce
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.spark_job import JobStart, SparkJobHook, job_start, last_lines, read_state, tag_values
from groundwork.spec.run import JobSpec
from sandbox.launcher import Sandbox
from tests.lifecycle.conftest import until
from tests.lifecycle.lake import Lake

DAG = "refine_data__things"


@pytest.fixture(scope="session")
def lake(sandbox: Sandbox) -> Lake:
    """Buckets, ledger, application and a job that does as it is told."""
    made = Lake(sandbox.settings)
    made.make()
    return made


@pytest.fixture
def engine(aws: Sandbox, lake: Lake) -> SparkJobHook:
    """The engine."""
    return SparkJobHook(lake.environment)


@pytest.fixture
def attempts(aws: Sandbox, lake: Lake) -> JobAttempts:
    """The ledger's attempts."""
    return JobAttempts(LedgerHook(table=lake.environment.ledger_table, region_name=lake.environment.region))


def asked(lake: Lake, name: str, order: str, run_id: str) -> JobStart:
    """A job that does what it is told."""
    spec = written(lake, order, run_id)
    artifacts = lake.environment.bucket("artifacts")
    return JobStart(
        identity=JobIdentity(name, name, {"groundwork:run": run_id}),
        role=lake.environment.execution_roles["refine"],
        entry_point=f"s3://{artifacts}/{spec.run.bundle.entry_point}",
        archive=f"s3://{artifacts}/{spec.run.bundle.archive}",
        arguments=("--spec", spec.uri),
    )


def written(lake: Lake, order: str, run_id: str) -> JobSpec:
    """A spec where the job looks for it."""
    spec = JobSpec(spec_version=1, stages=("refine",), run=lake.freeze(order, DAG, run_id))
    bucket, _, key = spec.uri.removeprefix("s3://").partition("/")
    lake.s3.put_object(Bucket=bucket, Key=key, Body=spec.to_json().encode())
    return spec


def test_the_same_token_starts_one_job_and_its_log_can_be_read(lake: Lake, engine: SparkJobHook) -> None:
    job = asked(lake, "once-1", "wait", "once")
    first = engine.start(job)
    assert engine.start(job) == first
    assert len(lake.jobs("once")) == 1
    assert engine.find("once-1") == first
    assert engine.find("once-2") is None
    assert engine.state(first).phase == "running"
    lake.let_go(DAG, "once")
    until(lambda: engine.state(first).phase == "succeeded")
    assert engine.state(first).word == "SUCCESS"
    assert engine.find("once-1") is None, "it has ended"
    assert "the job is done" in engine.tail(first, 5)
    engine.cancel(first)
    assert engine.state(first).phase == "succeeded", "one that has ended stays as it is"


def test_a_job_is_cancelled_and_another_fails(lake: Lake, engine: SparkJobHook) -> None:
    waiting = engine.start(asked(lake, "cancel-1", "wait", "cancel"))
    failing = engine.start(asked(lake, "fail-1", "fail", "fail"))
    engine.cancel(waiting)
    until(lambda: engine.state(waiting).phase == "cancelled")
    until(lambda: engine.state(failing).phase == "failed")
    assert "the job has failed as it was told" in engine.state(failing).detail
    assert engine.state("00unknown").phase == "failed"


def test_an_application_that_is_not_there_says_the_mend(aws: Sandbox, lake: Lake) -> None:
    other = lake.environment.engine.model_copy(update={"application": "nowhere"})
    hook = SparkJobHook(lake.environment.model_copy(update={"engine": other}))
    with pytest.raises(EngineError, match=r"no application 'nowhere' in eu-west-1.*make up"):
        _ = hook.application_id


def test_an_application_that_does_not_start_itself_is_started(aws: Sandbox, lake: Lake) -> None:
    made = lake.emr.create_application(
        name="asleep", releaseLabel="emr-spark-8.0.0", type="SPARK", autoStartConfiguration={"enabled": False}
    )
    engine = lake.environment.engine.model_copy(update={"application": "asleep"})
    hook = SparkJobHook(lake.environment.model_copy(update={"engine": engine, "job_url": None}))
    job_id = hook.start(asked(lake, "asleep-1", "end", "asleep"))
    assert lake.emr.get_application(applicationId=made["applicationId"])["application"]["state"] == "STARTED"
    until(lambda: hook.state(job_id).phase == "succeeded")
    assert hook.job_url(job_id).endswith(f"/applications/{made['applicationId']}/jobs/{job_id}/SPARK_DRIVER/stdout.gz")


def once(attempts: JobAttempts, engine: SparkJobHook, run_id: str) -> JobOnce:
    return JobOnce(TaskRun(DAG, run_id, "run"), attempts, engine, sleep=lambda _: None)


def begin(job: JobOnce, attempt: Attempt, engine: SparkJobHook, spec: JobSpec) -> str:
    """Start the attempt's job as an operator does."""
    return job.start(attempt, lambda identity: engine.start(job_start(spec, identity)), spec.run.subject)


def started(job: JobOnce, engine: SparkJobHook, spec: JobSpec) -> Attempt:
    """Try 1 has started a job."""
    attempt = job.attach(1)
    return replace(attempt, job_id=begin(job, attempt, engine, spec))


def test_a_start_whose_record_was_lost_is_found_again(
    lake: Lake, engine: SparkJobHook, attempts: JobAttempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = written(lake, "end", "lost")
    job = once(attempts, engine, "lost")
    attempt = job.attach(1)
    with monkeypatch.context() as dying:
        dying.setattr(attempts, "record_start", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            begin(job, attempt, engine, spec)
    again = job.attach(2)
    assert again == attempt
    job_id = begin(job, again, engine, spec)
    assert [run["jobRunId"] for run in lake.jobs("lost")] == [job_id]
    until(lambda: engine.state(job_id).phase == "succeeded")
    job.record_end(again, engine.state(job_id))
    assert job.attach(3).state == "succeeded"


def test_a_worker_that_died_is_followed_and_a_cleared_task_begins_again(
    lake: Lake, engine: SparkJobHook, attempts: JobAttempts
) -> None:
    spec = written(lake, "wait", "cleared")
    job = once(attempts, engine, "cleared")
    first = started(job, engine, spec)
    assert job.attach(2) == first, "the worker of try 1 died before it waited"
    job.hand_over(first, 2)
    assert job.attach(2).job_id == first.job_id, "the same try"
    assert job.waited_for().watched_try == 2
    second = job.attach(3)
    assert (second.number, second.job_id) == (2, None)
    assert lake.states("cleared") == ["CANCELLED"]
    job_id = begin(job, second, engine, spec)
    assert lake.jobs("cleared")[1]["jobRunId"] == job_id
    job.hand_over(second, 3)
    job.hand_over(second, None)
    assert job.attach(4).job_id == job_id, "a trigger that broke is no clear"
    job.end(replace(second, job_id=job_id), "the test is over")
    last = attempts.last(TaskRun(DAG, "cleared", "run"))
    assert last is not None
    assert last.state == "cancelled"


def test_a_job_that_died_unseen_is_followed_by_the_next(
    lake: Lake, engine: SparkJobHook, attempts: JobAttempts
) -> None:
    job = once(attempts, engine, "dead")
    first = started(job, engine, written(lake, "fail", "dead"))
    until(lambda: engine.state(str(first.job_id)).phase == "failed")
    second = job.attach(2)
    assert (second.number, second.job_id) == (2, None)
    with pytest.raises(JobError, match="no job for"):
        job.waited_for()


def test_an_engine_that_does_not_end_a_job_is_not_followed_by_a_second_job(
    lake: Lake, engine: SparkJobHook, attempts: JobAttempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = once(attempts, engine, "stubborn")
    first = started(job, engine, written(lake, "wait", "stubborn"))
    job.hand_over(first, 1)
    with monkeypatch.context() as stubborn:
        stubborn.setattr(engine, "cancel", lambda _: None)
        with pytest.raises(JobError, match=r"is RUNNING|is SUBMITTED|is PENDING|is SCHEDULED"):
            job.attach(2)
    assert len(lake.jobs("stubborn")) == 1
    lake.let_go(DAG, "stubborn")


def test_a_stage_without_a_role_is_refused(lake: Lake, engine: SparkJobHook, attempts: JobAttempts) -> None:
    spec = written(lake, "end", "role")
    poor = spec.run.environment.model_copy(update={"execution_roles": {}})
    spec = spec.model_copy(update={"run": spec.run.model_copy(update={"environment": poor})})
    job = once(attempts, engine, "role")
    with pytest.raises(EngineError, match="'sandbox' has no role for refine; add it to executionRoles"):
        begin(job, job.attach(1), engine, spec)


def test_a_job_of_two_stages_has_the_role_of_the_pair_and_no_other(
    lake: Lake, engine: SparkJobHook, attempts: JobAttempts
) -> None:
    spec = written(lake, "end", "pair").model_copy(update={"stages": ("acquire", "refine")})
    single = {name: role for name, role in spec.run.environment.execution_roles.items() if name != "acquire_and_refine"}
    poor = spec.run.environment.model_copy(update={"execution_roles": single})
    spec = spec.model_copy(update={"run": spec.run.model_copy(update={"environment": poor})})
    job = once(attempts, engine, "pair")
    attempt = job.attach(1)
    with pytest.raises(EngineError, match="'sandbox' has no role for acquire_and_refine; add it to executionRoles"):
        begin(job, attempt, engine, spec)
    both = "arn:aws:iam::123456789012:role/lifecycle-both"
    roles = {**spec.run.environment.execution_roles, "acquire_and_refine": both}
    environment = spec.run.environment.model_copy(update={"execution_roles": roles})
    spec = spec.model_copy(update={"run": spec.run.model_copy(update={"environment": environment})})
    job_id = begin(job, attempt, engine, spec)
    started = lake.emr.get_job_run(applicationId=lake.application, jobRunId=job_id)["jobRun"]
    assert started["executionRole"] == both
    assert started["executionTimeoutMinutes"] == lake.environment.engine.execution_timeout_minutes == 5


@pytest.mark.parametrize("word", ["SUBMITTED", "PENDING", "SCHEDULED", "QUEUED", "RUNNING", "CANCELLING"])
def test_a_job_runs_until_it_has_ended(word: str) -> None:
    assert read_state({"jobRun": {"state": word}}).phase == "running"


def test_tags_are_what_aws_takes() -> None:
    assert tag_values({"run": "manual__2026-01-01T00:00:00+00:00"}) == {"run": "manual__2026-01-01T00:00:00+00:00"}
    assert tag_values({"run": "ü{%}" + "x" * 300}) == {"run": "____" + "x" * 252}


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_last_lines_of_a_long_log(size: int) -> None:
    text = "".join(f"line {number}\n" for number in range(500)) + "unfinished"
    packed = gzip.compress(text.encode())
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert last_lines(chunks, 3) == ["line 498", "line 499", "unfinished"]
    assert len(last_lines(chunks, 1000)) == 501
    assert last_lines([gzip.compress(b"")], 3) == []
