"""Runs a DAG's tasks for real, with what a Spark job would leave in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import pytest

from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.spec.run import FrozenRun
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY
from tests.dags.conftest import Include

Job = Callable[[FrozenRun], None]
RunDag = Callable[..., Any]


class FinishedRun:
    """What a DAG run has come to."""

    def __init__(self, dag_run: Any) -> None:
        self.state = str(dag_run.state)
        tasks = dag_run.get_task_instances()
        self.tasks = {task.task_id: str(task.state) for task in tasks}
        self.run_id = dag_run.run_id


@pytest.fixture(scope="session")
def api_server(airflow_database: None) -> Callable[[], Any]:
    """Airflow's API for tasks; ``dag.test`` would make another one for every task, in three seconds."""
    from airflow.sdk.execution_time import supervisor

    return cache(supervisor.in_process_api_server)


@pytest.fixture
def run_dag(
    cloud: Sandbox, include: Include, api_server: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., FinishedRun]:
    """Runs a DAG as ``airflow dags test`` does; a test says what its Spark job leaves."""
    from groundwork.operators.spark_job import SparkJobOperator

    monkeypatch.setattr("airflow.sdk.execution_time.supervisor.in_process_api_server", api_server)

    def run(dag_id: str, job: Job | None = None, **conf: Any) -> FinishedRun:
        from airflow.dag_processing.dagbag import DagBag

        def execute(operator: SparkJobOperator, context: Any) -> None:
            assert job is not None, "no job was expected"
            job(EvidenceHook(region_name=REGION).read(operator.run_uri, FrozenRun))

        monkeypatch.setattr(SparkJobOperator, "execute", execute)
        file = REPOSITORY / "dags" / f"{dag_id.partition('__')[0]}.py"
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", dag_id)
        bag = DagBag(file, include_examples=False, bundle_path=REPOSITORY / "dags", bundle_name="dags-folder")
        assert bag.import_errors == {}
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            task.retries = 0  # a next try would only take time here
        return FinishedRun(dag.test(run_conf=conf, logical_date=datetime.now(UTC)))

    return run


@pytest.fixture
def land(cloud: Sandbox) -> Callable[..., None]:
    """Puts a file where a product's files land."""

    def put(product: str, name: str, content: bytes) -> None:
        key = f"shop/{product}/{product}{name}"
        boto3.client("s3").put_object(Bucket="groundwork-sandbox-landing", Key=key, Body=content)

    return put


@pytest.fixture
def sandbox_ledger(cloud: Sandbox) -> LedgerHook:
    """The provisioned sandbox's ledger."""
    return LedgerHook(table="groundwork-sandbox", region_name=REGION)
