"""Takes the last publish of a product back, because a person says so and why; consumers are told by an event."""

from airflow.sdk import DAG

from groundwork.dag_families.family import Declaration, declarations, product_dag
from groundwork.dag_families.params import deciding
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.plan_undo import PlanUndoOperator
from groundwork.operators.record_undo import RecordUndoOperator
from groundwork.operators.spark_job import SparkJobOperator


def undo_publish(declared: Declaration) -> DAG:
    """The DAG of one product."""
    with product_dag(declared, params=deciding("take back")) as dag:
        plan_undo = PlanUndoOperator(task_id="plan_undo", **declared.planning())
        run_uri = result_of("plan_undo")
        undo = SparkJobOperator(task_id="undo", stages=("undo",), run_uri=run_uri)
        record_undo = RecordUndoOperator(
            task_id="record_undo", run_uri=run_uri, asset=asset("refined", declared.contract.product)
        )
        plan_undo >> undo >> record_undo
    return dag


for declaration in declarations(__file__):
    undo_publish(declaration)
