"""Takes quarantined rows up again, because a person has mended the rules; those that pass are published."""

from airflow.sdk import DAG

from groundwork.dag_families.family import Declaration, declarations, product_dag
from groundwork.dag_families.params import replaying
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.plan_replay import PlanReplayOperator
from groundwork.operators.record_publication import RecordPublicationOperator
from groundwork.operators.report_blocked import ReportBlockedOperator
from groundwork.operators.spark_job import SparkJobOperator


def replay_quarantine(declared: Declaration) -> DAG:
    """The DAG of one product."""
    with product_dag(declared, params=replaying(declared.product)) as dag:
        plan_replay = PlanReplayOperator(task_id="plan_replay", **declared.planning())
        run_uri = result_of("plan_replay")
        replay_and_publish = SparkJobOperator(task_id="replay_and_publish", stages=("refine",), run_uri=run_uri)
        record_publication = RecordPublicationOperator(
            task_id="record_publication", run_uri=run_uri, asset=asset("refined", declared.contract.product)
        )
        report_blocked = ReportBlockedOperator(task_id="report_blocked", record_task_id="record_publication")
        plan_replay >> replay_and_publish >> record_publication >> report_blocked
    return dag


for declaration in declarations(__file__):
    replay_quarantine(declaration)
