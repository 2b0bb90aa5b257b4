"""The endpoint configurations and endpoints of one account and region: what is asked for, not how it is done."""

from __future__ import annotations

from typing import Any

from sandbox.sagemaker.endpoints.records import STEADY, Deployment, Endpoint, EndpointConfig
from sandbox.sagemaker.endpoints.requests import (
    FindModel,
    check_config,
    check_deployment_config,
    deployment_of,
    retained,
)
from sandbox.sagemaker.errors import ResourceLimitExceeded, ValidationException
from sandbox.sagemaker.models import SageMakerBackend
from sandbox.sagemaker.validation import refuse

# Serving processes of a region at once, those of an update counted twice: what two cores and a laptop's memory carry.
MOST_SERVERS = 8


class Hosting:
    """What may become of the records.

    :param backend: holds them
    """

    def __init__(self, backend: SageMakerBackend):
        self._backend = backend
        self._configs, self._endpoints = backend.endpoint_configs, backend.endpoints

    def create_config(self, request: dict[str, Any], find_model: FindModel) -> EndpointConfig:
        """Keep a configuration.

        :param find_model: the model of a name; raises where there is none
        """
        name = request["EndpointConfigName"]
        if name in self._configs:
            arn = self._configs.get(name).arn
            raise ValidationException(f'Cannot create already existing endpoint configuration "{arn}".')
        check_config(request, find_model)
        config = EndpointConfig(name, self._backend.arn("endpoint-config", name), request)
        self._backend.put(self._configs, config, request)
        return config

    def create_endpoint(self, request: dict[str, Any], find_model: FindModel) -> Endpoint:
        """Keep a new endpoint, ``Creating``.

        :param find_model: the model of a name; raises where there is none
        """
        name = request["EndpointName"]
        if name in self._endpoints:
            # the amazon provider's operator turns to an update when an error begins like this
            raise ValidationException(f'Cannot create already existing endpoint "{self._endpoints.get(name).arn}".')
        check_deployment_config(request.get("DeploymentConfig", {}))
        deployment = deployment_of(self._configs.get(request["EndpointConfigName"]), find_model)
        self._check_room(deployment)
        endpoint = Endpoint(name, self._backend.arn("endpoint", name), self._backend.region_name, deployment)
        self._backend.put(self._endpoints, endpoint, request)
        return endpoint

    def update_endpoint(self, request: dict[str, Any], find_model: FindModel) -> Endpoint:
        """Let an endpoint move to another configuration, ``Updating``.

        :param find_model: the model of a name; raises where there is none
        """
        endpoint = self._in_service(request["EndpointName"])
        way = request.get("DeploymentConfig", {})
        if request.get("RetainDeploymentConfig"):
            way = endpoint.deployment_config or {}
        check_deployment_config(way)
        pending = deployment_of(self._configs.get(request["EndpointConfigName"]), find_model)
        if request.get("RetainAllVariantProperties"):
            excluded = {each["VariantPropertyType"] for each in request.get("ExcludeRetainedVariantProperties", [])}
            pending = retained(pending, endpoint.serves, excluded)
        self._check_room(pending)
        endpoint.pending, endpoint.deployment_config = pending, way or None
        endpoint.set_status("Updating")
        return endpoint

    def reweigh(self, name: str, wishes: list[dict[str, Any]]) -> Endpoint:
        """Let an endpoint take other weights and counts, ``Updating``; the caller gives them to what is alive.

        :param wishes: DesiredWeightsAndCapacities
        """
        endpoint = self._in_service(name)
        known = {each.name for each in endpoint.serves.variants}
        for wish in wishes:
            refuse(wish, ("ServerlessUpdateConfig",), f"DesiredWeightsAndCapacities.{wish['VariantName']}.")
            if wish["VariantName"] not in known:
                raise ValidationException(
                    f'The variant name(s) "{wish["VariantName"]}" is/are not present within endpoint configuration '
                    f'"{endpoint.serves.config_name}".'
                )
            if wish.get("DesiredInstanceCount") == 0:
                raise NotImplementedError(f"DesiredInstanceCount 0 of {wish['VariantName']} (give it the weight 0)")
        endpoint.set_status("Updating")
        return endpoint

    def delete_endpoint(self, name: str) -> Endpoint:
        """Let an endpoint end, ``Deleting``."""
        endpoint = self._endpoints.get(name)
        if endpoint.status not in STEADY:
            raise ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        endpoint.set_status("Deleting")
        return endpoint

    def _in_service(self, name: str) -> Endpoint:
        endpoint = self._endpoints.get(name)
        if endpoint.status == "Failed":
            raise ValidationException(f'Cannot update failed endpoint "{endpoint.arn}": delete it.')
        if endpoint.status != "InService":
            raise ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        return endpoint

    def _check_room(self, wanted: Deployment) -> None:
        """Hold the servers of all endpoints, and of those to come, against what the machine shall carry."""
        there = [each for each in self._endpoints if each.status != "Failed"]
        servers = sum(len(each.serves.variants) + len(each.pending.variants if each.pending else ()) for each in there)
        if servers + len(wanted.variants) > MOST_SERVERS:
            raise ResourceLimitExceeded(
                f"The account-level service limit for serving processes is {MOST_SERVERS}, in use are {servers}, "
                f"asked for are {len(wanted.variants)}: delete an endpoint.",
            )
