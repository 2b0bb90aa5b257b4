"""The actions of the API, one method each; moto finds a method by the action's name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from moto.core.responses import ActionResult, BaseResponse, EmptyResult, PaginatedResult
from moto.emrserverless.models import emrserverless_backends

from sandbox.emr_serverless.models import EMRServerlessBackend
from sandbox.emr_serverless.runtime import Runtime
from sandbox.emr_serverless.validation import validate


class EMRServerlessResponse(BaseResponse):
    """Actions of EMR Serverless. ``runtime`` is set once by ``install`` and does the work that is asked for."""

    runtime: ClassVar[Runtime]

    def __init__(self) -> None:
        super().__init__("emr-serverless")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> EMRServerlessBackend:
        """The records of the caller's account and region."""
        backend: EMRServerlessBackend = emrserverless_backends[self.current_account][self.region]
        return backend

    def _parameters(self) -> dict[str, Any]:
        """The request as plain data, held against the service model."""
        plain: dict[str, Any] = json.loads(json.dumps({**self.uri_match, **self.params}, default=str))
        validate(self._get_action(), plain)
        return plain

    def _time(self, name: str) -> datetime | None:
        """A time of the request; moto reads it as UTC and leaves that unsaid."""
        value: datetime | None = self._get_param(name)
        return value and value.replace(tzinfo=UTC)

    def create_application(self) -> ActionResult:
        request = self._parameters()
        application = self.backend.create_application(request.pop("clientToken"), request)
        return ActionResult({"applicationId": application.id, "name": request.get("name"), "arn": application.arn})

    def update_application(self) -> ActionResult:
        changes = self._parameters()
        changes.pop("clientToken")
        application = self.backend.update_application(changes.pop("applicationId"), changes)
        return ActionResult({"application": application.describe()})

    def get_application(self) -> ActionResult:
        application = self.backend.get_application(self._parameters()["applicationId"])
        return ActionResult({"application": application.describe()})

    def list_applications(self) -> ActionResult:
        states = self._parameters().get("states", [])
        found = [each.summary() for each in self.backend.applications.values() if not states or each.state in states]
        return PaginatedResult({"applications": found})

    def delete_application(self) -> ActionResult:
        self.backend.delete_application(self._parameters()["applicationId"])
        return EmptyResult()

    def start_application(self) -> ActionResult:
        self.backend.start_application(self._parameters()["applicationId"])
        self.runtime.wake()
        return EmptyResult()

    def stop_application(self) -> ActionResult:
        self.backend.stop_application(self._parameters()["applicationId"])
        self.runtime.wake()
        return EmptyResult()

    def start_job_run(self) -> ActionResult:
        request = self._parameters()
        run = self.backend.start_job_run(request.pop("applicationId"), request.pop("clientToken"), request)
        self.runtime.wake()
        return ActionResult({"applicationId": run.application_id, "jobRunId": run.id, "arn": run.arn})

    def get_job_run(self) -> ActionResult:
        wanted = self._parameters()
        run = self.backend.get_job_run(wanted["applicationId"], wanted["jobRunId"])
        return ActionResult({"jobRun": run.describe()})

    def list_job_runs(self) -> ActionResult:
        wanted = self._parameters()
        after, before = (self._time(name) for name in ("createdAtAfter", "createdAtBefore"))
        runs = self.backend.list_job_runs(wanted["applicationId"], wanted.get("states", []), after, before)
        return PaginatedResult({"jobRuns": [run.summary() for run in runs]})

    def list_job_run_attempts(self) -> ActionResult:
        wanted = self._parameters()
        run = self.backend.get_job_run(wanted["applicationId"], wanted["jobRunId"])
        return ActionResult({"jobRunAttempts": [run.attempt()]})

    def cancel_job_run(self) -> ActionResult:
        wanted = self._parameters()
        grace = self._get_int_param("shutdownGracePeriodInSeconds")
        run = self.backend.cancel_job_run(wanted["applicationId"], wanted["jobRunId"], grace)
        self.runtime.wake()
        return ActionResult({"applicationId": run.application_id, "jobRunId": run.id})

    def get_dashboard_for_job_run(self) -> ActionResult:
        wanted = self._parameters()
        run = self.backend.get_job_run(wanted["applicationId"], wanted["jobRunId"])
        return ActionResult({"url": self.runtime.dashboard(run.id)})
