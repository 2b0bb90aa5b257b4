"""What an earlier server left is ended, and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from sandbox.processes.spawner import started
from sandbox.processes.sweep import sweep


def test_a_number_that_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    ours, other = (
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        for _ in range(2)
    )
    try:
        for name, process, start in (("ours", ours, started(ours.pid)), ("other", other, "1"), ("torn", other, None)):
            (tmp_path / name).mkdir()
            text = "{" if start is None else json.dumps({"pid": process.pid, "started": start})
            (tmp_path / name / "pid").write_text(text)
        assert sweep(tmp_path) == [ours.pid]
        assert ours.wait(timeout=5) == -signal.SIGKILL
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()
