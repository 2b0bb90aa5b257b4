"""A story's seconds are split without a second lost or counted twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.demo_stages import model_table, read_story, stage_table
from benchmarks.table import BenchmarkError

STAGE = {
    "stage": "refine_data",
    "seconds": 20.0,
    "jobs": [{"queued_seconds": 1.0, "seconds": 12.0}],
    "work_seconds": 8.0,
}
WITHOUT_JOB = {"stage": "acquire_data", "seconds": 2.0, "jobs": [], "work_seconds": 0.0}
TRAINING = {
    "stage": "train_model",
    "state": "success",
    "seconds": 60.0,
    "jobs": [{"queued_seconds": 0.5, "seconds": 9.0}, {"queued_seconds": 1.5, "seconds": 21.0}],
    "work_seconds": 26.0,
}
RELEASE = {"stage": "release_model", "state": "success", "seconds": 15.0, "jobs": [], "work_seconds": 0.0}
ASKED = {"stage": "release_model", "state": "running", "seconds": None, "jobs": [], "work_seconds": 0.0}
NOTHING_TO_DO = {"stage": "score_data", "state": "success", "seconds": 3.0, "jobs": [], "work_seconds": 0.0}
STORY = {
    "seconds": 30.0,
    "spark_jobs": 1,
    "deliveries": [{"name": "June", "stages": [WITHOUT_JOB, STAGE]}],
    "model": {"model": "late_arrival", "runs": [TRAINING, RELEASE, ASKED, NOTHING_TO_DO]},
}


def test_the_seconds_of_a_run_are_airflow_queue_start_and_work() -> None:
    table = stage_table(STORY)
    assert table.rows == (
        ("acquire_data June", "2.0", "2.0", "0.0", "0.0", "0.0", "0%"),
        ("refine_data June", "20.0", "7.0", "1.0", "4.0", "8.0", "65%"),
        ("sum", "22.0", "9.0", "1.0", "4.0", "8.0", "59%"),
    )
    assert "30 s" in table.note


def test_jobs_side_by_side_and_a_release_are_told_with_the_model() -> None:
    assert model_table(STORY).rows == (
        ("train_model late_arrival", "60.0", "28.0", "2.0", "4.0", "26.0", "53%"),
        ("release_model late_arrival", "15.0", "15.0", "0.0", "0.0", "0.0", "0%"),
        ("sum", "75.0", "43.0", "2.0", "4.0", "26.0", "43%"),
    )


def test_a_story_that_is_not_there_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="run make demo first"):
        read_story(tmp_path / "story.json")


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"deliveries": [{"name": "June"}]})])
def test_a_story_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "story.json").write_text(text)
    with pytest.raises(BenchmarkError, match="is no story of this demo"):
        read_story(tmp_path / "story.json")
