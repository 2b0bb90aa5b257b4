"""What is written when: every change before it is acknowledged; log events and the progress of jobs within a second."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sandbox.bodies import BodyFolder
from sandbox.journal import Journal, Unit
from sandbox.locks import group_lock
from sandbox.services import SERVICES
from sandbox.units import BACKEND, backend_units, restore

# Log lines come by the thousand; jobs change without a request.
LAZY = ("logs", "emr-serverless", "sagemaker")
LAZY_SECONDS = 1.0


class Persistence:
    """Keeps the journal equal to what clients were told.

    :param journal: where units are written
    :param folder: where object bodies lie
    """

    def __init__(self, journal: Journal, folder: BodyFolder):
        self._journal = journal
        self._folder = folder
        self._bodies: dict[str, tuple[str, ...]] = {}
        self._backends: dict[tuple[str, str], bytes | None] = {}
        self._closing = threading.Event()
        self._lazy = threading.Thread(target=self._save_lazily, name="save-lazily", daemon=True)

    def restore(self) -> int:
        """Fill moto's backends with what was written, sweep orphaned bodies and return how many those were."""
        units = sorted(self._journal.units(), key=lambda unit: unit.kind != BACKEND)
        stale = [unit for unit in units if not restore(unit)]
        self._journal.write([Unit(unit.service, unit.kind, unit.name, None) for unit in stale])
        self._bodies = {body_key(unit): unit.bodies for unit in units if unit.bodies and unit not in stale}
        return self._folder.sweep({body for bodies in self._bodies.values() for body in bodies})

    def start(self) -> None:
        """Begin to write what changes without a request."""
        self._lazy.start()

    def save(self, service: str, touched: Iterable[Unit]) -> None:
        """Write what a request may have changed; the caller holds the service's lock.

        :param service: signing name of the service
        :param touched: units of the objects and items that the request named
        """
        if service != "logs":
            group = SERVICES[service].group
            shared = [each.moto for each in SERVICES.values() if each.group == group]
            self._write([*touched, *self._changed(shared)])

    def close(self) -> None:
        """Write the rest and close the journal."""
        self._closing.set()
        self._lazy.join()
        self._save_lazy_services()
        self._journal.close()

    def _changed(self, services: Iterable[str]) -> list[Unit]:
        """The backends that are not as they were written."""
        units = [unit for service in services for unit in backend_units(service)]
        return [unit for unit in units if self._backends.get((unit.service, unit.name)) != unit.state]

    def _write(self, units: list[Unit]) -> None:
        if not units:
            return
        self._journal.write(units)
        self._backends.update({(unit.service, unit.name): unit.state for unit in units if unit.kind == BACKEND})
        # Only now: a crash before the commit must find the old bodies; one after it leaves orphans for the sweep.
        before = {body for unit in units for body in self._bodies.pop(body_key(unit), ())}
        self._bodies.update({body_key(unit): unit.bodies for unit in units if unit.bodies})
        self._folder.remove(before - {body for unit in units for body in unit.bodies})

    def _save_lazily(self) -> None:
        while not self._closing.wait(LAZY_SECONDS):
            self._save_lazy_services()

    def _save_lazy_services(self) -> None:
        for service in LAZY:
            with group_lock(SERVICES[service].group):
                self._write(self._changed([SERVICES[service].moto]))


def body_key(unit: Unit) -> str:
    """Under what the bodies of a unit are remembered."""
    return f"{unit.service}/{unit.kind}/{unit.name}"
