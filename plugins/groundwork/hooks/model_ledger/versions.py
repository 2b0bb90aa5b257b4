"""Registered versions of one model in the ledger: which was asked for by whom, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundwork.spec.ledger import VersionState, model_key, version_sort_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.model_version import RegisteredVersion


@dataclass(frozen=True)
class VersionRecord:
    """How one version stands.

    :param number: in the model registry
    :param digest: content digest of the version: what an approval names
    :param version_uri: where the version stands as a file
    :param requested_by: who asked for it, and so cannot approve it
    :param run: prefix of the run that registered it
    :param at: when, UTC
    """

    number: int
    package_arn: str
    digest: str
    version_uri: str
    requested_by: str
    state: VersionState
    run: str
    at: str


class Versions:
    """One model's versions.

    :param ledger: where they are written
    :param model: the model
    """

    def __init__(self, ledger: LedgerHook, model: str) -> None:
        self._ledger = ledger
        self.model = model

    def get(self, number: int) -> VersionRecord | None:
        """One version; None where none of that number is registered."""
        item = self._ledger.get(pk=model_key(self.model), sk=version_sort_key(number))
        return _version(item) if item else None

    def all(self) -> list[VersionRecord]:
        """Every version, oldest first."""
        return [_version(item) for item in self._ledger.query(model_key(self.model), "version#")]

    def of_digest(self, digest: str) -> VersionRecord | None:
        """The version with that content."""
        return next((version for version in self.all() if version.digest == digest), None)

    def undecided(self) -> VersionRecord | None:
        """The newest version that nobody has decided about."""
        return next((version for version in reversed(self.all()) if version.state == "registered"), None)

    def register(self, registered: RegisteredVersion, version_uri: str) -> VersionRecord:
        """Write a version down; the same again changes nothing.

        :param version_uri: where the version stands as a file
        :raises RuntimeError: another version has this number
        """
        content: dict[str, Any] = {
            "number": registered.number,
            "package_arn": registered.package_arn,
            "digest": registered.digest,
            "version_uri": version_uri,
            "requested_by": registered.version.requested_by,
            "run": registered.version.training_run,
        }
        key = {"pk": model_key(self.model), "sk": version_sort_key(registered.number)}
        new = {"state": "registered", "at": datetime.now(UTC).isoformat()}
        if self._ledger.create({**key, **content, **new}):
            return _version({**content, **new})
        found = self._ledger.get(**key)
        if found is None or any(found.get(name) != value for name, value in content.items()):
            raise RuntimeError(
                f"version {registered.number} of {self.model} stands in the ledger with other content. Was the model "
                "package group deleted and made again? Records are never written over; give the model another name"
            )
        return _version(found)


def _version(item: Mapping[str, Any]) -> VersionRecord:
    return VersionRecord(
        number=item["number"],
        package_arn=item["package_arn"],
        digest=item["digest"],
        version_uri=item["version_uri"],
        requested_by=item["requested_by"],
        state=item["state"],
        run=item["run"],
        at=item["at"],
    )
