"""Does what the API was asked for: brings endpoints up, replaces and drains their fleets, answers their requests.

After a restart of the sandbox an endpoint that was in service comes back to life (SystemUpdating until it answers), one
that was being created is created, an update that was under way is taken back, a deletion is finished.
"""

from __future__ import annotations

import logging
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.clients import own_client
from sandbox.errors import Answer
from sandbox.images.registry import ImageRegistry
from sandbox.processes.sweep import sweep
from sandbox.sagemaker.endpoints.builder import FleetBuilder
from sandbox.sagemaker.endpoints.capture import Capture
from sandbox.sagemaker.endpoints.fleet import Fleet
from sandbox.sagemaker.endpoints.invocation import Invocations
from sandbox.sagemaker.endpoints.limits import EndpointLimits
from sandbox.sagemaker.endpoints.live import Live
from sandbox.sagemaker.endpoints.pages import EndpointPages
from sandbox.sagemaker.endpoints.records import Endpoint
from sandbox.sagemaker.endpoints.requests import wait_seconds
from sandbox.sagemaker.endpoints.serving_process import ServingFailure
from sandbox.sagemaker.models import SageMakerBackend
from sandbox.services import Call
from sandbox.settings import Settings

SHIP_SECONDS = 2.0
RESTARTED = "The sandbox was restarted during the update, which was taken back."
LOG = logging.getLogger(__name__)


class EndpointRuntime:
    """Runs the endpoints of one sandbox.

    :param settings: the sandbox
    :param images: what was pushed
    :param backends: the records of every account and region
    :param limits: how much at once, and how long
    """

    def __init__(
        self,
        settings: Settings,
        images: ImageRegistry,
        backends: Callable[[], Iterator[SageMakerBackend]],
        limits: EndpointLimits | None = None,
    ):
        self._settings = settings
        self._backends = backends
        self._limits = limits or EndpointLimits()
        self._live: dict[tuple[str, str], Live] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        chance = random.Random()  # noqa: S311 - who answers is no secret, and tests seed it
        s3, logs = own_client(settings, "s3"), own_client(settings, "logs")
        self._builder = FleetBuilder(settings, self._limits, images, s3=s3, logs=logs)
        self._capture = Capture(s3, self._limits, chance)
        self._invocations = Invocations(self._find, self._capture, self._limits, chance)
        self._pages = EndpointPages(self._live, self._builder, chance)

    def start(self) -> None:
        """Begin to work; the server answers already, because models and logs pass through its S3."""
        self._settings.endpoints.mkdir(parents=True, exist_ok=True)
        for group in sweep(self._settings.endpoints):
            LOG.warning("killed process group %s, left by an earlier server", group)
        for left in self._settings.endpoints.iterdir():
            shutil.rmtree(left, ignore_errors=True)
        self._builder.open()
        self._capture.start()
        self._in_thread(self._ship)
        for backend in self._backends():
            for record in backend.endpoints:
                self._recover(backend, record)

    def stop(self) -> None:
        """Answer what is under way, write what was captured, end every server; the endpoints stay as they are."""
        self._stopping.set()
        fleets = [live.withdraw() for live in self._live.copy().values()]
        for fleet in filter(None, fleets):
            fleet.drain(self._limits.grace_seconds)
        self._capture.close()
        self._builder.close()
        for thread in self._threads:
            thread.join(timeout=self._limits.grace_seconds)

    def answer(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        """Carry out InvokeEndpoint."""
        return self._invocations.answer(call, environ, body)

    def admin(self, method: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        """Answer the page of endpoints."""
        return self._pages.answer(method, path, body)

    def running(self, record: Endpoint) -> set[str]:
        """Variants of an endpoint whose server answers."""
        live = self._live.get((record.region, record.name))
        return live.running if live else set()

    # --- what the API asks for; each returns at once ------------------------------------------------------------------

    def create(self, record: Endpoint) -> None:
        """Bring up a new endpoint."""
        live = self._live[record.region, record.name] = Live(record)
        self._in_thread(self._bring_up, live, "")

    def update(self, record: Endpoint) -> None:
        """Replace what an endpoint serves by what is pending."""
        self._in_thread(self._replace, self._live[record.region, record.name])

    def reweigh(self, record: Endpoint, wishes: dict[str, dict[str, Any]]) -> None:
        """Give its variants other weights and counts."""
        self._live[record.region, record.name].reweigh(wishes)  # at once: what was answered must be kept
        self._in_thread(record.set_status, "InService")

    def delete(self, backend: SageMakerBackend, record: Endpoint) -> None:
        """Drain and end an endpoint, and forget it."""
        self._in_thread(self._remove, backend, self._live[record.region, record.name])

    # --- how it is done -----------------------------------------------------------------------------------------------

    def _bring_up(self, live: Live, reason: str) -> None:
        """Serve what the record says.

        :param reason: left as FailureReason of an endpoint that is in service
        """
        record = live.record
        try:
            fleet, deployment = self._builder.build(record.name, record.serves, failing=lambda _: None)
        except ServingFailure as failure:
            if not self._stopping.is_set():
                record.set_status("Failed", str(failure))
            return
        if not self._retired(fleet):
            live.switch(fleet, deployment)
            record.set_status("InService", reason)

    def _replace(self, live: Live) -> None:
        record, pending = live.record, live.record.pending
        assert pending is not None

        def roll_back(reason: str) -> None:
            if not self._stopping.is_set():
                record.set_status("RollingBack", reason)

        try:
            fleet, deployment = self._builder.build(record.name, pending, roll_back)
        except ServingFailure as failure:
            if not self._stopping.is_set():
                record.pending = None
                record.set_status("InService", str(failure))
            return
        if self._retired(fleet):
            return
        before = live.switch(fleet, deployment)
        if before is not None:
            self._stopping.wait(wait_seconds(record.deployment_config))
            self._retire(live, before)
        record.set_status("InService")

    def _remove(self, backend: SageMakerBackend, live: Live) -> None:
        fleet = live.withdraw()
        if fleet is not None:
            self._retire(live, fleet)
        self._live.pop((live.record.region, live.record.name), None)
        backend.endpoints.remove(live.record.name)
        backend.tags.forget(live.record.arn)

    def _retire(self, live: Live, fleet: Fleet) -> None:
        """Let a fleet answer what it has, end it, and write what was captured."""
        if not fleet.drain(self._limits.invoke_seconds + 1):
            LOG.warning("endpoint %s: a request outlived its time", live.record.name)
        self._builder.take_down(fleet)
        self._capture.flush(live.record.name)

    def _retired(self, fleet: Fleet) -> bool:
        """Whether the sandbox goes down, and the fleet with it."""
        if self._stopping.is_set():
            self._builder.take_down(fleet)
            return True
        return False

    def _recover(self, backend: SageMakerBackend, record: Endpoint) -> None:
        live = self._live[record.region, record.name] = Live(record)
        reason = RESTARTED if record.pending is not None else record.failure_reason
        record.pending = None
        if record.status == "Deleting":
            self._remove(backend, live)
        elif record.status != "Failed":
            if record.status != "Creating":
                record.set_status("SystemUpdating", reason)
            self._in_thread(self._bring_up, live, "" if record.status == "Creating" else reason)

    def _find(self, region: str, name: str) -> Live | None:
        return self._live.get((region, name))

    def _in_thread(self, work: Callable[..., None], *arguments: Any) -> None:
        def run() -> None:
            try:
                work(*arguments)
            except Exception:
                LOG.exception("an endpoint's operation went wrong")

        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(threading.Thread(target=run, name=f"endpoints {work.__name__}", daemon=True))
        self._threads[-1].start()

    def _ship(self) -> None:
        while not self._stopping.wait(SHIP_SECONDS):
            for server in self._builder.servers:
                server.ship()
