"""Waits for a Spark job without holding a worker."""

from __future__ import annotations

from typing import Any

from airflow.providers.amazon.aws.hooks.emr import EmrServerlessHook

from groundwork.hooks.job_engine import JobState
from groundwork.hooks.spark_job import read_state
from groundwork.triggers.job import JobTrigger


class SparkJobTrigger(JobTrigger):
    """Fires once, when a job run of EMR Serverless has ended or can be watched no longer.

    :param application_id: id of the EMR Serverless application
    :param job_id: id of the job run
    """

    def __init__(self, *, application_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.application_id = application_id

    def _arguments(self) -> dict[str, Any]:
        return {"application_id": self.application_id}

    async def _connect(self) -> Any:
        hook = EmrServerlessHook(aws_conn_id=None, region_name=self.region_name, config=self.client_config)
        return await hook.get_async_conn()

    async def _look(self, client: Any) -> JobState:
        return read_state(await client.get_job_run(applicationId=self.application_id, jobRunId=self.job_id))

    async def _cancel(self, client: Any) -> None:
        await client.cancel_job_run(applicationId=self.application_id, jobRunId=self.job_id)
