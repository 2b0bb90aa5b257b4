"""Releases of one model in the ledger: what serves, what served before, who did it and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundwork.hooks.ledger_writes import Create, Update, Write
from groundwork.spec.ledger import ReleaseState, model_key, release_sort_key, serving_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.model_run import ModelRun

RACES = 5


@dataclass(frozen=True)
class Release:
    """One release.

    :param number: rises with every release of the model, failed ones included
    :param version: number of the version in the registry
    :param digest: of the version
    :param version_uri: where the version stands as a file
    :param replaces: the release that served when this one began
    :param previous: the release that a step back leads to
    :param rolls_back: whether it is a step back itself
    :param by: who asked for it
    :param reason: that person's reason
    :param run: prefix of the run that did it
    :param at: when its state was reached, UTC
    :param detail: why it failed
    :param history: earlier states, oldest first
    """

    number: int
    version: int
    package_arn: str
    digest: str
    version_uri: str
    state: ReleaseState
    by: str
    reason: str
    run: str
    at: str
    replaces: int | None = None
    previous: int | None = None
    rolls_back: bool = False
    detail: str = ""
    history: tuple[Mapping[str, Any], ...] = ()


class Releases:
    """One model's releases.

    :param ledger: where they are written
    :param model: the model
    """

    def __init__(self, ledger: LedgerHook, model: str) -> None:
        self._ledger = ledger
        self.model = model

    def get(self, number: int) -> Release | None:
        """One release."""
        item = self._ledger.get(pk=model_key(self.model), sk=release_sort_key(number))
        return _release(item) if item else None

    def all(self) -> list[Release]:
        """Every release, oldest first."""
        return [_release(item) for item in self._ledger.query(model_key(self.model), "release#")]

    def live(self) -> Release | None:
        """The release that serves; None where nothing does."""
        serving = self._ledger.get(**serving_key(self.model))
        return self.get(serving["release"]) if serving else None

    def before(self, release: Release) -> Release | None:
        """The release that a step back from another one leads to."""
        return self.get(release.previous) if release.previous is not None else None

    def of_run(self, run: str) -> Release | None:
        """The release that a run is at, or has brought; a failed one is over."""
        found = (release for release in reversed(self.all()) if release.run == run and release.state != "failed")
        return next(found, None)

    def begin(self, run: ModelRun, version_uri: str, *, rolls_back: bool = False) -> Release:
        """Take the next number for a run's release; a run that is at one already goes on with it.

        :param run: with the version that shall serve
        :param version_uri: where the version stands as a file
        :param rolls_back: a step back: what it replaces is rolled back, and a next step back goes further
        :raises RuntimeError: others begin releases without pause, or what shall serve again is not the one before
        """
        if run.version is None:
            raise ValueError(f"{run.uri} names no version")
        for _ in range(RACES):
            if standing := self.of_run(run.prefix):
                return standing
            number = max((release.number for release in self.all()), default=0) + 1
            replaces, previous = self._chain_back(run.version.digest) if rolls_back else self._chain()
            content: dict[str, Any] = {
                "number": number,
                "version": run.version.number,
                "package_arn": run.version.package_arn,
                "digest": run.version.digest,
                "version_uri": version_uri,
                "replaces": replaces,
                "previous": previous,
                "rolls_back": rolls_back,
                "by": run.requested_by,
                "reason": run.reason,
                "run": run.prefix,
                "state": "deploying",
                "at": datetime.now(UTC).isoformat(),
            }
            if self._ledger.create({**self._key(number), **content}):
                return _release(content)
        raise RuntimeError(f"others begin releases of {self.model} without pause; see that only one Airflow does")

    def record_live(self, release: Release) -> Release:
        """Write down that a release serves, and what became of the one before; the same again changes nothing.

        :raises RuntimeError: another release serves since this one began
        """
        standing = self.get(release.number)
        if standing is not None and standing.state == "live":
            return standing
        writes: list[Write] = [self._moved(release, "live"), self._serving(release)]
        replaced = self.get(release.replaces) if release.replaces is not None else None
        if replaced is not None:
            writes.append(self._moved(replaced, "rolled_back" if release.rolls_back else "replaced"))
        return self._written(release, writes)

    def record_failed(self, release: Release, detail: str) -> Release:
        """Write down that a release does not serve, and why; what served before is as it was.

        :param detail: why
        :raises RuntimeError: another run has changed it
        """
        standing = self.get(release.number)
        if standing is not None and standing.state == "failed":
            return standing
        return self._written(release, [self._moved(release, "failed", detail)])

    def _chain(self) -> tuple[int | None, int | None]:
        """What a release replaces, and what a step back from it leads to: the same."""
        live = self.live()
        return (live.number, live.number) if live else (None, None)

    def _chain_back(self, digest: str) -> tuple[int | None, int | None]:
        """The same of a step back: the next one goes further back."""
        live = self.live()
        target = self.before(live) if live else None
        if live is None or target is None or target.digest != digest:
            raise RuntimeError(
                f"{self.model} was released or rolled back by another run since this step back was planned; look what "
                "serves now, and trigger it again if it is still wanted"
            )
        return live.number, target.previous

    def _serving(self, release: Release) -> Write:
        key = serving_key(self.model)
        if release.replaces is None:
            return Create({**key, "release": release.number})
        return Update(key, {"release": release.number}, {"release": release.replaces})

    def _written(self, release: Release, writes: Sequence[Write]) -> Release:
        if not self._ledger.transact(writes):
            standing = self.get(release.number)
            raise RuntimeError(
                f"release {release.number} of {self.model} cannot be recorded: it is "
                f"{standing.state if standing else 'unknown'}, or another release serves since it began; look what "
                "serves now, and release again if it is still wanted"
            )
        found = self.get(release.number)
        assert found is not None, "it was written just now"
        return found

    def _moved(self, release: Release, state: ReleaseState, detail: str = "") -> Update:
        kept = [*release.history, {"state": release.state, "at": release.at}]
        changes = {"state": state, "at": datetime.now(UTC).isoformat(), "history": kept, "detail": detail or None}
        return Update(self._key(release.number), changes, {"state": release.state, "at": release.at})

    def _key(self, number: int) -> dict[str, str]:
        return {"pk": model_key(self.model), "sk": release_sort_key(number)}


def _release(item: Mapping[str, Any]) -> Release:
    return Release(
        number=item["number"],
        version=item["version"],
        package_arn=item["package_arn"],
        digest=item["digest"],
        version_uri=item["version_uri"],
        state=item["state"],
        by=item["by"],
        reason=item["reason"],
        run=item["run"],
        at=item["at"],
        replaces=item.get("replaces"),
        previous=item.get("previous"),
        rolls_back=item["rolls_back"],
        detail=item.get("detail", ""),
        history=tuple(item.get("history", ())),
    )
