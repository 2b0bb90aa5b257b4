"""The actions on endpoint configurations and endpoints."""

from __future__ import annotations

from typing import ClassVar

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.endpoints.hosting import Hosting
from sandbox.sagemaker.endpoints.records import Endpoint, EndpointConfig, ServedModel
from sandbox.sagemaker.endpoints.runtime import EndpointRuntime
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.registry.serving import served_container


class EndpointActions(Actions):
    """Endpoint configurations and endpoints. ``endpoints`` is set once by ``install`` and does what is asked for."""

    endpoints: ClassVar[EndpointRuntime]

    @property
    def _hosting(self) -> Hosting:
        return Hosting(self.backend)

    def _model(self, name: str) -> ServedModel:
        served = served_container(self.backend, name)
        return ServedModel(name, served.image, served.data_url, served.environment)

    def create_endpoint_config(self) -> ActionResult:
        config = self._hosting.create_config(self.request(), self._model)
        return ActionResult({"EndpointConfigArn": config.arn})

    def describe_endpoint_config(self) -> ActionResult:
        config = self.backend.endpoint_configs.get(self.request()["EndpointConfigName"])
        return ActionResult(config.describe())

    def list_endpoint_configs(self) -> ActionResult:
        wanted = self.request()
        return page("EndpointConfigs", self.backend.endpoint_configs.listed(wanted), wanted, EndpointConfig.summary)

    def delete_endpoint_config(self) -> ActionResult:
        """Forget it; endpoints that were made of it go on."""
        config = self.backend.endpoint_configs.remove(self.request()["EndpointConfigName"])
        self.backend.tags.forget(config.arn)
        return EmptyResult()

    def create_endpoint(self) -> ActionResult:
        endpoint = self._hosting.create_endpoint(self.request(), self._model)
        self.endpoints.create(endpoint)
        return ActionResult({"EndpointArn": endpoint.arn})

    def describe_endpoint(self) -> ActionResult:
        endpoint = self.backend.endpoints.get(self.request()["EndpointName"])
        return ActionResult(endpoint.describe(self.endpoints.running(endpoint)))

    def list_endpoints(self) -> ActionResult:
        wanted = self.request()
        return page("Endpoints", self.backend.endpoints.listed(wanted), wanted, Endpoint.summary)

    def update_endpoint(self) -> ActionResult:
        endpoint = self._hosting.update_endpoint(self.request(), self._model)
        self.endpoints.update(endpoint)
        return ActionResult({"EndpointArn": endpoint.arn})

    def update_endpoint_weights_and_capacities(self) -> ActionResult:
        wanted = self.request()
        wishes = wanted["DesiredWeightsAndCapacities"]
        endpoint = self._hosting.reweigh(wanted["EndpointName"], wishes)
        self.endpoints.reweigh(endpoint, {each["VariantName"]: each for each in wishes})
        return ActionResult({"EndpointArn": endpoint.arn})

    def delete_endpoint(self) -> ActionResult:
        endpoint = self._hosting.delete_endpoint(self.request()["EndpointName"])
        self.endpoints.delete(self.backend, endpoint)
        return EmptyResult()
