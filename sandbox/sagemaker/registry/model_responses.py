"""The actions on models."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.registry.checks import check_model
from sandbox.sagemaker.registry.record import Model


class ModelActions(Actions):
    """CreateModel, and what follows."""

    def create_model(self) -> ActionResult:
        request = self.request()
        check_model(request, self.current_account)
        model = Model(request["ModelName"], self.backend.arn("model", request["ModelName"]), request)
        if model.name in self.backend.models:
            raise ValidationException(f"Cannot create already existing model {model.arn}.")
        if "ModelPackageName" in model.container:
            self.backend.package(model.container["ModelPackageName"])
        self.backend.put(self.backend.models, model, request)
        return ActionResult({"ModelArn": model.arn})

    def describe_model(self) -> ActionResult:
        return ActionResult(self.backend.models.get(self.request()["ModelName"]).describe())

    def list_models(self) -> ActionResult:
        wanted = self.request()
        return page("Models", self.backend.models.listed(wanted), wanted, Model.summary)

    def delete_model(self) -> ActionResult:
        model = self.backend.models.remove(self.request()["ModelName"])
        self.backend.tags.forget(model.arn)
        return EmptyResult()
