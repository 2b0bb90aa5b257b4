"""Applications and job runs as the API sees them: what is asked for, not how it is done (that is the Runtime's)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.core.base_backend import BaseBackend
from moto.moto_api._internal import mock_random

from sandbox.emr_serverless.errors import ConflictException, ResourceNotFoundException, ValidationException
from sandbox.emr_serverless.records import TERMINAL, WAITING, Application, JobRun
from sandbox.emr_serverless.validation import validate_configurations, validate_job

ID_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
RESTING = ("CREATED", "STOPPED")


def new_id() -> str:
    """An identifier in EMR's form."""
    return "00" + "".join(mock_random.choice(ID_ALPHABET) for _ in range(14))


def check_same(found: Application | JobRun, request: dict[str, Any]) -> None:
    """Let a client token pass that comes again with the request it came with.

    :raises ConflictException: it comes with another one
    """
    if json.dumps(found.request, sort_keys=True) != json.dumps(request, sort_keys=True):
        raise ConflictException(f"The client token was used for {found.id} with different parameters.")


class EMRServerlessBackend(BaseBackend):
    """The applications and job runs of one account and region; ``sandbox.emr_serverless.urls`` holds the paths."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.applications: dict[str, Application] = {}
        self.job_runs: dict[str, JobRun] = {}

    def create_application(self, client_token: str, request: dict[str, Any]) -> Application:
        """Create one, or return the one that the same token and request created.

        :raises ConflictException: the token came with another request
        """
        if request["type"].upper() != "SPARK":
            raise ValidationException(f"Unsupported engine {request['type']}: only SPARK is in the sandbox")
        if not request["releaseLabel"].startswith("emr-"):
            raise ValidationException(f"Release label '{request['releaseLabel']}' does not exist")
        validate_configurations(request.get("runtimeConfiguration", []))
        for each in self.applications.values():
            if each.client_token == client_token:
                check_same(each, request)
                return each
        identifier = new_id()
        application = Application(identifier, self._arn(identifier), request, client_token)
        self.applications = {**self.applications, identifier: application}
        return application

    def update_application(self, application_id: str, changes: dict[str, Any]) -> Application:
        """Change the settings of an application at rest."""
        application = self._at_rest(application_id)
        validate_configurations(changes.get("runtimeConfiguration", []))
        application.request = {**application.request, **changes}
        application.set_state(application.state)
        return application

    def delete_application(self, application_id: str) -> None:
        """Terminate an application at rest; it stays in sight, as on AWS."""
        self._at_rest(application_id).set_state("TERMINATED")

    def start_application(self, application_id: str) -> None:
        """Start it; started is started again without complaint."""
        application = self.get_application(application_id)
        if application.state == "TERMINATED":
            raise ValidationException(f"Application {application_id} is terminated and cannot be started.")
        if application.state != "STARTED":
            application.set_state("STARTED")

    def stop_application(self, application_id: str) -> None:
        """Stop it when no job run needs it.

        :raises ValidationException: job runs have not ended
        """
        application = self.get_application(application_id)
        if application.state == "TERMINATED":
            raise ValidationException(f"Application {application_id} is terminated and cannot be stopped.")
        unfinished = [run.id for run in self.unfinished() if run.application_id == application_id]
        if unfinished:
            raise ValidationException(
                f"Application {application_id} has {len(unfinished)} job runs that have not ended; cancel them first."
            )
        if application.state == "STARTED":
            application.set_state("STOPPED")

    def get_application(self, application_id: str) -> Application:
        """The application.

        :raises ResourceNotFoundException: there is none
        """
        if application_id not in self.applications:
            raise ResourceNotFoundException(f"Application {application_id} does not exist")
        return self.applications[application_id]

    def start_job_run(self, application_id: str, client_token: str, request: dict[str, Any]) -> JobRun:
        """Submit a run, or return the one that the same token and request submitted.

        :raises ConflictException: the token came with another request
        :raises ValidationException: the request or the application's state does not allow it
        """
        application = self.get_application(application_id)
        for each in self.job_runs.values():
            if (each.application_id, each.client_token) == (application_id, client_token):
                check_same(each, request)
                return each
        validate_job(request, self.account_id)
        self._check_ready(application)
        run = JobRun(
            id=(identifier := new_id()),
            arn=f"{application.arn}/jobruns/{identifier}",
            application_id=application_id,
            account_id=self.account_id,
            number=len(self.job_runs),
            request=request,
            application_request=application.request,
            client_token=client_token,
        )
        self.job_runs = {**self.job_runs, identifier: run}
        return run

    def get_job_run(self, application_id: str, job_run_id: str) -> JobRun:
        """The run.

        :raises ResourceNotFoundException: no such application, or no such run of it
        """
        self.get_application(application_id)
        run = self.job_runs.get(job_run_id)
        if run is None or run.application_id != application_id:
            raise ResourceNotFoundException(f"Job run {job_run_id} does not exist")
        return run

    def list_job_runs(
        self, application_id: str, states: list[str], after: datetime | None, before: datetime | None
    ) -> list[JobRun]:
        """The runs of an application, newest first."""
        self.get_application(application_id)
        found = [
            run
            for run in self.job_runs.values()
            if run.application_id == application_id
            and (not states or run.state in states)
            and (after is None or run.created_at > after)
            and (before is None or run.created_at < before)
        ]
        return sorted(found, key=lambda run: run.number, reverse=True)

    def cancel_job_run(self, application_id: str, job_run_id: str, grace_seconds: int | None) -> JobRun:
        """Ask for the end of a run: at once while it waits, by its process otherwise. An ended one stays as it is."""
        run = self.get_job_run(application_id, job_run_id)
        run.grace_seconds = grace_seconds
        if run.state in WAITING:
            run.set_state("CANCELLED", "cancelled before it started")
        elif run.state not in TERMINAL:
            run.set_state("CANCELLING", "cancelled on request")
        return run

    def unfinished(self) -> list[JobRun]:
        """Runs that have not ended, oldest first."""
        found = [run for run in self.job_runs.values() if run.state not in TERMINAL]
        return sorted(found, key=lambda run: run.number)

    def _check_ready(self, application: Application) -> None:
        if application.state == "TERMINATED":
            raise ValidationException(f"Application {application.id} is terminated. Cannot start job run.")
        if application.state in RESTING and not application.starts_itself:
            raise ValidationException(
                f"Application {application.id} is {application.state} and its autoStartConfiguration is off; start it."
            )

    def _at_rest(self, application_id: str) -> Application:
        application = self.get_application(application_id)
        if application.state not in RESTING:
            raise ValidationException(
                f"Application {application_id} must be in one of the following statuses [CREATED, STOPPED]. "
                f"Current status: {application.state}"
            )
        return application

    def _arn(self, application_id: str) -> str:
        return (
            f"arn:{self.partition}:emr-serverless:{self.region_name}:{self.account_id}:/applications/{application_id}"
        )
