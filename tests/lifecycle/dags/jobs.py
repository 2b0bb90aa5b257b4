"""Jobs that sleep, each under a DAG of its own."""

from __future__ import annotations

import time
from datetime import timedelta

from airflow.sdk import DAG, Context

from groundwork.operators.spark_job import SparkJobOperator

RUN_URI = "{{ dag_run.conf['run_uri'] }}"
RETRY = {"retries": 2, "retry_delay": timedelta(seconds=1)}


class SlowToWait(SparkJobOperator):
    """Stays on its worker for a while after it has started the job, in its first try."""

    def _leave_links(self, context: Context, *rest: object) -> None:
        super()._leave_links(context, *rest)
        if context["ti"].try_number == 1:
            time.sleep(120)


with DAG("job", schedule=None, max_active_runs=4, default_args=RETRY):
    SparkJobOperator(task_id="run", stages=("refine",), run_uri=RUN_URI)

with DAG("job_in_time", schedule=None):
    SparkJobOperator(task_id="run", stages=("refine",), run_uri=RUN_URI, execution_timeout=timedelta(seconds=10))

with DAG("job_slow_to_wait", schedule=None, default_args=RETRY):
    SlowToWait(task_id="run", stages=("refine",), run_uri=RUN_URI)
