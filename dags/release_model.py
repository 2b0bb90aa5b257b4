"""Releases a registered version of a model, after somebody who did not ask for it has approved exactly that version."""

from datetime import timedelta

from airflow.sdk import DAG

from groundwork.dag_families.model_family import ModelDeclaration, model_dag, model_declarations
from groundwork.dag_families.params import naming_version
from groundwork.dag_families.stage import asset, result_of
from groundwork.operators.approve_model import ApproveModelOperator
from groundwork.operators.deploy_model import DeployModelOperator
from groundwork.operators.plan_release import PACKAGE, PlanReleaseOperator
from groundwork.operators.record_approval import RecordApprovalOperator
from groundwork.operators.record_release import RecordReleaseOperator
from groundwork.operators.verify_model import VerifyModelOperator
from groundwork.sensors.model_approval import ModelApprovalSensor

COMES_UP_WITHIN = timedelta(minutes=90)


def release_model(declaration: ModelDeclaration) -> DAG:
    """The DAG of one model; one that declares no release ends with its approval."""
    model, environment = declaration.model, declaration.stage.environment
    with model_dag(declaration, schedule=asset("registered", model.name), params=naming_version()) as dag:
        plan_release = PlanReleaseOperator(task_id="plan_release", **declaration.planning())
        run_uri = result_of("plan_release")
        approve_model = ApproveModelOperator(task_id="approve_model", run_uri=run_uri)
        record_approval = RecordApprovalOperator(task_id="record_approval", run_uri=run_uri)
        await_approval = ModelApprovalSensor(
            task_id="await_approval",
            package_arn=f"{{{{ ti.xcom_pull(task_ids='plan_release', key='{PACKAGE}') }}}}",
            model=model.name,
            ledger_table=environment.ledger_table,
            region_name=environment.region,
            poll_seconds=environment.engine.poll_seconds,
        )
        plan_release >> approve_model >> record_approval >> await_approval
        if model.release:
            deploy_model = DeployModelOperator(
                task_id="deploy_model", run_uri=run_uri, execution_timeout=COMES_UP_WITHIN
            )
            verify_model = VerifyModelOperator(
                task_id="verify_model", run_uri=run_uri, execution_timeout=COMES_UP_WITHIN
            )
            record_release = RecordReleaseOperator(
                task_id="record_release", run_uri=run_uri, asset=asset("released", model.name)
            )
            await_approval >> deploy_model >> verify_model >> record_release
    return dag


for declaration in model_declarations(__file__):
    release_model(declaration)
