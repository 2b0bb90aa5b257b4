"""Waits for a SageMaker job without holding a worker."""

from __future__ import annotations

from typing import Any

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook

from groundwork.hooks.container_job import KINDS, read_state
from groundwork.hooks.job_engine import ContainerJob, JobState
from groundwork.triggers.job import JobTrigger


class ContainerJobTrigger(JobTrigger):
    """Fires once, when a SageMaker job has ended or can be watched no longer.

    :param kind: training, tuning, processing or transform
    :param job_id: the job's name
    """

    def __init__(self, *, kind: ContainerJob, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def _arguments(self) -> dict[str, Any]:
        return {"kind": self.kind}

    async def _connect(self) -> Any:
        hook = SageMakerHook(aws_conn_id=None, region_name=self.region_name, config=self.client_config)
        return await hook.get_async_conn()

    async def _look(self, client: Any) -> JobState:
        kind = KINDS[self.kind]
        return read_state(kind, await getattr(client, f"describe_{kind.action}")(**{kind.name: self.job_id}))

    async def _cancel(self, client: Any) -> None:
        kind = KINDS[self.kind]
        await getattr(client, f"stop_{kind.action}")(**{kind.name: self.job_id})
