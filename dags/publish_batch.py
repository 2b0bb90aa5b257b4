"""Publishes what the gate has blocked, a batch or a replay of quarantined rows, because a person says so and why."""

from airflow.sdk import DAG

from groundwork.dag_families.family import Declaration, declarations, product_dag
from groundwork.dag_families.params import deciding
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.plan_override import PlanOverrideOperator
from groundwork.operators.record_publication import RecordPublicationOperator
from groundwork.operators.spark_job import SparkJobOperator


def publish_batch(declared: Declaration) -> DAG:
    """The DAG of one product."""
    with product_dag(declared, params=deciding("publish")) as dag:
        plan_override = PlanOverrideOperator(task_id="plan_override", **declared.planning())
        run_uri = result_of("plan_override")
        publish = SparkJobOperator(task_id="publish", stages=("publish",), run_uri=run_uri)
        record_publication = RecordPublicationOperator(
            task_id="record_publication",
            stage="publish",
            run_uri=run_uri,
            asset=asset("refined", declared.contract.product),
        )
        plan_override >> publish >> record_publication
    return dag


for declaration in declarations(__file__):
    publish_batch(declaration)
