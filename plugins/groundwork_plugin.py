"""What Groundwork adds to Airflow."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from groundwork.links import JobLink, ReportLink


class GroundworkPlugin(AirflowPlugin):
    """Buttons that lead from a task to its job and its report."""

    name = "groundwork"
    operator_extra_links = [JobLink(), ReportLink()]  # noqa: RUF012 - Airflow's shape
