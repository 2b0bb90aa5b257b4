"""DAGs of somebody who has never heard of Groundwork: the amazon provider's operators as they come."""

from __future__ import annotations

from typing import Any

from airflow.providers.amazon.aws.operators.emr import (
    EmrServerlessCreateApplicationOperator,
    EmrServerlessDeleteApplicationOperator,
    EmrServerlessStartJobOperator,
    EmrServerlessStopApplicationOperator,
)
from airflow.providers.amazon.aws.sensors.glue_catalog_partition import GlueCatalogPartitionSensor
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.sdk import DAG

WAIT: dict[str, Any] = {"waiter_delay": 1, "waiter_max_attempts": 60}
APPLICATION = "{{ dag_run.conf['application'] }}"
SCRIPT = "{{ dag_run.conf['script'] }}"
ROLE = "arn:aws:iam::123456789012:role/job"


def run_job(task_id: str, application: Any = APPLICATION, **more: Any) -> EmrServerlessStartJobOperator:
    """A run of the script, which is told what to do and who asks."""
    arguments = ["{{ dag_run.conf['order'] }}", "{{ ti.task_id }}"]
    return EmrServerlessStartJobOperator(
        task_id=task_id,
        application_id=application,
        execution_role_arn=ROLE,
        name=task_id,
        job_driver={"sparkSubmit": {"entryPoint": SCRIPT, "entryPointArguments": arguments}},
        **WAIT | more,
    )


with DAG("provider_whole_life", schedule=None):
    script_is_there = S3KeySensor(task_id="script_is_there", bucket_key=SCRIPT, poke_interval=1)
    partition_is_there = GlueCatalogPartitionSensor(
        task_id="partition_is_there",
        database_name="sales",
        table_name="orders",
        expression="day='2013-01-01'",
        poke_interval=1,
    )
    create = EmrServerlessCreateApplicationOperator(
        task_id="create", release_label="emr-spark-8.0.0", job_type="SPARK", config={"name": "whole-life"}, **WAIT
    )
    jobs = [run_job("blocking", create.output), run_job("deferrable", create.output, deferrable=True)]
    delete = EmrServerlessDeleteApplicationOperator(task_id="delete", application_id=create.output, **WAIT)
    [script_is_there, partition_is_there] >> create >> jobs >> delete

# What becomes of the jobs is decided by the order in the run's conf, or by a person.
with DAG("provider_jobs", schedule=None):
    run_job("blocking")
    run_job("deferrable", deferrable=True)

with DAG("provider_stop", schedule=None):
    started = run_job("started", wait_for_completion=False)
    stopped = EmrServerlessStopApplicationOperator(
        task_id="stopped", application_id=APPLICATION, force_stop=True, deferrable=True, **WAIT
    )
    started >> stopped
