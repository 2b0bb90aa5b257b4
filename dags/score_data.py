"""Lets the serving version answer every new batch of features, into the prediction table."""

from airflow.sdk import DAG, AssetAny

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import covering
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.container_job import TransformOperator
from groundwork.operators.plan_scoring import PlanScoringOperator
from groundwork.operators.record_predictions import RecordPredictionsOperator
from groundwork.operators.spark_job import ModelSparkJobOperator


def score_data(declared: ModelDeclaration) -> DAG:
    """The DAG of one model."""
    model = declared.model
    # New features, or a version that begins to serve: batches may have waited for it.
    woken_by = AssetAny(asset("feature", model.features.view), asset("released", model.name))
    with model_dag(declared, schedule=woken_by, params=covering("predictions")) as dag:
        plan_scoring = PlanScoringOperator(task_id="plan_scoring", **declared.planning())
        run_uri = result_of("plan_scoring")
        select_requests = ModelSparkJobOperator(task_id="select_requests", stages=("select_requests",), run_uri=run_uri)
        transform = TransformOperator(task_id="transform", run_uri=run_uri)
        publish_predictions = ModelSparkJobOperator(
            task_id="publish_predictions", stages=("publish_predictions",), run_uri=run_uri
        )
        record_predictions = RecordPredictionsOperator(
            task_id="record_predictions", run_uri=run_uri, asset=asset("prediction", model.name)
        )
        plan_scoring >> select_requests >> transform >> publish_predictions >> record_predictions
    return dag


for declaration in model_declarations(__file__, lambda model: model.name if model.scoring else None):
    score_data(declaration)
