"""The actions on processing jobs."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.processing.checks import check_processing
from sandbox.sagemaker.processing.record import ProcessingJob


class ProcessingActions(Actions):
    """CreateProcessingJob, and what follows."""

    def create_processing_job(self) -> ActionResult:
        request = self.request()
        check_processing(request, self.current_account)
        name = request["ProcessingJobName"]
        job = ProcessingJob(name, self.backend.arn("processing-job", name), request)
        self.backend.add_job(self.backend.processing_jobs, job)
        self.runtime.wake()
        return ActionResult({"ProcessingJobArn": job.arn})

    def describe_processing_job(self) -> ActionResult:
        return ActionResult(self.backend.processing_jobs.get(self.request()["ProcessingJobName"]).describe())

    def list_processing_jobs(self) -> ActionResult:
        wanted = self.request()
        found = self.backend.processing_jobs.listed(wanted)
        return page("ProcessingJobSummaries", found, wanted, ProcessingJob.summary)

    def stop_processing_job(self) -> ActionResult:
        self.backend.stop_job(self.backend.processing_jobs.get(self.request()["ProcessingJobName"]))
        return EmptyResult()
