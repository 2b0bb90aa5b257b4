"""What becomes of job runs: states, order, cancel, faults, isolation, logs. Scripts here never start Spark."""

from __future__ import annotations

import gzip
import io
import json
import time
import urllib.request
import zipfile

import pytest

from sandbox.launcher import Sandbox, SandboxError

from .conftest import BUCKET, REPOSITORY, Jobs, alive, until

SLEEP = "import time, os; print(os.getpid(), flush=True); time.sleep(120)"


def pid_of(jobs: Jobs, run: str) -> int:
    return int(until(lambda: (jobs.folder(run) / "stdout").exists() and jobs.output(run).strip()))


def test_states_over_time_and_what_a_script_is_given(jobs: Jobs, application: str) -> None:
    script = "import sys, json, os\nprint(json.dumps([sys.argv[1:], __name__, os.listdir('.')]))"
    script += "\nimport time; time.sleep(1.2)"
    data = jobs.put("hello", ".txt")
    run = jobs.start(application, script, "a b", "--x=1", submit=f"--files {data}", name="named")
    seen = [jobs.get(application, run)["state"]]
    while seen[-1] not in ("SUCCESS", "FAILED"):
        state = jobs.get(application, run)["state"]
        if state != seen[-1]:
            seen.append(state)
    order = ["SUBMITTED", "PENDING", "SCHEDULED", "RUNNING", "SUCCESS"]
    assert seen == [state for state in order if state in seen]
    assert seen[-2:] == ["RUNNING", "SUCCESS"]
    assert json.loads(jobs.output(run)) == [["a b", "--x=1"], "__main__", [data.rsplit("/", 1)[1]]]
    ended = jobs.get(application, run)
    assert ended["name"] == "named"
    assert ended["totalExecutionDurationSeconds"] in (1, 2)
    assert ended["createdAt"] <= ended["startedAt"] <= ended["endedAt"]
    assert jobs.emr.get_application(applicationId=application)["application"]["state"] == "STARTED"


def test_a_failure_says_its_last_error(jobs: Jobs, application: str) -> None:
    run = jobs.start(application, "import json\nprint('before')\njson.loads('{')")
    ended = jobs.wait(application, run)
    assert ended["state"] == "FAILED"
    assert ended["stateDetails"].startswith(
        "Job failed. ExitCode: 1. Last error: json.decoder.JSONDecodeError: Expecting"
    )
    assert "line 3, in <module>" in jobs.output(run, "stderr")
    assert "driver.py" not in jobs.output(run, "stderr")
    assert jobs.output(run) == "before\n"
    exits = jobs.start(application, "import sys; sys.exit('no such product')")
    assert jobs.wait(application, exits)["stateDetails"] == "Job failed. ExitCode: 1. Last error: no such product"


@pytest.mark.parametrize(
    ("submit", "says"),
    [
        ("--class Main", "--class is not in the sandbox"),
        ("--conf spark.x", "expected spark.<key>=<value>"),
        ("--conf 'spark.a=b", "No closing quotation"),
        ("--py-files", "--py-files has no value"),
        ("--conf spark.jars.packages=a:b:1", "spark.jars.packages is not in the sandbox"),
        ("--conf spark.driver.memory=lots", "spark.driver.memory=lots"),
        ("--py-files s3://jobs/code/none.zip", "s3://jobs/code/none.zip cannot be read"),
        ("--files /etc/passwd", "expected s3://bucket/key"),
    ],
)
def test_what_cannot_be_honoured_fails_before_it_starts(jobs: Jobs, application: str, submit: str, says: str) -> None:
    ended = jobs.wait(application, jobs.start(application, "pass", submit=submit))
    assert (ended["state"], "startedAt" in ended) == ("FAILED", False)
    assert says in ended["stateDetails"]


def test_an_entry_point_that_is_no_script_on_s3_fails(jobs: Jobs, application: str) -> None:
    request = jobs.request(application, "pass")
    for entry_point, says in (("local:///x.jar", "only a Python script"), (f"s3://{BUCKET}/none.py", "cannot be read")):
        request["jobDriver"]["sparkSubmit"]["entryPoint"] = entry_point
        run = jobs.emr.start_job_run(**request)["jobRunId"]
        assert says in jobs.wait(application, run)["stateDetails"]


def test_a_job_cannot_import_the_repository_nor_see_the_servers_environment(jobs: Jobs, application: str) -> None:
    script = """
import importlib.util, json, os, sys
names = ["sandbox", "groundwork", "laptop", "tests", "driver", "spawner"]
print(json.dumps({"found": [n for n in names if importlib.util.find_spec(n)], "path": sys.path,
                  "environment": sorted(os.environ), "home": os.environ["HOME"], "cwd": os.getcwd()}))
"""
    run = jobs.start(application, script, submit="--conf spark.emr-serverless.driverEnv.STAGE=raw")
    jobs.wait(application, run, "SUCCESS")
    told = json.loads(jobs.output(run))
    assert told["found"] == []
    assert not [path for path in told["path"] if path.startswith(str(REPOSITORY)) and ".venv" not in path]
    assert told["home"] == told["cwd"] == str(jobs.folder(run) / "work")
    allowed = {"PATH", "JAVA_HOME", "LANG", "HOME", "TMPDIR", "LC_CTYPE", "STAGE"}
    prefixes = ("AWS_", "SPARK_", "PYSPARK_", "PYTHONSAFEPATH", "GROUNDWORK_SANDBOX_JOB")
    assert [name for name in told["environment"] if name not in allowed and not name.startswith(prefixes)] == []
    assert "STAGE" in told["environment"]


def test_a_job_reaches_the_sandbox_and_its_py_files(jobs: Jobs, application: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shared/__init__.py", "WORD = 'from the archive'")
    script = f"""
import boto3, shared
boto3.client("s3").put_object(Bucket="{BUCKET}", Key="out/word", Body=shared.WORD.encode())
"""
    run = jobs.start(application, script, submit=f"--py-files {jobs.put(archive.getvalue(), '.zip')}")
    jobs.wait(application, run, "SUCCESS")
    assert jobs.s3.get_object(Bucket=BUCKET, Key="out/word")["Body"].read() == b"from the archive"


def test_logs_come_in_emrs_layout_while_the_job_runs(jobs: Jobs, application: str) -> None:
    monitoring = {
        "s3MonitoringConfiguration": {"logUri": f"s3://{BUCKET}/logs/"},
        "cloudWatchLoggingConfiguration": {
            "enabled": True,
            "logGroupName": "/test/jobs",
            "logStreamNamePrefix": "spark",
            "logTypes": {"SPARK_DRIVER": ["STDOUT"]},
        },
    }
    script = (
        "import sys, time\nprint('first', flush=True)\nprint('oops', file=sys.stderr)\ntime.sleep(4)\nprint('last')"
    )
    run = jobs.start(application, script, configurationOverrides={"monitoringConfiguration": monitoring})
    place = f"applications/{application}/jobs/{run}/SPARK_DRIVER"

    def uploaded(stream: str) -> str:
        found = jobs.s3.get_object(Bucket=BUCKET, Key=f"logs/{place}/{stream}.gz")["Body"].read()
        return gzip.decompress(found).decode()

    def events() -> list[str]:
        streams = jobs.logs.describe_log_streams(logGroupName="/test/jobs")["logStreams"]
        assert [each["logStreamName"] for each in streams] == [f"spark/{place}/stdout"]
        answer = jobs.logs.get_log_events(logGroupName="/test/jobs", logStreamName=f"spark/{place}/stdout")
        return [event["message"] for event in answer["events"]]

    listed = {"Bucket": BUCKET, "Prefix": f"logs/{place}/stdout.gz"}
    until(lambda: jobs.s3.list_objects_v2(**listed).get("Contents"))
    assert uploaded("stdout") == "first\n"
    until(lambda: jobs.logs.describe_log_groups(logGroupNamePrefix="/test/jobs")["logGroups"])
    assert until(events) == ["first"]
    assert jobs.get(application, run)["state"] == "RUNNING"
    jobs.wait(application, run, "SUCCESS")
    assert uploaded("stdout") == "first\nlast\n"
    assert uploaded("stderr") == "oops\n"
    assert events() == ["first", "last"]


def test_the_dashboard_shows_the_log_and_escapes_it(jobs: Jobs, application: str) -> None:
    run = jobs.start(application, "print('<script>alert(1)</script>')", name="<b>bold</b>")
    jobs.wait(application, run)
    url = jobs.emr.get_dashboard_for_job_run(applicationId=application, jobRunId=run)["url"]
    page = urllib.request.urlopen(url).read().decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page
    assert "<b>bold" not in page
    assert urllib.request.urlopen(f"{url}/stdout").read() == b"<script>alert(1)</script>\n"


def test_two_at_once_first_come_first_served_and_a_queued_run_can_be_cancelled(jobs: Jobs) -> None:
    application = jobs.application()
    script = "import sys, time; time.sleep(float(sys.argv[1]))"
    working = [jobs.start(application, script, seconds) for seconds in ("1", "2.5")]
    queued = [jobs.start(application, script, "2") for _ in range(3)]
    until(lambda: jobs.get(application, queued[0])["state"] == "PENDING")
    assert jobs.get(application, queued[0])["stateDetails"] == "waiting for one of 2 job slots"
    assert {jobs.get(application, run)["state"] for run in working} <= {"SCHEDULED", "RUNNING"}
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=queued[1])
    assert jobs.get(application, queued[1])["state"] == "CANCELLED"
    ends = [jobs.wait(application, run) for run in [*working, queued[0], queued[2]]]
    assert [each["state"] for each in ends] == ["SUCCESS"] * 4
    assert not jobs.folder(queued[1]).exists()
    first, second, third, fourth = ends
    assert first["endedAt"] <= third["startedAt"] < second["endedAt"] <= fourth["startedAt"]
    running_at = [sum(other["startedAt"] <= each["startedAt"] < other["endedAt"] for other in ends) for each in ends]
    assert max(running_at) == 2


def test_cancelling_a_running_job_ends_its_whole_group(jobs: Jobs, application: str) -> None:
    # the script's child ignores SIGTERM, so only the kill after the grace ends the group
    script = """
import subprocess, sys, time
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(90)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print(child.pid, flush=True)
time.sleep(90)
"""
    run = jobs.start(application, script)
    child = pid_of(jobs, run)
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=run, shutdownGracePeriodInSeconds=1)
    assert jobs.get(application, run)["state"] == "CANCELLING"
    ended = jobs.wait(application, run, "CANCELLED")
    assert ended["stateDetails"] == "cancelled on request"
    assert not alive(child)
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=run)
    assert jobs.get(application, run)["state"] == "CANCELLED"


def test_a_cancelled_script_may_clean_up(jobs: Jobs, application: str) -> None:
    script = (
        "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(print('cleaned')))\nprint('on', flush=True)"
    )
    run = jobs.start(application, script + "\ntime.sleep(90)")
    until(lambda: (jobs.folder(run) / "stdout").exists() and "on" in jobs.output(run))
    asked = time.monotonic()
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=run)
    jobs.wait(application, run, "CANCELLED")
    assert jobs.output(run) == "on\ncleaned\n"
    assert time.monotonic() - asked < 3  # without waiting for the grace


def test_stopping_an_application_waits_for_its_runs(jobs: Jobs) -> None:
    application = jobs.application()
    run = jobs.start(application, SLEEP)
    jobs.wait(application, run, "RUNNING")
    with pytest.raises(jobs.emr.exceptions.ValidationException, match="have not ended"):
        jobs.emr.stop_application(applicationId=application)
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=run)
    jobs.wait(application, run, "CANCELLED")
    jobs.emr.stop_application(applicationId=application)
    assert jobs.emr.get_application(applicationId=application)["application"]["state"] == "STOPPED"


def test_faults_on_demand_a_job_dies_or_hangs(jobs: Jobs, application: str) -> None:
    ask = Sandbox(jobs.settings).ask
    ask("job-faults", "POST", {"kind": "die", "after_seconds": 0.5})
    ask("job-faults", "POST", {"kind": "hang"})
    dies = jobs.start(application, SLEEP)
    assert jobs.wait(application, dies)["stateDetails"].startswith("Job failed, the driver was killed by SIGKILL.")
    hangs = jobs.start(application, "import time\nfor n in range(600): print(n, flush=True); time.sleep(0.05)")
    jobs.wait(application, hangs, "RUNNING")
    time.sleep(1)
    before = jobs.output(hangs)
    time.sleep(0.5)
    assert jobs.output(hangs) == before
    assert jobs.get(application, hangs)["state"] == "RUNNING"
    jobs.emr.cancel_job_run(applicationId=application, jobRunId=hangs)
    assert jobs.wait(application, hangs)["state"] == "CANCELLED"
    well = jobs.start(application, "pass")
    assert jobs.wait(application, well)["state"] == "SUCCESS"
    with pytest.raises(SandboxError, match="kind: 'melt' is none of"):
        ask("job-faults", "POST", {"kind": "melt"})


def test_usage_is_measured(jobs: Jobs, application: str) -> None:
    run = jobs.start(application, "import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass")
    used = jobs.wait(application, run, "SUCCESS")["totalResourceUtilization"]
    assert 1.5 <= used["vCPUHour"] * 3600 < 2.5
    assert used["memoryGBHour"] > 0


def test_a_finished_job_leaves_its_script_and_log_and_no_process_file(jobs: Jobs, application: str) -> None:
    run = jobs.start(application, "print(1)")
    jobs.wait(application, run, "SUCCESS")
    assert sorted(each.name for each in jobs.folder(run).iterdir()) == [
        "assignment.json",
        "script",
        "spark.properties",
        "stderr",
        "stdout",
        "work",
    ]
    assert (jobs.folder(run) / "spark.properties").stat().st_mode & 0o077 == 0
