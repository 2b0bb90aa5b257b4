"""Lets the version before the one that serves serve again, because a person says so and why."""

from datetime import timedelta

from airflow.sdk import DAG

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import giving_a_reason
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.deploy_model import DeployModelOperator
from groundwork.operators.plan_rollback import PlanRollbackOperator
from groundwork.operators.record_release import RecordReleaseOperator
from groundwork.operators.verify_model import VerifyModelOperator

COMES_UP_WITHIN = timedelta(minutes=90)


def roll_back_model(declaration: ModelDeclaration) -> DAG:
    """The DAG of one model."""
    with model_dag(declaration, params=giving_a_reason()) as dag:
        plan_rollback = PlanRollbackOperator(task_id="plan_rollback", **declaration.planning())
        run_uri = result_of("plan_rollback")
        deploy_model = DeployModelOperator(
            task_id="deploy_model", run_uri=run_uri, rolls_back=True, execution_timeout=COMES_UP_WITHIN
        )
        verify_model = VerifyModelOperator(task_id="verify_model", run_uri=run_uri, execution_timeout=COMES_UP_WITHIN)
        record_release = RecordReleaseOperator(
            task_id="record_release", run_uri=run_uri, asset=asset("released", declaration.model.name)
        )
        plan_rollback >> deploy_model >> verify_model >> record_release
    return dag


for declaration in model_declarations(__file__, lambda model: model.name if model.release else None):
    roll_back_model(declaration)
