"""One Spark job: every stage of its spec for every batch, each leaving one report."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from py4j.protocol import Py4JError, Py4JJavaError
from pydantic import ValidationError

from groundwork.spec.environment import Stage
from groundwork.spec.model_run import ModelJobSpec
from groundwork.spec.report import AcquireReport, RefineReport, Report, UndoReport
from groundwork.spec.run import Batch, FrozenRun, JobSpec
from spark_jobs import storage
from spark_jobs.errors import JobError, cause
from spark_jobs.judgement import with_published
from spark_jobs.model_job import run_model_job
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

AnySpec = TypeVar("AnySpec", JobSpec, ModelJobSpec)


def main(arguments: Sequence[str]) -> int:
    """Run the job that a spec describes.

    :return: 0 when every report was written, refusals and blocks among them; 1 when the job could not do its work, with
        the reason as the last line of stderr
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="s3:// address of the job's spec")
    uri = parser.parse_args(arguments).spec
    try:
        _run(storage.read(uri))
    except Exception as error:  # noqa: BLE001 - the last line of the log says what ended the job
        traceback.print_exc()
        sys.stdout.flush()
        print(_last_line(error), file=sys.stderr, flush=True)
        return 1
    return 0


def _last_line(error: Exception) -> str:
    """What ended the job, in one line: of an error in Spark its innermost cause, not the call that met it."""
    if isinstance(error, Py4JError | ConnectionError) and not isinstance(error, Py4JJavaError):
        return (
            "JobError: Spark's JVM has ended while the job was at work, which publishes nothing. Where the log above "
            "says OutOfMemoryError, give the driver more memory (engine.driver.memory of the environment)"
        )
    return f"{type(error).__name__}: {cause(error)}"


def _run(text: bytes) -> None:
    """Carry out a spec: what its run is about says which kind it is."""
    if json.loads(text)["run"]["kind"] == "model":
        about_model = _read(ModelJobSpec, text)
        run_model_job(_session(about_model), about_model)
    else:
        spec = _read(JobSpec, text)
        run_job(_session(spec), spec)


def _read(kind: type[AnySpec], text: bytes) -> AnySpec:
    """A spec.

    :raises JobError: the control plane that wrote it is of another version than this job's code
    """
    try:
        return kind.from_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JobError(
            f"the spec is not what this job's code reads ({where}: {first['msg']}): DAGs and job bundle are of "
            "different versions. On a laptop: make bundle; on AWS: deploy the package as a whole. Then start a new run"
        ) from error


def _session(spec: JobSpec | ModelJobSpec) -> SparkSession:
    from spark_jobs.session import open_session

    start = time.monotonic()
    session = open_session(f"{'-'.join(spec.stages)} {spec.run.subject}")
    print(f"session {time.monotonic() - start:.2f} s", flush=True)
    return session


def run_job(spark: SparkSession, spec: JobSpec) -> list[Report]:
    """Carry out the spec in a session that is settled; gives the reports, which are written as well."""
    reports: list[Report] = []
    run = spec.run
    for batch in sorted(spec.run.batches, key=lambda batch: batch.sequence):
        for stage in spec.stages:
            report = _carry_out(spark, run, batch, stage)
            reports.append(report)
            run = with_published(run, report)
            if isinstance(report, AcquireReport) and report.outcome == "refused":
                break
    return reports


def _carry_out(spark: SparkSession, run: FrozenRun, batch: Batch, stage: Stage) -> Report:
    progress = Progress(f"{stage} {run.contract.product} {batch.batch_id}")
    start = time.monotonic()
    try:
        report = _stage(run, stage)(spark, run, batch, progress)
    finally:
        spark.catalog.clearCache()
    report = report.model_copy(update={"seconds": {**progress.seconds, "total": round(time.monotonic() - start, 3)}})
    storage.write(run.report_uri(stage, batch.batch_id), report.to_json())
    progress.say(_summary(report))
    return report


def _stage(run: FrozenRun, stage: Stage) -> Callable[..., Report]:
    from spark_jobs.acquire import acquire
    from spark_jobs.publish import publish
    from spark_jobs.refine import refine
    from spark_jobs.replay import replay_quarantined
    from spark_jobs.undo import undo

    stages: dict[Stage, Callable[..., Report]] = {
        "acquire": acquire,
        "refine": refine if run.replay_id is None else replay_quarantined,
        "publish": publish if run.replay_id is None else replay_quarantined,
        "undo": undo,
    }
    return stages[stage]


def _summary(report: Report) -> str:
    figures = ""
    if isinstance(report, AcquireReport):
        rows, aside = sum(file.rows for file in report.files), sum(file.unreadable for file in report.files)
        figures = f"{rows} rows, {aside} unreadable"
    elif isinstance(report, RefineReport):
        parts = report.replayed or report.counts
        went = f"{parts.published} published + {parts.quarantined} quarantined + {parts.dropped} dropped"
        went += f" + {parts.superseded} superseded" if parts.superseded else ""
        figures = f"{parts.raw} rows = {went}"
    elif isinstance(report, UndoReport):
        figures = f"{report.total_rows} rows are left"
    outcome = getattr(report, "outcome", "")
    reasons = "".join(f"; {reason}" for reason in report.decision.reasons)
    return f"{outcome}: {figures} in {report.seconds['total']:.2f} s{reasons}"
