"""The actions on training jobs."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.training.checks import check_training
from sandbox.sagemaker.training.record import TrainingJob


class TrainingActions(Actions):
    """CreateTrainingJob, and what follows."""

    def create_training_job(self) -> ActionResult:
        request = self.request()
        check_training(request, self.current_account)
        name = request["TrainingJobName"]
        job = TrainingJob(name, self.backend.arn("training-job", name), request)
        self.backend.add_job(self.backend.training_jobs, job)
        self.runtime.wake()
        return ActionResult({"TrainingJobArn": job.arn})

    def describe_training_job(self) -> ActionResult:
        return ActionResult(self.backend.training_jobs.get(self.request()["TrainingJobName"]).describe())

    def list_training_jobs(self) -> ActionResult:
        wanted = self.request("WarmPoolStatusEquals", "TrainingPlanArnEquals")
        found = self.backend.training_jobs.listed(wanted)
        return page("TrainingJobSummaries", found, wanted, TrainingJob.summary)

    def stop_training_job(self) -> ActionResult:
        self.backend.stop_job(self.backend.training_jobs.get(self.request()["TrainingJobName"]))
        return EmptyResult()
