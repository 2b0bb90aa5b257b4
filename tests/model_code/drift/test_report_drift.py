"""The program ``report_drift``: Evidently's page, offline."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from model_code.container import Container
from model_code.drift.job import report_drift
from model_code.errors import ModelError
from tests.model_code.world import RUN, examples, model_run, put

MONITORED = model_run(monitor={"minimumRequests": 10, "drift": {"watch": 0.1, "act": 0.2, "features": 0.5}})


def give(box, sample: pa.Table, run=MONITORED) -> None:
    place = box.ml / "processing"
    (place / "run").mkdir(parents=True)
    (place / "run" / "run.json").write_text(run.to_json())
    put(place / "sample", sample)
    put(place / "reference_sample", examples(800, seed=1))


def captured(rows: int) -> pa.Table:
    """Requests whose load has moved by two standard deviations; nothing was sent as noise."""
    table = examples(rows, seed=4)
    load = np.asarray(table["load"].to_numpy()) + 2
    table = table.set_column(table.column_names.index("load"), "load", pa.array(load, from_pandas=True))
    table = table.set_column(table.column_names.index("noise"), "noise", pa.nulls(rows, pa.float64()))
    return table.append_column("probability", pa.array(np.linspace(0, 1, rows)))


def test_the_page_shows_what_has_moved_and_needs_no_network(box):
    give(box, captured(600))
    done = box.run("report_drift")
    assert done.returncode == 0, done.stderr
    assert "not on the page, as one side has no value: noise, probability" in done.stdout
    assert "600 captured rows beside 800 training rows" in done.stdout
    page = (box.ml / "processing" / "output" / "report_drift.page.html").read_text()
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=.?https?:", page)
    assert "PSI" in page
    # Of the two columns that can be compared one has moved.
    assert re.search(r"Drift.{0,400}load|load.{0,400}[Dd]etected", page, re.DOTALL)
    assert "carrier" in page


def test_nothing_captured_is_said_and_no_error(box):
    give(box, captured(10)[:0])
    report_drift(Container(box.ml))
    page = (box.ml / "processing" / "output" / "report_drift.page.html").read_text()
    assert "No captured request could be read in this window" in page


def test_a_model_without_a_monitor_is_refused(box):
    give(box, captured(10), run=RUN)
    with pytest.raises(ModelError, match="model late declares no monitor"):
        report_drift(Container(box.ml))


def test_columns_that_have_nothing_in_common_are_refused(box):
    give(box, pa.table({"other": [1.0]}))
    with pytest.raises(ModelError, match="no column in common that holds a value"):
        report_drift(Container(box.ml))
