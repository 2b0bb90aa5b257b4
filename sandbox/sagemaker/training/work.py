"""How a training job is done."""

from __future__ import annotations

from typing import ClassVar

from sandbox.sagemaker.environment import container_environment, make_folders
from sandbox.sagemaker.jobs.container import Container
from sandbox.sagemaker.jobs.s3_source import download, find_objects
from sandbox.sagemaker.jobs.upload import pack, upload_file
from sandbox.sagemaker.jobs.work import Start, Work
from sandbox.sagemaker.training.configuration import training_variables, write_configuration
from sandbox.sagemaker.training.metrics import find_metrics
from sandbox.sagemaker.training.record import TrainingJob


class TrainingWork(Work[TrainingJob]):
    """Channels are fetched, ``train`` runs, the model and what else was put out are packed and written."""

    LOG_GROUP: ClassVar[str] = "/aws/sagemaker/TrainingJobs"

    def prepare(self) -> Start:
        """Bring image and channels."""
        algorithm = self.job.request["AlgorithmSpecification"]
        make_folders(self.folder)
        self.job.move("Downloading", "Downloading the training image and the input data")
        image = self.shop.image(algorithm["TrainingImage"])
        program, *words = algorithm.get("ContainerEntrypoint", ["train"])
        command = self.shop.command(image, program, words + algorithm.get("ContainerArguments", []))
        for channel in self.job.request.get("InputDataConfig", []):
            self._bring(channel["ChannelName"], channel["DataSource"]["S3DataSource"])
        for name in ("model", "output/data"):
            (self.ml / name).mkdir(parents=True)
        write_configuration(self.ml, self.job)
        self.job.move("Training", "Training image download completed. Training in progress.")
        environment = container_environment(self.shop.settings, self.folder)
        return Start(command, environment | training_variables(self.ml, self.job))

    def conclude(self, container: Container) -> None:
        """Bring away the model; what a stopped job has saved so far as well."""
        self.job.metrics = find_metrics(
            self.folder, self.job.request["AlgorithmSpecification"].get("MetricDefinitions", [])
        )
        if self.job.status == "InProgress" and container.status != 0:
            self.job.end("Failed", self.failure(container, self.ml / "output" / "failure"))
            return
        self.job.upload()
        self._bring_away()
        self.job.end("Stopped" if self.job.status == "Stopping" else "Completed")

    def _bring(self, name: str, source: dict[str, str]) -> None:
        what = f"the channel {name}"
        found = find_objects(self.shop.s3, source["S3DataType"], source["S3Uri"], what)
        download(self.shop.s3, found, self.ml / "input" / "data" / name, what)

    def _bring_away(self) -> None:
        output = self.job.request["OutputDataConfig"]
        place = f"{output['S3OutputPath'].rstrip('/')}/{self.job.name}/output"
        key_id = output.get("KmsKeyId", "")
        if any((self.ml / "output" / "data").iterdir()):
            archive = pack(self.ml / "output" / "data", self.folder / "tmp" / "output.tar.gz")
            upload_file(self.shop.s3, archive, f"{place}/output.tar.gz", key_id)
        archive = pack(self.ml / "model", self.folder / "tmp" / "model.tar.gz")
        upload_file(self.shop.s3, archive, f"{place}/model.tar.gz", key_id)
        self.job.model_artifacts = f"{place}/model.tar.gz"
