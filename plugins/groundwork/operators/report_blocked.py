"""Makes it seen that the gate holds batches back although others of the same run are published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.record_publication import BLOCKED

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReportBlockedOperator(BaseOperator):
    """Fails the run where batches are blocked.

    :param record_task_id: the task that recorded the publications
    """

    ui_color = "#f9e3db"

    def __init__(self, *, record_task_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record_task_id = record_task_id

    def execute(self, context: Context) -> None:
        """See the class.

        :raises AirflowFailException: batches are blocked; names each with its reasons and what to do
        """
        if blocked := context["ti"].xcom_pull(task_ids=self.record_task_id, key=BLOCKED):
            raise AirflowFailException("\n".join(blocked))
        self.log.info("nothing is blocked")
