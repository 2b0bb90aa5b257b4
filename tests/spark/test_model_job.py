"""The entry point takes a model's spec for what it is."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.spec.model_report import RequestsReport
from groundwork.spec.model_run import ModelJobSpec
from spark_jobs import storage
from spark_jobs.job import main
from tests.spark.models import SHOP_AND_HOUR, Visits, outlook


def test_a_models_spec_leaves_its_report_where_the_run_says(spark: Any, capfd: pytest.CaptureFixture[str]) -> None:
    v = Visits(spark, "entered", features=SHOP_AND_HOUR)
    v.features_table(outlook(1, 1))
    run = v.run()
    spec = ModelJobSpec(spec_version=1, stages=("select_requests",), run=run)
    storage.write(spec.uri, spec.to_json())
    assert main(["--spec", spec.uri]) == 0
    report = RequestsReport.from_json(storage.read(run.report_uri("select_requests")))
    assert (report.rows, "total" in report.seconds) == (1, True)
    assert "select_requests m_entered: done: 1 rows in" in capfd.readouterr().out
    nothing = ModelJobSpec(spec_version=1, stages=("select_examples",), run=run.model_copy(update={"sources": ()}))
    storage.write(nothing.uri, nothing.to_json())
    assert main(["--spec", nothing.uri]) == 1
    assert capfd.readouterr().err.strip().splitlines()[-1] == (
        "JobError: the run does not pin 'v_entered': plan it again"
    )
