"""Trains a model and its baseline on one snapshot of the features, evaluates both, registers what is good enough."""

from airflow.sdk import DAG

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import explaining
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.container_job import EvaluateModelOperator, TrainModelOperator, TuneModelOperator
from groundwork.operators.plan_training import PlanTrainingOperator
from groundwork.operators.register_model import RegisterModelOperator
from groundwork.operators.spark_job import ModelSparkJobOperator


def train_model(declared: ModelDeclaration) -> DAG:
    """The DAG of one model."""
    model = declared.model
    training = model.training
    woken_by = asset("retrain", model.name)
    with model_dag(declared, schedule=woken_by, params=explaining("want a new version")) as dag:
        plan_training = PlanTrainingOperator(task_id="plan_training", **declared.planning())
        run_uri = result_of("plan_training")
        select_examples = ModelSparkJobOperator(task_id="select_examples", stages=("select_examples",), run_uri=run_uri)
        train = (
            TuneModelOperator(task_id="tune_model", run_uri=run_uri)
            if model.tuning
            else TrainModelOperator(task_id="train_model", algorithm=training.algorithm, run_uri=run_uri)
        )
        evaluate_model = EvaluateModelOperator(
            task_id="evaluate_model",
            run_uri=run_uri,
            model=result_of(train.task_id),
            baseline=result_of("train_baseline") if training.baseline else None,
        )
        register_model = RegisterModelOperator(
            task_id="register_model",
            run_uri=run_uri,
            model=result_of(train.task_id),
            asset=asset("registered", model.name),
        )
        plan_training >> select_examples >> train >> evaluate_model >> register_model
        if training.baseline:
            train_baseline = TrainModelOperator(task_id="train_baseline", algorithm=training.baseline, run_uri=run_uri)
            select_examples >> train_baseline >> evaluate_model
    return dag


for declaration in model_declarations(__file__):
    train_model(declaration)
