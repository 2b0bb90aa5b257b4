"""Attempts at one piece of work: which job does it now, and when the next one may be started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from groundwork.hooks.ledger_writes import Create, Delete, Update
from groundwork.spec import names
from groundwork.spec.ledger import (
    OPEN_JOBS,
    AttemptState,
    attempt_sort_key,
    job_partition,
    open_job_sort_key,
)

if TYPE_CHECKING:
    from groundwork.hooks.job_engine import EngineName
    from groundwork.hooks.ledger import LedgerHook

EndState = Literal["succeeded", "failed", "cancelled"]
RACES = 5


@dataclass(frozen=True)
class TaskRun:
    """The piece of work: one task of one DAG run, whichever try of it.

    :param map_index: -1 for a task that is not mapped
    :param engine: what its jobs run on
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    engine: EngineName = "spark"

    @property
    def key(self) -> str:
        """Identity of the work, equal for every try."""
        return names.job_key(self.dag_id, self.run_id, self.task_id, self.map_index)


@dataclass(frozen=True)
class Attempt:
    """One start of a job for a piece of work.

    :param number: 1, 2, …; rises only after the one before has ended without success
    :param name: the job's name
    :param job_id: the engine's id; None until the start is recorded
    :param watched_try: try of the task that left the job to a trigger; None until then
    """

    work: TaskRun
    number: int
    name: str
    state: AttemptState = "open"
    job_id: str | None = None
    watched_try: int | None = None
    detail: str = ""

    @property
    def token(self) -> str:
        """What the engine is given so that two starts of this attempt are one."""
        return f"{self.work.key}-{self.number}"

    @property
    def record_key(self) -> dict[str, str]:
        """Keys of its record in the ledger."""
        return {"pk": job_partition(self.work.key), "sk": attempt_sort_key(self.number)}

    @property
    def marker_key(self) -> dict[str, str]:
        """Keys of the record that says that it is open."""
        return {"pk": OPEN_JOBS, "sk": open_job_sort_key(self.work.key, self.number)}


class JobAttempts:
    """Attempts in the ledger.

    :param ledger: where they are written
    """

    def __init__(self, ledger: LedgerHook) -> None:
        self._ledger = ledger

    def current(self, work: TaskRun) -> Attempt:
        """The attempt that is open or has succeeded; the next one, claimed, where there is none such.

        :raises RuntimeError: others claim and end attempts of the same work without pause
        """
        for _ in range(RACES):
            last = self.last(work)
            if last and last.state in ("open", "succeeded"):
                return last
            number = last.number + 1 if last else 1
            claimed = Attempt(work, number, _name(work, number))
            if self._ledger.transact([Create(_record(claimed)), Create(_marker(claimed))]):
                return claimed
        raise RuntimeError(f"others start jobs for {work} without pause; see that only one Airflow uses this ledger")

    def last(self, work: TaskRun) -> Attempt | None:
        """The attempt with the highest number, or None."""
        records = self._ledger.query(job_partition(work.key), "attempt#")
        return _attempt(records[-1]) if records else None

    def record_start(self, attempt: Attempt, job_id: str) -> None:
        """Write down the engine's id; equal for everyone who starts the same attempt."""
        self._ledger.update(attempt.record_key, {"job_id": job_id}, {"state": "open"})

    def record_watch(self, attempt: Attempt, try_number: int | None) -> None:
        """Write down which try of the task leaves the job to a trigger; None when no try does any more."""
        self._ledger.update(attempt.record_key, {"watched_try": try_number}, {"state": "open"})

    def record_end(self, attempt: Attempt, state: EndState, detail: str = "") -> None:
        """Write down how it ended; the first one to say so is believed.

        :param detail: what the engine says about it
        """
        ended = Update(attempt.record_key, {"state": state, "detail": detail}, {"state": "open"})
        self._ledger.transact([ended, Delete(attempt.marker_key, {})])

    def open(self) -> list[Attempt]:
        """Every attempt of every work that has not ended."""
        markers = self._ledger.query(OPEN_JOBS, "open#")
        records = (self._ledger.get(marker["record_pk"], marker["record_sk"]) for marker in markers)
        return [_attempt(record) for record in records if record and record["state"] == "open"]


def _name(work: TaskRun, number: int) -> str:
    """The job's name; SageMaker wants those of tuning jobs short, because its training jobs are named after them."""
    if work.engine == "tuning":
        return names.job_name(work.dag_id, work.key, number, limit=32)
    return names.job_name(work.dag_id, work.key, number)


def _record(attempt: Attempt) -> dict[str, Any]:
    work = attempt.work
    return {
        **attempt.record_key,
        "dag_id": work.dag_id,
        "run_id": work.run_id,
        "task_id": work.task_id,
        "map_index": work.map_index,
        "engine": work.engine,
        "number": attempt.number,
        "name": attempt.name,
        "state": attempt.state,
    }


def _marker(attempt: Attempt) -> dict[str, Any]:
    return {**attempt.marker_key, "record_pk": attempt.record_key["pk"], "record_sk": attempt.record_key["sk"]}


def _attempt(record: dict[str, Any]) -> Attempt:
    return Attempt(
        work=TaskRun(record["dag_id"], record["run_id"], record["task_id"], record["map_index"], record["engine"]),
        number=record["number"],
        name=record["name"],
        state=record["state"],
        job_id=record.get("job_id"),
        watched_try=record.get("watched_try"),
        detail=record.get("detail", ""),
    )
