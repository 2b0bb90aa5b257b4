"""MLflow as a laptop has it: SQLite, and artifacts in the sandbox's S3."""

from __future__ import annotations

import time

import boto3
import pytest
from mlflow.tracking import MlflowClient

from groundwork.spec.decision import Decision
from groundwork.spec.model_report import EvaluationReport, MetricValue
from model_code.evaluation.tracking import track
from sandbox.launcher import Sandbox
from tests.model_code.world import RUN

REPORT = EvaluationReport(
    model="late",
    decision=Decision(outcome="register"),
    rows=10,
    positive=4,
    metrics=(MetricValue(metric="roc_auc", model=0.75, baseline=0.7), MetricValue(metric="log_loss", model=None)),
    version_digests={"model": "a" * 64},
    hyperparameters={"eta": 0.3, "grow_policy": "depthwise"},
)


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """A sandbox with the artifacts bucket."""
    with Sandbox.temporary(tmp_path_factory.mktemp("sandbox")) as sandbox, pytest.MonkeyPatch.context() as patch:
        for name, value in sandbox.settings.client_environment().items():
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(
            Bucket="groundwork-sandbox-artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield client


@pytest.fixture
def evidence(tmp_path):
    (tmp_path / "evaluate.page.html").write_text("<p>page</p>")
    (tmp_path / "evaluate.shap.png").write_bytes(b"png")
    return [tmp_path / "evaluate.page.html", tmp_path / "evaluate.shap.png"]


def test_a_training_is_one_run_however_often_it_is_evaluated(s3, evidence, tmp_path, monkeypatch):
    uri = f"sqlite:///{tmp_path}/folder/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    first = track(RUN, REPORT, evidence)
    better = REPORT.model_copy(update={"metrics": (MetricValue(metric="roc_auc", model=0.8, baseline=0.7),)})
    assert track(RUN, better, evidence) == first
    other = track(RUN.model_copy(update={"prefix": "s3://other/"}), REPORT, evidence)
    assert other not in {first, None}

    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("late")
    assert experiment.artifact_location == "s3://groundwork-sandbox-artifacts/mlflow/late"
    assert len(client.search_runs([experiment.experiment_id])) == 2
    run = client.get_run(first)
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {"roc_auc": 0.8, "baseline_roc_auc": 0.7}
    assert run.data.params == {"eta": "0.3", "grow_policy": "depthwise"}
    wanted = {
        "groundwork.training_run": RUN.prefix,
        "data.outlook": "lake.sandbox_airline_operations_feature.outlook@42",
        "code.bundle": "d",
        "code.image": RUN.image,
        "sha256.model": "a" * 64,
        "policy": RUN.model.policy_digest,
        "decision": "register",
        "airflow.run_id": "manual__1",
        "mlflow.user": "scientist",
    }
    assert wanted.items() <= run.data.tags.items()
    kept = s3.list_objects_v2(Bucket="groundwork-sandbox-artifacts", Prefix=f"mlflow/late/{first}/")["Contents"]
    assert {each["Key"].rpartition("/")[2] for each in kept} == {"evaluate.page.html", "evaluate.shap.png"}


def test_a_tracker_that_does_not_answer_fails_nothing_and_is_not_waited_for(evidence, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    began = time.monotonic()
    assert track(RUN, REPORT, evidence) is None
    assert time.monotonic() - began < 60
    assert "warning: not tracked, as http://127.0.0.1:9 refused: MlflowException" in capsys.readouterr().err


def test_without_a_tracker_nothing_is_tracked(evidence, monkeypatch, capsys):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert track(RUN, REPORT, evidence) is None
    assert capsys.readouterr().err == ""
