"""Every quarter of an hour: end the Spark jobs that no task waits for any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG

from groundwork.dag_families.params import sweeping
from groundwork.operators.sweep_jobs import SweepJobsOperator
from groundwork.spec.include import include_folder, load_environment

DOC = """
### sweep_jobs
Ends Spark jobs that no task waits for any more.

A task that is cleared, failed by hand or timed out ends its job by itself, through its trigger. When the triggerer is
killed in that moment, or the DAG run is deleted, the job would go on; this run finds it in the ledger and ends it.
Leaves nothing but the ledger's note that the job has ended. Triggered by hand it can also just tell which jobs these
are.
"""

with DAG(
    dag_id="sweep_jobs",
    schedule="*/15 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "operator", "retries": 1},
    tags=["operations"],
    doc_md=DOC,
    params=sweeping(),
):
    SweepJobsOperator(
        task_id="end_jobs_nobody_waits_for",
        environment=load_environment(include_folder(Path(__file__).parent)),
        execution_timeout=timedelta(minutes=10),
    )
