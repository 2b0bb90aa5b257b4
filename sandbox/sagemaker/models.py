"""What SageMaker knows, of one account and region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from moto.core.base_backend import BaseBackend
from moto.sagemaker.models import sagemaker_backends

from sandbox.featurestore.group import FeatureGroup
from sandbox.sagemaker.endpoints.records import Endpoint, EndpointConfig
from sandbox.sagemaker.errors import ResourceInUse, ValidationException
from sandbox.sagemaker.jobs.record import Job
from sandbox.sagemaker.processing.record import ProcessingJob
from sandbox.sagemaker.registry.record import Model, ModelPackage, PackageGroup
from sandbox.sagemaker.shelf import Record, Shelf
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.training.record import TrainingJob
from sandbox.sagemaker.transform.record import TransformJob
from sandbox.sagemaker.tuning.record import TuningJob

J = TypeVar("J", bound=Job)
NO_JOB = "Requested resource not found."


class SageMakerBackend(BaseBackend):
    """The records; ``sandbox.sagemaker.urls`` holds the paths. Whatever has an ARN and tags lies on a shelf."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.training_jobs: Shelf[TrainingJob] = Shelf(NO_JOB)
        self.processing_jobs: Shelf[ProcessingJob] = Shelf("Could not find requested job with name: {name}")
        self.transform_jobs: Shelf[TransformJob] = Shelf("Could not find job to describe with name {name}")
        self.tuning_jobs: Shelf[TuningJob] = Shelf("Could not find hyperparameter tuning job with name {name}")
        self.models: Shelf[Model] = Shelf('Could not find model "{name}".')
        self.package_groups: Shelf[PackageGroup] = Shelf("Model package group {name} does not exist.")
        self.packages: Shelf[ModelPackage] = Shelf("Model package {name} does not exist.")
        self.endpoint_configs: Shelf[EndpointConfig] = Shelf(
            f'Could not find endpoint configuration "{self.arn("endpoint-config", "{name}")}".'
        )
        self.endpoints: Shelf[Endpoint] = Shelf(f'Could not find endpoint "{self.arn("endpoint", "{name}")}".')
        self.feature_groups: Shelf[FeatureGroup] = Shelf("Resource Not Found: FeatureGroup {name} does not exist.")
        self.tags = Tags()

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a thing here."""
        return f"arn:{self.partition}:sagemaker:{self.region_name}:{self.account_id}:{kind}/{name.lower()}"

    @property
    def shelves(self) -> Iterator[Shelf[Any]]:
        """All of them."""
        return (each for each in vars(self).values() if isinstance(each, Shelf))

    @property
    def jobs(self) -> Iterator[Job]:
        """All jobs that need a container."""
        yield from self.training_jobs
        yield from self.processing_jobs
        yield from self.transform_jobs

    def add_job(self, shelf: Shelf[J], job: J) -> None:
        """Add a job and its tags.

        :raises ResourceInUse: there was one of that name; a name is a job's for ever
        """
        if job.name in shelf:
            raise ResourceInUse(f"{job.KIND} job names must be unique within an AWS account and region: {job.name}")
        self.put(shelf, job, job.request)

    def put(self, shelf: Shelf[Any], record: Record, request: dict[str, Any]) -> None:
        """Add something with the tags of its request."""
        shelf.put(record)
        self.tags.add(record.arn, request.get("Tags", []))

    def stop_job(self, job: Job) -> None:
        """Ask for the end of a job.

        :raises ValidationException: it has ended
        """
        if job.ended:
            raise ValidationException(
                f"The request was rejected because the {job.KIND.lower()} job is in status {job.status}."
            )
        job.stop()

    def package_group(self, name: str) -> PackageGroup:
        """The package group of a name or ARN.

        :raises ValidationException: there is none
        """
        return self.package_groups.get(by_arn(self.package_groups, name))

    def package(self, name: str) -> ModelPackage:
        """The model package of an ARN, or of the name of one without a group.

        :raises ValidationException: there is none
        """
        return self.packages.get(by_arn(self.packages, name))

    def check_arn(self, arn: str) -> None:
        """Look whether there is such a thing.

        :raises ValidationException: there is none
        """
        if not any(record.arn == arn for shelf in self.shelves for record in shelf):
            raise ValidationException(f"Could not find resource with ARN {arn}")


def backends() -> Iterator[SageMakerBackend]:
    """Those of all accounts and regions."""
    for _, _, backend in list(sagemaker_backends.iter_backends()):
        yield backend


def by_arn(shelf: Shelf[Any], name: str) -> str:
    """The name of what an ARN names; anything else as it is."""
    return next((each.name for each in shelf if each.arn == name), name)
