"""Looks of the monitor at what serves, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundwork.decisions.monitoring import RetrainRequest
from groundwork.spec.decision import Decision
from groundwork.spec.ledger import look_sort_key, model_key
from groundwork.spec.model_run import CaptureWindow

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.model_ledger.versions import VersionRecord

RACES = 5


@dataclass(frozen=True)
class Look:
    """One look.

    :param release: number of the release that was looked at
    :param window: captured requests that it covered
    :param decision: what it led to
    :param report_uri: the figures
    :param run: prefix of the run that looked
    :param at: when it was decided, UTC
    """

    number: int
    release: int
    window: CaptureWindow
    decision: Decision
    report_uri: str
    run: str
    at: str

    @property
    def concluded(self) -> bool:
        """Whether there was enough to say something."""
        return bool(self.decision.measured.get("concluded"))


class Looks:
    """One model's looks.

    :param ledger: where they are written
    :param model: the model
    """

    def __init__(self, ledger: LedgerHook, model: str) -> None:
        self._ledger = ledger
        self.model = model

    def all(self) -> list[Look]:
        """Every look, oldest first."""
        return [_look(item) for item in self._ledger.query(model_key(self.model), "look#")]

    def of_release(self, release: int) -> list[Look]:
        """Looks at one release, oldest first."""
        return [look for look in self.all() if look.release == release]

    def of_run(self, run: str) -> Look | None:
        """The look that a run has recorded."""
        return next((look for look in self.all() if look.run == run), None)

    def record(self, run: str, release: int, window: CaptureWindow, report_uri: str, decision: Decision) -> Look:
        """Write a look down under the next number; a run's second try finds what its first has written.

        :param run: prefix of the run
        :param release: number of the release that was looked at
        :raises RuntimeError: others look without pause
        """
        for _ in range(RACES):
            looks = self.all()
            if standing := next((look for look in looks if look.run == run), None):
                return standing
            number = max((look.number for look in looks), default=0) + 1
            content = {
                "number": number,
                "release": release,
                "window": window.to_json(),
                "decision": decision.to_json(),
                "outcome": decision.outcome,
                "report_uri": report_uri,
                "run": run,
                "at": datetime.now(UTC).isoformat(),
            }
            if self._ledger.create({"pk": model_key(self.model), "sk": look_sort_key(number), **content}):
                return _look(content)
        raise RuntimeError(f"others look at {self.model} without pause; see that only one Airflow monitors it")


def open_request(looks: Sequence[Look], versions: Sequence[VersionRecord]) -> RetrainRequest | None:
    """The training that was asked for and is not answered: by a release, which begins a new row of looks, or by no.

    :param looks: at one release, oldest first
    :param versions: every version of the model, oldest first
    """
    asked = next((look for look in reversed(looks) if look.decision.outcome == "retrain"), None)
    if asked is None:
        return None
    since = [version for version in versions if _moment(version.at) > _moment(asked.at)]
    undecided = [version for version in since if version.state in ("registered", "approved")]
    if since and not undecided:
        return None
    return RetrainRequest(
        look=asked.number,
        looks_since=sum(look.number > asked.number and look.concluded for look in looks),
        version=undecided[-1].number if undecided else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _look(item: Mapping[str, Any]) -> Look:
    return Look(
        number=item["number"],
        release=item["release"],
        window=CaptureWindow.from_json(item["window"]),
        decision=Decision.from_json(item["decision"]),
        report_uri=item["report_uri"],
        run=item["run"],
        at=item["at"],
    )
