"""What is remembered of applications and job runs: plain data, because the sandbox pickles it.

Nothing here is changed in place (no append, no update): the state may be written while a job moves on.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TERMINAL = frozenset({"SUCCESS", "FAILED", "CANCELLED"})
WAITING = frozenset({"SUBMITTED", "PENDING"})
DETAILS_LENGTH = 256
DEFAULT_TIMEOUT_MINUTES = 720
DEFAULT_IDLE_MINUTES = 15
APPLICATION_SETTINGS = (
    "initialCapacity",
    "maximumCapacity",
    "networkConfiguration",
    "architecture",
    "runtimeConfiguration",
    "monitoringConfiguration",
)

# of all runs together, because a lock inside a record could not be pickled
_MOVES = threading.Lock()


def now() -> datetime:
    """The present, as every time stamp here has it."""
    return datetime.now(UTC)


@dataclass
class Application:
    """One application.

    :param request: the members of CreateApplication, with those of UpdateApplication laid over
    """

    id: str
    arn: str
    request: dict[str, Any]
    client_token: str
    state: str = "CREATED"
    state_details: str = ""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    def set_state(self, state: str, details: str = "") -> None:
        """Move on to a state."""
        self.state, self.state_details, self.updated_at = state, details[:DETAILS_LENGTH], now()

    @property
    def starts_itself(self) -> bool:
        """Whether a job run may start it."""
        return bool(self.request.get("autoStartConfiguration", {}).get("enabled", True))

    @property
    def idle_minutes(self) -> int | None:
        """Minutes without a job run after which it stops; None for never."""
        auto_stop = self.request.get("autoStopConfiguration", {})
        return (
            int(auto_stop.get("idleTimeoutMinutes", DEFAULT_IDLE_MINUTES)) if auto_stop.get("enabled", True) else None
        )

    @property
    def spare_drivers(self) -> int:
        """How many drivers are to be kept ready (initialCapacity of the worker type Driver)."""
        capacity = {name.upper(): each for name, each in self.request.get("initialCapacity", {}).items()}
        return int(capacity.get("DRIVER", {}).get("workerCount", 0))

    def summary(self) -> dict[str, Any]:
        """As ListApplications shows it."""
        return {
            "id": self.id,
            "name": self.request.get("name"),
            "arn": self.arn,
            "releaseLabel": self.request["releaseLabel"],
            "type": self.request["type"].capitalize(),
            "state": self.state,
            "stateDetails": self.state_details,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "architecture": self.request.get("architecture", "X86_64"),
        }

    def describe(self) -> dict[str, Any]:
        """As GetApplication shows it."""
        described = self.summary()
        described["applicationId"] = described.pop("id")
        described["autoStartConfiguration"] = {"enabled": self.starts_itself}
        minutes = self.idle_minutes
        described["autoStopConfiguration"] = {"enabled": minutes is not None, "idleTimeoutMinutes": minutes}
        described["tags"] = self.request.get("tags", {})
        return described | {name: self.request[name] for name in APPLICATION_SETTINGS if name in self.request}


@dataclass
class JobRun:
    """One job run.

    :param request: the members of StartJobRun
    :param application_request: the application's settings as they were when the run was submitted
    :param number: rises with every run; the queue's order
    """

    id: str
    arn: str
    application_id: str
    account_id: str
    number: int
    request: dict[str, Any]
    application_request: dict[str, Any]
    client_token: str
    state: str = "SUBMITTED"
    state_details: str = ""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cpu_seconds: float = 0.0
    memory_gb_seconds: float = 0.0
    grace_seconds: int | None = None

    def set_state(self, state: str, details: str = "") -> bool:
        """Move on to a state and say whether that was possible.

        What has ended stays as it ended, and what is being cancelled can only end.
        """
        with _MOVES:
            if self.state in TERMINAL or (self.state == "CANCELLING" and state not in TERMINAL):
                return False
            self.updated_at = now()
            if state == "RUNNING":
                self.started_at = self.updated_at
            if state in TERMINAL:
                self.ended_at = self.updated_at
            self.state_details = details[:DETAILS_LENGTH]
            self.state = state
            return True

    @property
    def timeout_minutes(self) -> int:
        """Minutes a run may take; 0 for any."""
        return int(self.request.get("executionTimeoutMinutes", DEFAULT_TIMEOUT_MINUTES))

    @property
    def monitoring(self) -> dict[str, Any]:
        """The run's monitoring configuration over the application's."""
        own = self.request.get("configurationOverrides", {}).get("monitoringConfiguration", {})
        return {**self.application_request.get("monitoringConfiguration", {}), **own}

    def summary(self) -> dict[str, Any]:
        """As ListJobRuns shows it."""
        return {
            "applicationId": self.application_id,
            "id": self.id,
            "name": self.request.get("name"),
            "mode": "BATCH",
            "arn": self.arn,
            "createdBy": f"arn:aws:iam::{self.account_id}:root",
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "executionRole": self.request["executionRoleArn"],
            "state": self.state,
            "stateDetails": self.state_details,
            "releaseLabel": self.application_request["releaseLabel"],
            "type": "SPARK",
            "attempt": 1,
            "attemptCreatedAt": self.created_at,
            "attemptUpdatedAt": self.updated_at,
        }

    def attempt(self) -> dict[str, Any]:
        """As ListJobRunAttempts shows it; a run here has one attempt."""
        shown = self.summary()
        shown["jobCreatedAt"] = shown["createdAt"]
        return {name: shown[name] for name in shown if not name.startswith("attempt")} | {"attempt": 1}

    def describe(self) -> dict[str, Any]:
        """As GetJobRun shows it; utilisation is what was measured, not what was asked for."""
        described = self.summary()
        described["jobRunId"] = described.pop("id")
        ended = self.ended_at or now()
        hours = {
            "vCPUHour": self.cpu_seconds / 3600,
            "memoryGBHour": self.memory_gb_seconds / 3600,
            "storageGBHour": 0.0,
        }
        described |= {
            "jobDriver": self.request["jobDriver"],
            "configurationOverrides": self.request.get("configurationOverrides", {}),
            "tags": self.request.get("tags", {}),
            "executionTimeoutMinutes": self.timeout_minutes,
            "totalExecutionDurationSeconds": round((ended - self.started_at).total_seconds()) if self.started_at else 0,
            "totalResourceUtilization": {name: round(value, 6) for name, value in hours.items()},
            "billedResourceUtilization": dict.fromkeys(hours, 0.0),
            "startedAt": self.started_at,
            "endedAt": self.ended_at,
        }
        return {name: value for name, value in described.items() if value is not None}
