"""Builds the features of every published batch: what was known when each prediction could be made, no more."""

from airflow.sdk import DAG, AssetAny

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import covering
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.plan_features import PlanFeaturesOperator
from groundwork.operators.record_features import RecordFeaturesOperator
from groundwork.operators.spark_job import ModelSparkJobOperator


def build_features(declared: ModelDeclaration) -> DAG:
    """The DAG of one feature view."""
    view = declared.model.features
    # Any product that is read: a batch may have waited for the first publication of another one.
    woken_by = AssetAny(*(asset("refined", product) for product in view.products))
    with model_dag(declared, name=view.view, schedule=woken_by, params=covering("features")) as dag:
        plan_features = PlanFeaturesOperator(task_id="plan_features", **declared.planning())
        run_uri = result_of("plan_features")
        build = ModelSparkJobOperator(task_id="build_features", stages=("build_features",), run_uri=run_uri)
        record_features = RecordFeaturesOperator(
            task_id="record_features", run_uri=run_uri, asset=asset("feature", view.view)
        )
        plan_features >> build >> record_features
    return dag


for declaration in model_declarations(__file__, lambda model: model.features.view):
    build_features(declaration)
