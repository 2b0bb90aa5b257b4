"""Whatever dies, no container is left, no job is done twice, and the records say what became of each."""

from __future__ import annotations

import os
import signal
import urllib.request
from pathlib import Path

import pytest

from sandbox.__main__ import log_files
from sandbox.launcher import Sandbox, SandboxError

from .conftest import Jobs, until

STATUS = "TrainingJobStatus"


def pid_of(jobs: Jobs, name: str) -> int:
    """The container's process."""
    folder = jobs.sandbox.settings.sagemaker / "training" / name
    until(lambda: jobs.output("Training", name))
    return int((folder / "pid").read_text().split('"pid": ')[1].split(",")[0])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_server_leaves_no_container_and_true_records(fresh_jobs: Jobs) -> None:
    jobs, sandbox = fresh_jobs, fresh_jobs.sandbox
    working = [jobs.train("wait") for _ in range(2)]
    queued, stopped = jobs.train(), jobs.train()
    pids = [pid_of(jobs, name) for name in working]
    jobs.sagemaker.stop_training_job(TrainingJobName=stopped)
    os.kill(sandbox.status().pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in pids), seconds=5)
    sandbox.down()
    sandbox.up()
    for name in working:
        job = jobs.describe("Training", name)
        assert (job[STATUS], job["FailureReason"]) == (
            "Failed",
            "InternalServerError: the sandbox was restarted while the job ran",
        )
    assert jobs.wait("Training", queued)[STATUS] == "Completed"
    assert jobs.describe("Training", stopped)[STATUS] == "Stopped"
    with pytest.raises(jobs.sagemaker.exceptions.ResourceInUse):
        jobs.sagemaker.create_training_job(**jobs.training(TrainingJobName=working[0]))


def test_a_job_whose_container_was_never_started_begins_anew(fresh_jobs: Jobs) -> None:
    jobs, sandbox = fresh_jobs, fresh_jobs.sandbox
    jobs.put("data/x", "1")
    # the download waits in the server while it is killed
    sandbox.ask("faults", "POST", {"service": "s3", "action": "ListObjectsV2", "kind": "slow", "seconds": 60})
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://models/data/"}}
    name = jobs.train(InputDataConfig=[{"ChannelName": "c", "DataSource": source}])
    until(lambda: jobs.describe("Training", name)["SecondaryStatus"] == "Downloading")
    until((sandbox.settings.sagemaker / "training" / name).exists)
    os.kill(sandbox.status().pid, signal.SIGKILL)
    until(lambda: not sandbox.status().running)
    sandbox.up()
    assert jobs.told(jobs.wait("Training", name))["files"] == {"c/x": "1"}


def test_going_down_ends_containers_and_keeps_the_queue(fresh_jobs: Jobs) -> None:
    jobs, sandbox = fresh_jobs, fresh_jobs.sandbox
    working = [jobs.train("wait") for _ in range(2)]
    queued = jobs.train()
    pids = [pid_of(jobs, name) for name in working]
    sandbox.down()
    assert not [pid for pid in pids if alive(pid)]
    sandbox.up()
    reasons = {jobs.describe("Training", name)["FailureReason"] for name in working}
    assert reasons == {"InternalServerError: the sandbox was stopped while the job ran"}
    assert jobs.wait("Training", queued)[STATUS] == "Completed"


def test_faults_on_demand_a_job_dies_or_hangs(jobs: Jobs) -> None:
    ask = jobs.sandbox.ask
    ask("job-faults", "POST", {"kind": "die", "service": "sagemaker", "after_seconds": 0.3})
    ask("job-faults", "POST", {"kind": "hang", "service": "sagemaker"})
    job = jobs.wait("Training", jobs.train("wait"))
    assert job["FailureReason"].endswith("exit code: 137")
    hangs = jobs.train("save_when_asked", StoppingCondition={"MaxRuntimeInSeconds": 1})
    job = jobs.wait("Training", hangs)
    assert (job[STATUS], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert jobs.wait("Training", jobs.train())[STATUS] == "Completed"
    with pytest.raises(SandboxError, match="kind: 'out_of_memory' is none of die, hang"):
        ask("job-faults", "POST", {"kind": "out_of_memory", "service": "sagemaker"})


def test_a_deaf_container_is_killed_after_the_grace(jobs: Jobs) -> None:
    jobs.sandbox.ask("job-faults", "POST", {"kind": "hang", "service": "sagemaker", "after_seconds": 0})
    name = jobs.train("wait")
    pid = pid_of(jobs, name) if jobs.output("Training", name) else 0
    jobs.sagemaker.stop_training_job(TrainingJobName=name)
    assert jobs.wait("Training", name)[STATUS] == "Stopped"
    assert not pid or not alive(pid)


def test_a_jobs_page_shows_outcome_and_log_and_escapes_both(jobs: Jobs) -> None:
    name = jobs.train("crash")
    jobs.wait("Training", name)
    address = f"{jobs.sandbox.settings.endpoint}/_sandbox/sagemaker/jobs/training/{name}"
    page = urllib.request.urlopen(address).read().decode()
    assert "Training job, Failed AlgorithmError: ValueError: column dep_time is missing" in page
    assert "raise ValueError(&quot;column dep_time is missing&quot;)" in page
    assert b"column dep_time is missing" in urllib.request.urlopen(f"{address}/stderr").read()
    with pytest.raises(SandboxError, match="no such page of the sandbox"):
        Sandbox(jobs.sandbox.settings).ask("sagemaker/jobs/training/none")
    with pytest.raises(SandboxError, match="no such page of the sandbox"):
        Sandbox(jobs.sandbox.settings).ask("sagemaker/jobs/training/..%2f..")


def test_the_logs_command_finds_a_job_by_its_name(jobs: Jobs) -> None:
    settings = jobs.sandbox.settings
    name = jobs.train("crash")
    jobs.wait("Training", name)
    files = log_files(settings, name)
    assert files == log_files(settings, f"training/{name}")
    assert "column dep_time is missing" in files[1].read_text()
    (settings.sagemaker / "processing" / name).mkdir(parents=True)
    with pytest.raises(SandboxError, match=rf"several jobs '{name}': say processing/{name} or training/{name}"):
        log_files(settings, name)
    with pytest.raises(SandboxError, match="no job 'none' under"):
        log_files(settings, "none")
