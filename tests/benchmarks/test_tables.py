"""The tables hold the figures that they were given, and ratios to the right one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import sandbox_latency
from benchmarks.__main__ import main
from benchmarks.memory import descendants, memory_table
from benchmarks.refine_ratio import ratio_table, split_table, step_table
from benchmarks.spark_start import Run, start_table
from benchmarks.table import Table

REFINED = {
    "rows": 1000,
    "rules": 5,
    "copies": 1,
    "acquired": [{"seconds": 5.0, "processor": 9.0, "jobs": 6, "stages": 6}],
    "bare": [
        {"seconds": 4.0, "processor": 6.0, "jobs": 1, "stages": 1},
        *({"seconds": 2.0, "processor": 3.0, "jobs": 1, "stages": 1} for _ in range(2)),
    ],
    "refined": [
        {"seconds": 10.0, "processor": 18.0, "jobs": 6, "stages": 9, "steps": {"write": 7.0, "total": 10.0}},
        {"seconds": 6.0, "processor": 10.0, "jobs": 5, "stages": 8, "steps": {"write": 4.0, "total": 6.0}},
        {"seconds": 8.0, "processor": 11.0, "jobs": 5, "stages": 8, "steps": {"write": 5.0, "total": 8.0}},
    ],
}


def test_starts_are_medians_and_ratios_to_plain_spark_submit() -> None:
    runs = {"spark-submit": [Run(10, 20), Run(90, 90), Run(12, 22)], "spare": [Run(3, 2.2), Run(3, 2.2), Run(3, 2.2)]}
    assert start_table(runs).rows == (
        ("spark-submit", "12.0", "1.00", "22.0", "1.00"),
        ("spare", "3.0", "0.25", "2.2", "0.10"),
    )


def test_refining_stands_beside_the_bare_copy_of_the_same_moment() -> None:
    assert ratio_table(REFINED).rows == (
        ("read → write, first in its session", "4.0", "1.00", "6.0", "1.00", "250", "1", "1"),
        ("raw → refined, first in its session", "10.0", "2.50", "18.0", "3.00", "100", "6", "9"),
        ("landing → raw, first in its session", "5.0", "1.25", "9.0", "1.50", "200", "6", "6"),
        ("read → write, later", "2.0", "1.00", "3.0", "1.00", "500", "1", "1"),
        ("raw → refined, later", "7.0", "3.50", "10.5", "3.50", "143", "5", "8"),
    )
    assert step_table(REFINED).rows == (("write", "7.00", "4.50"), ("total", "10.00", "7.00"))


def test_two_sizes_tell_a_batch_from_a_row() -> None:
    large = {
        "rows": 8000,
        "bare": [{"processor": 20.0}],
        "refined": [{"processor": 32.0}],
        "acquired": [{"processor": 23.0}],
    }
    assert split_table(REFINED, large).rows == (
        ("read → write", "4.0", "2000.0"),
        ("raw → refined", "16.0", "2000.0"),
        ("landing → raw", "7.0", "2000.0"),
    )


def test_memory_has_a_line_for_what_comes_only_at_the_peak() -> None:
    table = memory_table({"server": 50 * 2**20}, {"server": 60 * 2**20, "worker": 40 * 2**20})
    assert table.rows == (("server", "50", "60"), ("worker", "0", "40"), ("all", "50", "100"))


def test_descendants_are_found_through_a_session_of_their_own() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    found = [process.pid for process in descendants(os.getpid())]
    assert found[0] == os.getpid()
    assert child.pid in found
    assert len(descendants(child.pid)) == 2
    child.communicate(b"\n")


def test_latency_counts_every_call_of_every_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_latency, "SECONDS", 0.2)
    calls: list[int] = []
    name, clients, rate, p50, p99 = sandbox_latency._row("nothing", 2, calls.append)
    assert (name, clients) == ("nothing", "2")
    assert float(rate) == pytest.approx((len(calls) - 1) / 0.2, abs=1), "the first call only opens the connection"
    assert float(p50) <= float(p99)


def test_a_table_is_markdown() -> None:
    text = Table("Speed", ("what", "s"), (("a", "1"),), "Once.").markdown()
    assert text == "## Speed\n\nOnce.\n\n| what | s |\n|---|---|\n| a | 1 |\n"


def test_a_benchmark_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["parsing", "nothing_here"])
    assert "no benchmark nothing_here; there are: sandbox_latency, invoke_latency, parsing" in capsys.readouterr().err


def test_what_is_missing_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GROUNDWORK_HOME", str(tmp_path))
    assert main(["demo_stages"]) == 1
    assert "run make demo first" in capsys.readouterr().err
