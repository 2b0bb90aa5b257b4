"""What is written when: every change before it is acknowledged; logs and job progress within a second.

S3 is written by key, because its metadata is the only state that grows large; every other service as a whole.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends
from moto.s3.utils import _VersionedKeyStore

from sandbox.bodies import BodyFolder, StoredKey
from sandbox.journal import Journal, Unit
from sandbox.locks import group_lock
from sandbox.services import SERVICES

SHELL = "shell"
LAZY = ("logs", "emr-serverless")
LAZY_SECONDS = 1.0
LOCKS: dict[type, Any] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
    threading.Condition: threading.Condition,
}


class Pickler(pickle.Pickler):
    """Pickles backends: a lock becomes a new lock; the keys of a bucket are left out, they have their own units."""

    dispatch_table = copyreg.dispatch_table | {kind: lambda lock: (LOCKS[type(lock)], ()) for kind in LOCKS}

    def persistent_id(self, obj: Any) -> str | None:
        return "keys" if type(obj) is _VersionedKeyStore else None


class Unpickler(pickle.Unpickler):
    """Reads what Pickler wrote."""

    def persistent_load(self, pid: str) -> Any:  # noqa: ARG002 (pickle's signature; there is one kind)
        return _VersionedKeyStore()


def pickled(state: Any) -> bytes:
    """The state as bytes."""
    buffer = io.BytesIO()
    Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(state)
    return buffer.getvalue()


class Persistence:
    """Keeps the journal equal to what clients were told.

    :param journal: where units are written
    :param folder: where object bodies lie
    """

    def __init__(self, journal: Journal, folder: BodyFolder):
        self._journal = journal
        self._folder = folder
        self._bodies: dict[str, tuple[str, ...]] = {}
        self._last: dict[tuple[str, str], bytes] = {}
        self._closing = threading.Event()
        self._lazy = threading.Thread(target=self._save_lazily, name="save-lazily", daemon=True)

    def restore(self) -> int:
        """Fill moto's backends with what was written, sweep orphaned bodies and return how many those were."""
        units = list(self._journal.units())
        for unit in sorted(units, key=lambda each: each.name != SHELL):  # buckets before their keys
            state = Unpickler(io.BytesIO(unit.state or b"")).load()
            if unit.service != "s3":
                account, region = unit.name.split("/")
                get_backend(unit.service)[account][region] = state
            elif unit.name == SHELL:
                self._restore_buckets(state)
            else:
                bucket, key = unit.name.split("/", 1)
                bucket_of(bucket).keys.setlist(key, state)
            if unit.bodies:
                self._bodies[unit.name] = unit.bodies
        return self._folder.sweep({body for bodies in self._bodies.values() for body in bodies})

    def start(self) -> None:
        """Begin to write what changes without a request."""
        self._lazy.start()

    def save(self, service: str, paths: Iterable[tuple[str, str]]) -> None:
        """Write what a request may have changed; the caller holds the service's lock.

        :param service: signing name of the service
        :param paths: bucket and key of every S3 object that the request named
        """
        if service == "s3":
            self._save_objects(paths)
        elif service != "logs":  # log lines come by the thousand
            group = SERVICES[service].group
            names = [each.moto for each in SERVICES.values() if each.group == group]
            self._write_changed([unit for name in names for unit in backend_units(name)])

    def close(self) -> None:
        """Write the rest and close the journal."""
        self._closing.set()
        self._lazy.join()
        self._save_lazy_services()
        self._journal.close()

    def _restore_buckets(self, state: dict[str, Any]) -> None:
        s3_backends.bucket_accounts.update(state["bucket_accounts"])
        for account, partition, backend in state["backends"]:
            s3_backends[account][partition] = backend

    def _save_objects(self, paths: Iterable[tuple[str, str]]) -> None:
        units = [object_unit(bucket, key) for bucket, key in paths if key]
        units += [unit for unit in [shell_unit()] if self._last.get(("s3", SHELL)) != unit.state]
        before = {body for unit in units for body in self._bodies.get(unit.name, ())}
        self._journal.write(units)
        for unit in units:
            self._bodies[unit.name] = unit.bodies
            if unit.name == SHELL:
                self._last["s3", SHELL] = unit.state or b""
            elif unit.state is None:
                del self._bodies[unit.name]
        # Only now: a crash before the commit must find the old bodies, a crash after it leaves orphans for the sweep.
        self._folder.remove(before - {body for unit in units for body in unit.bodies})

    def _write_changed(self, units: list[Unit]) -> None:
        changed = [unit for unit in units if self._last.get((unit.service, unit.name)) != unit.state]
        if changed:
            self._journal.write(changed)
            self._last.update({(unit.service, unit.name): unit.state or b"" for unit in changed})

    def _save_lazily(self) -> None:
        while not self._closing.wait(LAZY_SECONDS):
            self._save_lazy_services()

    def _save_lazy_services(self) -> None:
        for service in LAZY:
            with group_lock(SERVICES[service].group):
                self._write_changed(list(backend_units(SERVICES[service].moto)))


def bucket_of(name: str) -> Any:
    """Moto's bucket, wherever it lies; None when there is none."""
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


def object_unit(bucket: str, key: str) -> Unit:
    """All versions of one key."""
    found = bucket_of(bucket)
    versions = found.keys.getlist(key, []) if found else []
    name = f"{bucket}/{key}"
    if not versions:
        return Unit("s3", name, None)
    bodies = {body for version in versions if isinstance(version, StoredKey) for body in version.bodies()}
    return Unit("s3", name, pickled(versions), tuple(bodies))


def shell_unit() -> Unit:
    """Buckets, their settings, tags and uploads in progress: all of S3 but the keys."""
    backends = [(account, partition, backend) for account, partition, backend in s3_backends.iter_backends()]
    parts = {
        part.body
        for _, _, backend in backends
        for bucket in backend.buckets.values()
        for upload in bucket.multiparts.values()
        for part in upload.parts.values()
    }
    state = {"bucket_accounts": s3_backends.bucket_accounts, "backends": backends}
    return Unit("s3", SHELL, pickled(state), tuple(parts))


def backend_units(service: str) -> Iterator[Unit]:
    """One unit for each account and region of a service other than S3."""
    backends: BackendDict[Any] = get_backend(service)
    for account, region, backend in list(backends.iter_backends()):
        yield Unit(service, f"{account}/{region}", pickled(backend))
