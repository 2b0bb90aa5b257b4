"""Buttons on a task in the Airflow UI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

JOB_URL = "job_url"
REPORT_URL = "report_url"


class JobLink(BaseOperatorLink):
    """Leads to the task's Spark job and its log."""

    name = "Spark job"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's shape
        """The address that the task has left, or none."""
        return _left(JOB_URL, ti_key)


class ReportLink(BaseOperatorLink):
    """Leads to what the stage reports."""

    name = "Report"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's shape
        """The address that the task has left, or none."""
        return _left(REPORT_URL, ti_key)


def _left(key: str, ti_key: TaskInstanceKey) -> str:
    from airflow.sdk.execution_time.xcom import XCom

    return str(XCom.get_value(ti_key=ti_key, key=key) or "")
