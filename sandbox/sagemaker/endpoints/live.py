"""An endpoint that answers: which fleet is asked, and which variant of it."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.endpoints.fleet import Fleet
from sandbox.sagemaker.endpoints.records import Deployment, Endpoint, Variant
from sandbox.sagemaker.endpoints.serving_process import ServingProcess


class NoSuchVariant(Exception):
    """The request names a variant that the endpoint does not have, or none can be chosen."""


class OutOfService(Exception):
    """Nothing can answer now; the message says why."""


@dataclass(frozen=True)
class Route:
    """Where one request goes.

    :param capture: the DataCaptureConfig of the moment
    """

    server: ServingProcess
    variant: str
    capture: dict[str, Any] | None


class Live:
    """One endpoint with its fleet.

    :param record: what the API shows of it
    """

    def __init__(self, record: Endpoint):
        self.record = record
        self._fleet: Fleet | None = None
        self._routing = threading.Lock()

    @property
    def running(self) -> set[str]:
        """Variants whose server answers."""
        fleet = self._fleet
        return fleet.running if fleet else set()

    @property
    def fleet(self) -> Fleet | None:
        """What answers now."""
        return self._fleet

    def switch(self, fleet: Fleet, deployment: Deployment) -> Fleet | None:
        """Send every request from now on to this fleet, and return the one before, which keeps what it has."""
        with self._routing:
            before, self._fleet = self._fleet, fleet
            self.record.serves, self.record.pending = deployment, None
            return before

    def withdraw(self) -> Fleet | None:
        """Take no more requests, and return the fleet, which keeps what it has."""
        with self._routing:
            before, self._fleet = self._fleet, None
            return before

    def reweigh(self, wishes: dict[str, dict[str, Any]]) -> None:
        """Choose by other weights from now on.

        :param wishes: DesiredWeightAndCapacity by variant
        """
        with self._routing:
            self.record.serves = self.record.serves.weighted(wishes)

    @contextmanager
    def route(self, target: str, chance: random.Random) -> Iterator[Route]:
        """Take one request; its fleet does not end before the block does.

        :param target: variant that the caller names; empty to choose by weight
        :raises NoSuchVariant: no such variant, or none with a weight
        :raises OutOfService: there is no fleet, or the variant's server is not up
        """
        with self._routing:
            fleet, deployment = self._fleet, self.record.serves
            if fleet is None:
                raise OutOfService(f"Endpoint {self.record.name} is {self.record.status} and cannot be invoked.")
            chosen = choose(deployment.variants, target, chance)
            fleet.enter()
        try:
            server = fleet.servers[chosen.name]
            if not server.is_up:
                raise OutOfService(
                    f"No serving process of variant {chosen.name} is up: it crashed and was restarted "
                    f"{server.restarts} times; its log is in /aws/sagemaker/Endpoints/{self.record.name}."
                )
            yield Route(server, chosen.name, deployment.capture)
        finally:
            fleet.leave()


def choose(variants: tuple[Variant, ...], target: str, chance: random.Random) -> Variant:
    """The variant that a request goes to.

    :param target: variant that the caller names; empty to choose by weight
    :raises NoSuchVariant: no such variant, or none with a weight
    """
    if target:
        for each in variants:
            if each.name == target:
                return each
        raise NoSuchVariant(f"Variant {target} not found: there are {', '.join(each.name for each in variants)}.")
    weights = [each.weight for each in variants]
    if not sum(weights) > 0:
        raise NoSuchVariant("No variant has a weight above 0: name one as TargetVariant, or give one a weight.")
    return chance.choices(variants, weights)[0]
