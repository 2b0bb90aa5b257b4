"""Asks a person whether a version of a model may be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.model_run import ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.execution_time.hitl import HITLUser

    from groundwork.decisions.approval import Answer, Question
    from groundwork.hooks.model_ledger.approvals import Approvals
    from groundwork.spec.decision import Decision
    from groundwork.spec.model_report import EvaluationReport
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import RegisteredVersion

APPROVE, REJECT = "Approve", "Reject"
COMMENT = "comment"
COMMENT_LENGTH = 2000
SIMPLE_AUTH_MANAGER = "SimpleAuthManager"


class ApproveModelOperator(HITLOperator):
    """Shows a version's evidence and waits, deferred, for the answer of somebody who did not ask for the version.

    Every answer is written into the ledger, with the reasons where it does not count, and there alone later tasks look
    for it: what is handed from task to task could be edited. After an answer that does not count, by the requester or
    by somebody who is no approver, the same question is open again at once; nothing has to be cleared. Nobody's answer
    in time, or an object that was replaced while the question was open, fails the task without another try.

    Where Airflow knows people by their user names (the simple auth manager) others are refused by the API with 403.
    Other auth managers know them by numbers that no file of ours can hold, so there everybody who may answer tasks can
    answer, and the decision refuses.

    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    template_fields: Sequence[str] = ("run_uri",)
    ui_color = "#f9f0d5"

    def __init__(self, *, run_uri: str, **kwargs: Any) -> None:
        # The DAG's own form is merged into every task's; the question asks for nothing but a comment.
        kwargs.pop("params", None)
        comment = Param(
            "",
            type="string",
            maxLength=COMMENT_LENGTH,
            title="Comment",
            description="Recorded with your name.",
            source="task",
        )
        super().__init__(subject="Approve a version?", options=[APPROVE, REJECT], params={COMMENT: comment}, **kwargs)
        self.run_uri = run_uri

    def execute(self, context: Context) -> dict[str, Any]:
        """Ask, unless the version is decided.

        :raises AirflowFailException: nobody may answer, the time to answer is over, or the evidence was replaced
        """
        run = own_run(context, self.run_uri)
        version = version_of(run)
        if standing := self._approvals(run).get(version.digest):
            self.log.info("version %s was %s; nobody is asked", version.number, standing.sentence)
            return {"by": standing.by, "at": standing.at, "outcome": standing.outcome}
        self._compose(run, version)
        super().execute(context)
        raise AssertionError("the question defers")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """See whether the answer counts; ask again where it does not.

        :param event: of the trigger
        :raises AirflowFailException: nobody has answered in time, or no answer can count any more
        """
        run = own_run(context, self.run_uri)
        version = version_of(run)
        if "error" in event:
            self._failed(event, run)
            return self.execute(context)
        answer, question = _answer(event), question_of(run, version)
        decision = self._decide(run, version, question, answer)
        refused = decision.reasons if decision.outcome == "refuse" else ()
        self._approvals(run).note(version.digest, answer, run.prefix, refused)
        if refused:
            self._refuse(run, version, answer, decision)
            return self.execute(context)
        self.log.info("%s answers for version %s: %s", answer.by, version.number, decision.outcome)
        return {"by": answer.by, "at": answer.at.isoformat(), "outcome": decision.outcome}

    def _compose(self, run: ModelRun, version: RegisteredVersion) -> None:
        """What is asked, whom and until when."""
        from groundwork.decisions.approval import who_may_answer
        from groundwork.operators.approval_question import body, subject
        from groundwork.spec.uri import object_url

        left = question_of(run, version).ends(run.model.approval) - datetime.now(UTC)
        if left.total_seconds() <= 0:
            raise AirflowFailException(_nobody(run))
        names = who_may_answer(run.model.approval, version.version.requested_by)
        if not names:
            raise AirflowFailException(
                f"{version.version.requested_by} asked for version {version.number} and is the only approver; declare "
                "another one in the model's file and train again"
            )
        environment = run.environment
        page = object_url(
            environment.object_url, environment.region, f"{version.version.training_run}evaluate.page.html"
        )
        self.subject = subject(run, version)
        self.body = body(run, version, self._evaluation(run, version), page)
        self.response_timeout = left
        self.assigned_users = _assigned(names)
        self.hitl_summary |= {"subject": self.subject, "body": self.body, "assigned_users": self.assigned_users}

    def _decide(self, run: ModelRun, version: RegisteredVersion, question: Question, answer: Answer) -> Decision:
        from groundwork.decisions.approval import decide_approval
        from groundwork.hooks.object_digest import ObjectDigestHook

        standing = self._approvals(run).get(version.digest)
        digest = ObjectDigestHook(region_name=run.environment.region).standing(version.version)
        return decide_approval(question, answer, run.model.approval, digest, standing.sentence if standing else None)

    def _refuse(self, run: ModelRun, version: RegisteredVersion, answer: Answer, decision: Decision) -> None:
        """Tell why an answer does not count.

        :raises AirflowFailException: no later answer could count either
        """
        said = f"the answer of {answer.by or 'nobody'} about version {version.number} does not count: "
        said += "; ".join(decision.reasons)
        if decision.measured["standingDigest"] != version.digest or decision.measured["decided"]:
            raise AirflowFailException(said)
        if answer.at > question_of(run, version).ends(run.model.approval):
            raise AirflowFailException(f"{said}. {_nobody(run)}")
        self.log.warning("%s. The question is open again", said)

    def _failed(self, event: dict[str, Any], run: ModelRun) -> None:
        """Nobody has answered in time, or the answer's form was not valid.

        :raises AirflowFailException: the time is over
        """
        if event["error_type"] == "timeout":
            raise AirflowFailException(_nobody(run))
        if event["error_type"] != "validation":
            self.process_trigger_event_error(event)
        self.log.warning("an answer is not valid: %s. The question is open again", event["error"])

    def _evaluation(self, run: ModelRun, version: RegisteredVersion) -> EvaluationReport:
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.spec.model_report import EvaluationReport

        try:
            content = ObjectDigestHook(region_name=run.environment.region).content(version.version.evaluation)
        except ValueError as error:
            raise AirflowFailException(f"version {version.number} cannot be approved: {error}") from error
        return EvaluationReport.from_json(content)

    def _approvals(self, run: ModelRun) -> Approvals:
        from groundwork.hooks.model_ledger.approvals import Approvals

        return Approvals(ledger_of(run), run.model.name)


def question_of(run: ModelRun, version: RegisteredVersion) -> Question:
    """What a run asks; the time to answer begins when the run was frozen, however often its tasks are tried."""
    from groundwork.decisions.approval import Question

    return Question(digest=version.digest, requested_by=version.version.requested_by, asked_at=run.frozen_at)


def _answer(event: dict[str, Any]) -> Answer:
    """What Airflow's API has written down: the user is the one who was logged in."""
    from groundwork.decisions.approval import Answer

    user = event.get("responded_by_user") or {}
    return Answer(
        approves=event["chosen_options"] == [APPROVE],
        by=user.get("name"),
        at=event["responded_at"],
        comment=str((event.get("params_input") or {}).get(COMMENT, ""))[:COMMENT_LENGTH],
    )


def _assigned(names: Sequence[str]) -> list[HITLUser] | None:
    """Whom the API lets answer; None where it knows people by something else than their user names."""
    from airflow.sdk.configuration import conf
    from airflow.sdk.execution_time.hitl import HITLUser

    if not conf.get("core", "auth_manager").endswith(SIMPLE_AUTH_MANAGER):
        return None
    return [HITLUser(id=name, name=name) for name in names]


def _nobody(run: ModelRun) -> str:
    return (
        f"nobody whose answer counts has answered within {run.model.approval.answer_within_hours} hours; trigger "
        f"{run.dag_id} to ask again"
    )
