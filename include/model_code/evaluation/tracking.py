"""Tells the experiment tracker of a training run: MLflow, on a laptop in SQLite, on AWS a SageMaker-managed server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundwork.spec.model_report import EvaluationReport
from groundwork.spec.model_run import ModelRun

URI_VARIABLE = "MLFLOW_TRACKING_URI"
RUN_TAG = "groundwork.training_run"
# MLflow's own patience is minutes; an evaluation does not wait for a record that it can do without.
SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


def track(run: ModelRun, report: EvaluationReport, evidence: Sequence[Path]) -> str | None:
    """Write the run; a second evaluation of the same training updates it.

    :param report: tells parameters and metrics
    :param evidence: files to keep with it
    :return: MLflow's id of the run; None where experiments are not tracked, or the tracker does not answer, which is
        said in the log and fails nothing
    """
    uri = os.environ.get(URI_VARIABLE)
    if not uri:
        return None
    try:
        return _write(uri, run, report, evidence)
    except Exception as error:  # noqa: BLE001 - whatever the tracker or its plugin raises: the evaluation stands
        first = (str(error).strip() or repr(error)).splitlines()[0]
        print(f"warning: not tracked, as {uri} refused: {type(error).__name__}: {first}", file=sys.stderr, flush=True)
        return None


def _write(uri: str, run: ModelRun, report: EvaluationReport, evidence: Sequence[Path]) -> str:
    os.environ.update(SETTINGS)
    if uri.startswith("sqlite:///"):
        # SQLite makes the file and not its folder.
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    run_id = _run_id(client, run)
    moment = int(run.frozen_at.timestamp() * 1000)
    metrics = {each.metric: each.model for each in report.metrics}
    metrics |= {f"baseline_{each.metric}": each.baseline for each in report.metrics}
    client.log_batch(
        run_id,
        metrics=[Metric(name, value, moment, 0) for name, value in metrics.items() if value is not None],
        params=[Param(name, str(value)) for name, value in report.hyperparameters.items()],
        tags=[RunTag(name, value) for name, value in _tags(run, report).items()],
    )
    for file in evidence:
        client.log_artifact(run_id, str(file))
    client.set_terminated(run_id)
    return run_id


def _run_id(client: Any, run: ModelRun) -> str:
    """The run that stands for this training; the tag finds the one of an earlier try."""
    experiment = _experiment(client, run)
    found = client.search_runs([experiment], filter_string=f"tags.`{RUN_TAG}` = '{run.prefix}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    made = client.create_run(
        experiment,
        start_time=int(run.frozen_at.timestamp() * 1000),
        tags={RUN_TAG: run.prefix, "mlflow.user": run.requested_by},
        run_name=run.run_id,
    )
    return str(made.info.run_id)


def _experiment(client: Any, run: ModelRun) -> str:
    from mlflow.exceptions import MlflowException

    name = run.model.name
    if found := client.get_experiment_by_name(name):
        return str(found.experiment_id)
    place = f"s3://{run.environment.bucket('artifacts')}/mlflow/{name}"
    try:
        return str(client.create_experiment(name, artifact_location=place))
    except MlflowException as error:
        # Another evaluation was quicker.
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return str(client.get_experiment_by_name(name).experiment_id)


def _tags(run: ModelRun, report: EvaluationReport) -> dict[str, str]:
    """What the numbers rest on: versions of data, code and container, and what was decided."""
    return {
        **{f"data.{pin.name}": f"{pin.table}@{pin.snapshot_id}" for pin in run.sources},
        **{f"sha256.{name}": digest for name, digest in report.version_digests.items()},
        "code.bundle": run.bundle.digest,
        "code.image": run.image,
        "policy": run.model.policy_digest,
        "decision": report.decision.outcome,
        "airflow.dag_id": run.dag_id,
        "airflow.run_id": run.run_id,
    }
