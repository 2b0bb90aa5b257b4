"""Acquires what lands: a DAG for every product, which loads each file exactly once into the raw table."""

from airflow.sdk import DAG

from groundwork.dag_families.family import Declaration, declarations, product_dag
from groundwork.dag_families.params import waiting
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.collect_files import CollectFilesOperator
from groundwork.operators.record_batch import RecordBatchOperator
from groundwork.operators.record_publication import RecordPublicationOperator
from groundwork.operators.report_blocked import ReportBlockedOperator
from groundwork.operators.spark_job import SparkJobOperator


def acquire_data(declared: Declaration) -> DAG:
    """The DAG of one product; small tables are refined by the same Spark job."""
    contract = declared.contract
    with product_dag(declared, schedule=contract.schedule, params=waiting(declared.stage.environment)) as dag:
        collect_files = CollectFilesOperator(task_id="collect_files", **declared.planning())
        run_uri = result_of("collect_files")
        record_batch = RecordBatchOperator(
            task_id="record_batch", run_uri=run_uri, asset=asset("raw", contract.product)
        )
        if not contract.refine_with_acquire:
            append_raw = SparkJobOperator(task_id="append_raw", stages=("acquire",), run_uri=run_uri)
            collect_files >> append_raw >> record_batch
            return dag
        append_and_refine = SparkJobOperator(task_id="append_and_refine", stages=("acquire", "refine"), run_uri=run_uri)
        record_publication = RecordPublicationOperator(
            task_id="record_publication", run_uri=run_uri, asset=asset("refined", contract.product)
        )
        report_blocked = ReportBlockedOperator(task_id="report_blocked", record_task_id="record_publication")
        collect_files >> append_and_refine >> record_batch >> record_publication >> report_blocked
    return dag


for declaration in declarations(__file__):
    acquire_data(declaration)
