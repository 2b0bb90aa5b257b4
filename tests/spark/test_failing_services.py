"""What a refinement needs gives out in the middle: it says so, publishes nothing, and a rerun finishes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.run import JobSpec
from sandbox.settings import REPOSITORY
from spark_jobs import refine, storage
from spark_jobs.errors import cause
from tests.spark.conftest import GlueLake
from tests.spark.products import Product, columns
from tests.spark.test_under_fire import published, session_settings

SMALL_JVM = """
import json, sys
from pyspark.sql import SparkSession
from spark_jobs.job import main

builder = SparkSession.builder.master("local[1]").appName("small")
for key, value in json.loads(sys.argv[1]).items():
    builder = builder.config(key, value)
builder.getOrCreate()
sys.exit(main(["--spec", sys.argv[2]]))
"""


def test_s3_that_refuses_for_a_while_is_asked_again_and_one_that_goes_on_ends_the_job(
    glue_lake: GlueLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = Product(glue_lake.session(), "throttled", columns("id* int"))
    p.refine(p.land("id\n1\n"))
    write = refine.write_branch

    def refuse(times: int) -> None:
        def write_meanwhile(*arguments: Any) -> Any:
            fault = {"service": "s3", "action": "PutObject", "kind": "throttle", "times": times}
            glue_lake.sandbox.ask("faults", "POST", fault)
            return write(*arguments)

        monkeypatch.setattr(refine, "write_branch", write_meanwhile)

    batch = p.land("id\n2\n3\n")
    p.do(p.run(batch), "acquire")
    run = p.run(batch)
    refuse(1000)
    try:
        with pytest.raises(Exception, match="An error occurred while calling") as caught:
            p.do(run, "refine")
    finally:
        glue_lake.sandbox.ask("faults", "DELETE")
    assert "reduce your request rate" in cause(caught.value)
    assert "503" in cause(caught.value)
    assert published(p) == [1]
    refuse(2)
    assert p.do(run, "refine")[0].outcome == "published"
    assert published(p) == [1, 2, 3]
    assert glue_lake.sandbox.ask("faults")["faults"] == []


@pytest.mark.timeout(120)
def test_memory_that_runs_out_is_said_and_publishes_nothing(spark: Any, tmp_path: Path) -> None:
    p = Product(spark, "too_large", columns("id* int", "name string"))
    p.refine(p.land("id,name\n1,a\n"))
    batch = p.land("id,name\n2,x\n3,x\n")
    p.do(p.run(batch), "acquire")
    # Twice as long 29 times over: half a gigabyte.
    longer = reduce(lambda expression, _: f"replace({expression}, 'x', 'xx')", range(29), "name")
    p.rules = [{"name": "longer", "kind": "augment", "column": "name", "expression": longer}]
    spec = JobSpec(spec_version=1, stages=("refine",), run=p.run(batch))
    storage.write(spec.uri, spec.to_json())
    settings = session_settings(spark) | {"spark.driver.memory": "512m", "spark.local.dir": str(tmp_path)}
    path = os.pathsep.join(str(REPOSITORY / place) for place in (".", "plugins", "include"))
    job = subprocess.run(
        [sys.executable, "-c", SMALL_JVM, json.dumps(settings), spec.uri],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert job.returncode == 1, job.stderr
    assert "java.lang.OutOfMemoryError: Java heap space" in job.stderr
    last = job.stderr.strip().splitlines()[-1]
    assert last.startswith("JobError: Spark's JVM has ended while the job was at work")
    assert published(p) == [1]
    p.rules = []
    (report,) = p.do(p.run(batch), "refine")
    assert (report.outcome, published(p)) == ("published", [1, 2, 3])
