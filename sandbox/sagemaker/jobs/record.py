"""What is remembered of a job: plain data, because the sandbox pickles it.

Nothing here is changed in place (no append, no update): the state may be written while a job moves on.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

TERMINAL = frozenset({"Completed", "Failed", "Stopped"})
REASON_LENGTH = 1024
RESTARTED = "InternalServerError: the sandbox was restarted while the job ran"
STOPPED = "InternalServerError: the sandbox was stopped while the job ran"

# of all jobs together, because a lock inside a record could not be pickled
MOVES = threading.Lock()


def now() -> datetime:
    """The present, as every time stamp here has it."""
    return datetime.now(UTC)


@dataclass
class Job:
    """One job.

    :param request: the members of the action that made it
    :param waits_for: why it has not begun, while it has not
    """

    KIND: ClassVar[str] = ""
    DEFAULT_SECONDS: ClassVar[int] = 86_400

    name: str
    arn: str
    request: dict[str, Any]
    status: str = "InProgress"
    failure_reason: str = ""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    began_at: datetime | None = None
    ended_at: datetime | None = None
    ran_too_long: bool = False

    @property
    def state(self) -> str:
        """What ``StatusEquals`` is held against."""
        return self.status

    @property
    def ended(self) -> bool:
        """Whether nothing will become of it any more."""
        return self.status in TERMINAL

    @property
    def waits(self) -> bool:
        """Whether it is in the queue."""
        return self.status == "InProgress" and self.began_at is None

    @property
    def most_seconds(self) -> int:
        """How long its container may run."""
        return int(self.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", self.DEFAULT_SECONDS))

    def begin(self) -> bool:
        """Leave the queue; false when it was stopped before."""
        with MOVES:
            if self.status != "InProgress":
                return False
            self.began_at = self.updated_at = now()
            return True

    def wait_again(self) -> None:
        """Go back into the queue: its container was never started."""
        with MOVES:
            self.began_at, self.updated_at = None, now()

    def stop(self, *, too_long: bool = False) -> None:
        """Ask for its end: at once while it waits, by its container otherwise.

        :param too_long: it ran longer than its stopping condition allows
        """
        with MOVES:
            if self.status != "InProgress":
                return
            self.ran_too_long = too_long
            self.updated_at = now()
            self.status = "Stopping"
        if self.began_at is None:
            self.end("Stopped")

    def end(self, status: str, reason: str = "") -> bool:
        """End as this, and say whether it had not ended before.

        :param status: ``Completed``, ``Failed`` or ``Stopped``
        :param reason: why, when it failed
        """
        with MOVES:
            if self.status in TERMINAL:
                return False
            self.ended_at = self.updated_at = now()
            self.failure_reason = reason[:REASON_LENGTH]
            self.status = status
            return True

    @property
    def seconds(self) -> int | None:
        """Whole seconds between its beginning and its end, at least one; None when it has not both."""
        if self.began_at is None or self.ended_at is None:
            return None
        return max(1, math.ceil((self.ended_at - self.began_at).total_seconds()))

    def summary(self) -> dict[str, Any]:
        """As its list action shows it."""
        shown = {
            f"{self.KIND}JobName": self.name,
            f"{self.KIND}JobArn": self.arn,
            f"{self.KIND}JobStatus": self.status,
            "CreationTime": self.created_at,
            "LastModifiedTime": self.updated_at,
            f"{self.KIND}EndTime": self.ended_at,
            "FailureReason": self.failure_reason or None,
        }
        return present(shown)

    def describe(self) -> dict[str, Any]:
        """As its describe action shows it."""
        asked = {name: value for name, value in self.request.items() if name != "Tags"}
        return asked | self.summary() | present({f"{self.KIND}StartTime": self.began_at})


def present(shown: dict[str, Any]) -> dict[str, Any]:
    """Without the members that there is nothing to say about."""
    return {name: value for name, value in shown.items() if value is not None}
