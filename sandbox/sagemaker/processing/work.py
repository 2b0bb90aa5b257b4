"""How a processing job is done."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from sandbox.sagemaker.environment import container_environment, make_folders
from sandbox.sagemaker.jobs.container import Container
from sandbox.sagemaker.jobs.s3_source import download, find_objects
from sandbox.sagemaker.jobs.upload import upload_folder
from sandbox.sagemaker.jobs.work import Start, Work
from sandbox.sagemaker.processing.record import ProcessingJob
from sandbox.sagemaker.training.configuration import HOST

TOO_LONG = "ClientError: The job ran longer than MaxRuntimeInSeconds ({seconds})"


class ProcessingWork(Work[ProcessingJob]):
    """Inputs are fetched, the entry point runs, outputs are written when it has succeeded."""

    LOG_GROUP: ClassVar[str] = "/aws/sagemaker/ProcessingJobs"

    def prepare(self) -> Start:
        """Bring image and inputs."""
        application = self.job.request["AppSpecification"]
        make_folders(self.folder)
        image = self.shop.image(application["ImageUri"])
        program, *words = application["ContainerEntrypoint"]
        command = self.shop.command(image, program, words + application.get("ContainerArguments", []))
        for each in self.job.request.get("ProcessingInputs", []):
            self._bring(each["InputName"], each["S3Input"])
        for each in self._outputs:
            self._place(each["LocalPath"]).mkdir(parents=True, exist_ok=True)
        self._write_configuration()
        return Start(command, container_environment(self.shop.settings, self.folder) | self._variables())

    def conclude(self, container: Container) -> None:
        """Bring away the outputs; of a job that was stopped, nothing."""
        message = self.ml / "output" / "message"
        self.job.exit_message = self.written(message)
        if self.job.status == "Stopping":
            reason = TOO_LONG.format(seconds=self.job.most_seconds) if self.job.ran_too_long else ""
            self.job.end("Stopped", reason)
        elif container.status != 0:
            self.job.end("Failed", self.failure(container, message))
        else:
            key_id = self.job.request.get("ProcessingOutputConfig", {}).get("KmsKeyId", "")
            for each in self._outputs:
                upload_folder(self.shop.s3, self._place(each["LocalPath"]), each["S3Uri"], key_id)
            self.job.end("Stopped" if self.job.status == "Stopping" else "Completed")

    @property
    def _outputs(self) -> list[dict[str, Any]]:
        outputs = self.job.request.get("ProcessingOutputConfig", {}).get("Outputs", [])
        return [each["S3Output"] for each in outputs]

    def _place(self, path: str) -> Path:
        """Where a path below ``/opt/ml`` lies here."""
        return self.ml / PurePosixPath(path).relative_to("/opt/ml")

    def _bring(self, name: str, source: dict[str, str]) -> None:
        what = f"the input {name}"
        found = find_objects(self.shop.s3, source["S3DataType"], source["S3Uri"], what)
        download(self.shop.s3, found, self._place(source["LocalPath"]), what)

    def _write_configuration(self) -> None:
        folder = self.ml / "config"
        folder.mkdir()
        (self.ml / "output").mkdir()
        described = {**self.job.request, "ProcessingJobArn": self.job.arn}
        (folder / "processingjobconfig.json").write_text(json.dumps(described, default=str))
        (folder / "resourceconfig.json").write_text(json.dumps({"current_host": HOST, "hosts": [HOST]}))

    def _variables(self) -> dict[str, str]:
        names = {"PROCESSING_JOB_NAME": self.job.name, "PROCESSING_JOB_ARN": self.job.arn}
        return names | self.job.request.get("Environment", {})
