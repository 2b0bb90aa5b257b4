"""Refines what was acquired: rules, checks and the gate for every batch, on a branch until it may be published."""

from airflow.sdk import DAG, AssetAny

from groundwork.dag_families.family import Declaration, declarations, product_dag
from groundwork.dag_families.params import choosing
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.plan_refinement import PlanRefinementOperator
from groundwork.operators.record_publication import RecordPublicationOperator
from groundwork.operators.report_blocked import ReportBlockedOperator
from groundwork.operators.spark_job import SparkJobOperator


def woken_by(declared: Declaration) -> AssetAny | None:
    """New raw data, or the publication of a product that the rules look up: a batch may have waited for it."""
    contract = declared.contract
    if contract.refine_with_acquire:
        return None
    look_ups = [asset("refined", product) for product in declared.product.ruleset.look_ups]
    return AssetAny(asset("raw", contract.product), *look_ups)


def refine_data(declared: Declaration) -> DAG:
    """The DAG of one product."""
    with product_dag(declared, schedule=woken_by(declared), params=choosing()) as dag:
        plan_refinement = PlanRefinementOperator(task_id="plan_refinement", **declared.planning())
        run_uri = result_of("plan_refinement")
        refine_and_publish = SparkJobOperator(task_id="refine_and_publish", stages=("refine",), run_uri=run_uri)
        record_publication = RecordPublicationOperator(
            task_id="record_publication", run_uri=run_uri, asset=asset("refined", declared.contract.product)
        )
        report_blocked = ReportBlockedOperator(task_id="report_blocked", record_task_id="record_publication")
        plan_refinement >> refine_and_publish >> record_publication >> report_blocked
    return dag


for declaration in declarations(__file__):
    refine_data(declaration)
