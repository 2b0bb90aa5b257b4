"""Looks at the requests that a serving model has answered, and decides what follows."""

from airflow.sdk import DAG

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import explaining
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.container_job import ReportDriftOperator
from groundwork.operators.decide_monitoring import DecideMonitoringOperator
from groundwork.operators.plan_monitoring import PlanMonitoringOperator
from groundwork.operators.spark_job import ModelSparkJobOperator
from groundwork.spec.model import Model


def monitor_model(declaration: ModelDeclaration) -> DAG:
    """The DAG of one model."""
    model = declaration.model
    assert model.monitor is not None
    with model_dag(declaration, schedule=model.monitor.schedule, params=explaining("look now")) as dag:
        plan_monitoring = PlanMonitoringOperator(task_id="plan_monitoring", **declaration.planning())
        run_uri = result_of("plan_monitoring")
        measure_drift = ModelSparkJobOperator(task_id="measure_drift", stages=("measure_drift",), run_uri=run_uri)
        report_drift = ReportDriftOperator(task_id="report_drift", run_uri=run_uri)
        decide_monitoring = DecideMonitoringOperator(
            task_id="decide_monitoring", run_uri=run_uri, asset=asset("retrain", model.name)
        )
        plan_monitoring >> measure_drift >> report_drift >> decide_monitoring
    return dag


def monitored(model: Model) -> str | None:
    """A model whose endpoint captures requests, and that declares what to watch."""
    return model.name if model.release and model.monitor else None


for declaration in model_declarations(__file__, monitored):
    monitor_model(declaration)
