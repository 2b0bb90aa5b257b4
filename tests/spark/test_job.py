"""The entry point: reports or a reason, and no more Spark jobs than it needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundwork.spec.report import RefineReport
from groundwork.spec.run import JobSpec
from spark_jobs import storage
from spark_jobs.job import main


def spec_of(p: Any, *stages: str) -> JobSpec:
    spec = JobSpec(spec_version=1, stages=stages, run=p.run(p.land("id\n1\n-1\n")))
    storage.write(spec.uri, spec.to_json())
    return spec


def test_reports_lie_where_the_run_says(product: Any, capsys: pytest.CaptureFixture[str]) -> None:
    p = product("id* int", rules=[{"name": "positive", "kind": "require", "predicate": "id > 0"}])
    spec = spec_of(p, "acquire", "refine")
    assert main(["--spec", spec.uri]) == 0
    batch_id = spec.run.batches[0].batch_id
    report = RefineReport.from_json(storage.read(spec.run.report_uri("refine", batch_id)))
    assert (report.outcome, report.counts.published) == ("published", 1)
    assert {"total", "write", "audit", "commit"} <= report.seconds.keys()
    assert "published: 2 rows = 1 published + 1 quarantined + 0 dropped" in capsys.readouterr().out


def test_a_job_that_cannot_do_its_work_says_why_in_its_last_line(product: Any, capfd: Any) -> None:
    p = product("id* int")
    assert main(["--spec", spec_of(p, "refine").uri]) == 1
    assert capfd.readouterr().err.strip().splitlines()[-1].endswith(": acquire it first")
    assert main(["--spec", "s3://groundwork-sandbox-evidence/nowhere.json"]) == 1
    assert "NoSuchKey" in capfd.readouterr().err.strip().splitlines()[-1]


def test_a_spec_of_another_version_says_what_to_do(product: Any, capfd: Any) -> None:
    spec = spec_of(product("id* int"), "acquire")
    newer = json.loads(spec.to_json())
    newer["run"]["environment"]["colour"] = "blue"
    uri = "s3://groundwork-sandbox-evidence/newer.spec.json"
    storage.write(uri, json.dumps(newer))
    assert main(["--spec", uri]) == 1
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert "(run.environment.colour: Extra inputs are not permitted)" in said
    assert "On a laptop: make bundle" in said


def test_how_many_spark_jobs_a_batch_takes(product: Any) -> None:
    """A change that adds a pass over the data shows here. The rules are carried out once and the rows kept
    for the counts and the branch; the branch is read twice, for figures and for a sample."""
    p = product("id* int", "name string", rules=[{"name": "positive", "kind": "require", "predicate": "id > 0"}])
    tracker = p.spark.sparkContext.statusTracker()
    taken = {}
    batch = p.land("id,name\n1,a\n2,b\n")
    for stage in ("acquire", "refine"):
        p.spark.sparkContext.setJobGroup(f"{p.product}-{stage}", stage)
        p.do(p.run(batch), stage)
        taken[stage] = len(tracker.getJobIdsForGroup(f"{p.product}-{stage}"))
    p.spark.sparkContext.setJobGroup("", "")
    assert taken == {"acquire": 6, "refine": 11}
