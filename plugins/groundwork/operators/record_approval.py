"""Turns an answer that counts into the record that releases are decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException, DownstreamTasksSkipped

from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.model_ledger.approvals import Approval, Approvals
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import RegisteredVersion


class RecordApprovalOperator(ModelRunOperator):
    """Decides the version by the answer that the ledger holds, and lets SageMaker show the outcome.

    Everything is looked at anew: who answered, when, and whether what stands in S3 is still what was asked about. The
    record comes first; the package's status is its projection. A rejection is recorded too, and the tasks after this
    one are skipped.

    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    ui_color = "#dff3e4"

    def execute(self, context: Context) -> dict[str, str]:
        """See the class.

        :raises AirflowFailException: no answer counts; names who may answer
        """
        from groundwork.hooks.model_ledger.approvals import Approvals

        run = own_run(context, self.run_uri)
        version = version_of(run)
        approvals = Approvals(ledger_of(run), run.model.name)
        approval = approvals.get(version.digest) or self._record(run, version, approvals)
        self._project(run, version, approval)
        self.log.info("version %s of %s is %s", version.number, run.model.name, approval.sentence)
        after = sorted(self.downstream_task_ids)
        if approval.outcome == "reject" and after:
            raise DownstreamTasksSkipped(tasks=after)
        return {"outcome": approval.outcome, "by": approval.by, "at": approval.at}

    def _record(self, run: ModelRun, version: RegisteredVersion, approvals: Approvals) -> Approval:
        from groundwork.decisions.approval import decide_approval, who_may_answer
        from groundwork.hooks.model_ledger.versions import Versions
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.operators.approve_model import question_of

        record = Versions(ledger_of(run), run.model.name).get(version.number)
        answer = approvals.counting(version.digest, run.prefix)
        who = ", ".join(who_may_answer(run.model.approval, version.version.requested_by))
        if answer is None or record is None or record.digest != version.digest:
            raise AirflowFailException(
                f"the ledger holds no answer to this run's question about version {version.number} that counts. "
                f"Clear approve_model to ask; who may answer: {who}"
            )
        digest = ObjectDigestHook(region_name=run.environment.region).standing(version.version)
        decision = decide_approval(question_of(run, version), answer, run.model.approval, digest)
        if decision.outcome == "refuse":
            raise AirflowFailException(
                f"version {version.number} is not approved: {'; '.join(decision.reasons)}. Who may answer: {who}"
            )
        return approvals.record(record, answer, decision, run.prefix, _evidence(version, record.version_uri))

    def _project(self, run: ModelRun, version: RegisteredVersion, approval: Approval) -> None:
        from groundwork.hooks.model_registry import ModelRegistryHook

        ModelRegistryHook(region_name=run.environment.region).project(
            version.package_arn,
            "Approved" if approval.outcome == "approve" else "Rejected",
            f"{approval.sentence}: {approval.comment or 'no comment'}. Record: ledger {run.environment.ledger_table}, "
            f"{approval.digest}",
        )


def _evidence(version: RegisteredVersion, version_uri: str) -> dict[str, str]:
    evaluated = version.version
    return {
        "version": version_uri,
        "evaluation": evaluated.evaluation.uri,
        "evaluation_sha256": evaluated.evaluation.sha256,
        "page": f"{evaluated.training_run}evaluate.page.html",
    }
