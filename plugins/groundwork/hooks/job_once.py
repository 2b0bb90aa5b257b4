"""One piece of work as a job, started once however often and by however many it is asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from groundwork.hooks.job_engine import JobIdentity, JobState

if TYPE_CHECKING:
    from groundwork.hooks.job_attempts import Attempt, JobAttempts, TaskRun
    from groundwork.hooks.job_engine import JobEngine

CANCEL_SECONDS = 120
LOG = logging.getLogger(__name__)


class JobError(Exception):
    """A job cannot be found or ended."""


class JobOnce:
    """The jobs of one piece of work.

    :param work: which one
    :param attempts: what the ledger knows of its jobs
    :param engine: runs them
    :param sleep: pause between two looks at a job that is being cancelled
    """

    def __init__(
        self, work: TaskRun, attempts: JobAttempts, engine: JobEngine, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._work = work
        self._attempts = attempts
        self._engine = engine
        self._sleep = sleep

    def attach(self, try_number: int) -> Attempt:
        """The attempt to go on with: succeeded, running, or new and without a job.

        A job that an earlier try of the task left to a trigger and that runs still is ended first: only a person's
        clear brings a new try while an old one waits, and says that it shall be done again. A job whose worker died
        before it waited is attached to.

        :param try_number: of the task, now
        :raises JobError: the job of an earlier try does not end
        """
        attempt = self._attempts.current(self._work)
        if attempt.state != "open" or attempt.job_id is None:
            return attempt
        state = self._engine.state(attempt.job_id)
        if state.phase == "running" and attempt.watched_try not in (None, try_number):
            self.end(attempt, "the task was cleared")
        elif state.phase in ("failed", "cancelled"):
            self.record_end(attempt, state)
        else:
            LOG.info("attaching to job %s (%s), which is %s", attempt.job_id, attempt.name, state.word)
            return attempt
        return self._attempts.current(self._work)

    def start(self, attempt: Attempt, begin: Callable[[JobIdentity], str], subject: str) -> str:
        """Start the attempt's job; a start whose record was lost is found again by its token.

        :param begin: asks the engine for the job, and gives its id
        :param subject: product or model that the work is about, for the job's tags
        :return: the engine's id of it
        """
        tags = {
            "groundwork:dag": self._work.dag_id,
            "groundwork:run": self._work.run_id,
            "groundwork:task": self._work.task_id,
            "groundwork:subject": subject,
        }
        job_id = begin(JobIdentity(attempt.name, attempt.token, tags))
        self._attempts.record_start(attempt, job_id)
        LOG.info("started job %s (%s, attempt %d)", job_id, attempt.name, attempt.number)
        return job_id

    def waited_for(self) -> Attempt:
        """The attempt that a task has waited for.

        :raises JobError: there is none
        """
        attempt = self._attempts.last(self._work)
        if attempt is None or attempt.job_id is None:
            raise JobError(f"the ledger has no job for {self._work}, which waited for one; clear the task")
        return attempt

    def hand_over(self, attempt: Attempt, try_number: int | None) -> None:
        """Write down which try of the task leaves the job to a trigger; None when the trigger broke."""
        self._attempts.record_watch(attempt, try_number)

    def end(self, attempt: Attempt, why: str) -> None:
        """Cancel a job and see it end.

        :param why: for the log
        :raises JobError: it has not ended in time
        """
        job_id = str(attempt.job_id)
        LOG.info("%s; cancelling job %s (%s)", why, job_id, attempt.name)
        self._engine.cancel(job_id)
        for _ in range(CANCEL_SECONDS):
            state = self._engine.state(job_id)
            if state.phase != "running":
                self.record_end(attempt, state)
                return
            self._sleep(1)
        raise JobError(f"job {job_id} is {state.word} {CANCEL_SECONDS} s after it was cancelled; see to it by hand")

    def record_end(self, attempt: Attempt, state: JobState) -> None:
        """Write down a final state."""
        if state.phase != "running":
            self._attempts.record_end(attempt, state.phase, state.detail)
