"""Ends jobs that no task waits for any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.job_attempts import Attempt, JobAttempts, TaskRun
    from groundwork.hooks.job_engine import JobEngine
    from groundwork.spec.environment import Environment

FINISHED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


class SweepJobsOperator(BaseOperator):
    """Goes through the attempts that are open in the ledger and ends those whose task has ended or is gone.

    A triggerer that is killed in the moment a task is cleared or failed leaves such a job, and a task whose DAG run was
    deleted does. With the parameter ``abandoned_jobs`` as ``tell`` it ends nothing. Returns how many attempts were
    open, which of them no task waits for, and which of those were ended.

    :param environment: where ledger and engine are
    """

    def __init__(self, *, environment: Environment, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.environment = environment

    def execute(self, context: Context) -> dict[str, Any]:
        """End what nobody waits for."""
        from groundwork.hooks.job_attempts import JobAttempts
        from groundwork.hooks.job_engine import engine_of
        from groundwork.hooks.ledger import LedgerHook

        environment = self.environment
        attempts = JobAttempts(LedgerHook(table=environment.ledger_table, region_name=environment.region))
        found = attempts.open()
        abandoned = [attempt for attempt in found if not is_awaited(attempt.work)]
        named = [attempt.name for attempt in abandoned]
        self.log.info("%d attempts are open; no task waits for %s", len(found), ", ".join(named) or "none of them")
        if context["params"]["abandoned_jobs"] == "tell":
            return {"open": len(found), "abandoned": named, "ended": []}
        for attempt in abandoned:
            self._end(attempt, attempts, engine_of(environment, attempt.work.engine))
        return {"open": len(found), "abandoned": named, "ended": named}

    def _end(self, attempt: Attempt, attempts: JobAttempts, engine: JobEngine) -> None:
        """Cancel what runs and write down how it ended; a job that still ends is seen to by the next sweep."""
        job_id = attempt.job_id or engine.find(attempt.name)
        if job_id is None:
            attempts.record_end(attempt, "cancelled", "no job was started")
            return
        engine.cancel(job_id)
        state = engine.state(job_id)
        self.log.info("nobody waits for job %s (%s) of %s, which is %s now", job_id, attempt.name, attempt.work, state)
        if state.phase != "running":
            attempts.record_end(attempt, state.phase, state.detail)


def is_awaited(work: TaskRun) -> bool:
    """Whether the task of a piece of work runs, waits or will be tried again."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    states = RuntimeTaskInstance.get_task_states(
        dag_id=work.dag_id, task_ids=[work.task_id], run_ids=[work.run_id], map_index=work.map_index
    )
    found = list(states.get(work.run_id, {}).values())
    return bool(found) and found[0] not in FINISHED
