"""A driver of several refinements at once, each of which stops after a step, so that one kill finds each there.

``killed_driver.py FILE``: JSON of the session's settings and of each run: spec and the step that it stops after. A
product and a session of its own for each, as if each had a driver of its own. Says ``all stopped`` when all have.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from groundwork.spec.run import JobSpec
from spark_jobs.job import run_job
from spark_jobs.progress import Progress
from spark_jobs.session import settle

say = Progress.say


def main(file: str) -> None:
    """Start them all and wait."""
    wanted = json.loads(Path(file).read_text())
    builder = SparkSession.builder.master("local[2]").appName("killed")
    for key, value in wanted["conf"].items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    specs = {spec.run.contract.product: spec for spec in map(JobSpec.from_json, wanted["specs"])}
    stops = dict(zip(specs, wanted["steps"], strict=True))
    stopped = threading.Semaphore(0)

    def stop(progress: Progress, text: str) -> None:
        say(progress, text)
        if text.startswith(f"{stops[progress.title.split()[1]]} "):
            stopped.release()
            threading.Event().wait()

    Progress.say = stop  # type: ignore[method-assign]
    for spec in specs.values():
        threading.Thread(target=carry_out, args=(spark.newSession(), spec), daemon=True).start()
    for _ in specs:
        stopped.acquire()
    print("all stopped", flush=True)
    threading.Event().wait()


def carry_out(session: Any, spec: JobSpec) -> None:
    """One refinement."""
    settle(session)
    run_job(session, spec)


if __name__ == "__main__":
    main(sys.argv[1])
