"""All actions together."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from sandbox.featurestore.responses import FeatureGroupActions
from sandbox.sagemaker.endpoints.responses import EndpointActions
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.processing.responses import ProcessingActions
from sandbox.sagemaker.registry.model_responses import ModelActions
from sandbox.sagemaker.registry.package_responses import PackageActions
from sandbox.sagemaker.training.responses import TrainingActions
from sandbox.sagemaker.transform.responses import TransformActions
from sandbox.sagemaker.tuning.responses import TuningActions


class SageMakerResponse(
    TrainingActions,
    ProcessingActions,
    TransformActions,
    TuningActions,
    ModelActions,
    PackageActions,
    EndpointActions,
    FeatureGroupActions,
):
    """The actions of SageMaker that are done here."""

    def __init__(self) -> None:
        super().__init__("sagemaker")
        self.automated_parameter_parsing = True

    def add_tags(self) -> ActionResult:
        wanted = self.request()
        self.backend.check_arn(wanted["ResourceArn"])
        self.backend.tags.add(wanted["ResourceArn"], wanted["Tags"])
        return ActionResult({"Tags": self.backend.tags.of(wanted["ResourceArn"])})

    def list_tags(self) -> ActionResult:
        wanted = {"MaxResults": 50, **self.request()}
        self.backend.check_arn(wanted["ResourceArn"])
        return page("Tags", self.backend.tags.of(wanted["ResourceArn"]), wanted, dict, lambda tag: tag["Key"])

    def delete_tags(self) -> ActionResult:
        wanted = self.request()
        self.backend.check_arn(wanted["ResourceArn"])
        self.backend.tags.remove(wanted["ResourceArn"], wanted["TagKeys"])
        return EmptyResult()
