"""The actions on transform jobs."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.registry.serving import served_container
from sandbox.sagemaker.transform.checks import check_transform
from sandbox.sagemaker.transform.record import TransformJob


class TransformActions(Actions):
    """CreateTransformJob, and what follows."""

    def create_transform_job(self) -> ActionResult:
        request = self.request()
        check_transform(request)
        served = served_container(self.backend, request["ModelName"])
        name = request["TransformJobName"]
        job = TransformJob(
            name,
            self.backend.arn("transform-job", name),
            request,
            image=served.image,
            data_url=served.data_url,
            environment=tuple(served.environment.items()),
        )
        self.backend.add_job(self.backend.transform_jobs, job)
        self.runtime.wake()
        return ActionResult({"TransformJobArn": job.arn})

    def describe_transform_job(self) -> ActionResult:
        return ActionResult(self.backend.transform_jobs.get(self.request()["TransformJobName"]).describe())

    def list_transform_jobs(self) -> ActionResult:
        wanted = self.request()
        found = self.backend.transform_jobs.listed(wanted)
        return page("TransformJobSummaries", found, wanted, TransformJob.summary)

    def stop_transform_job(self) -> ActionResult:
        self.backend.stop_job(self.backend.transform_jobs.get(self.request()["TransformJobName"]))
        return EmptyResult()
