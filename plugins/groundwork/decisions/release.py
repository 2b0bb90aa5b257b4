"""Whether a version of a model may serve, and whether a release may be taken one step back."""

from __future__ import annotations

from dataclasses import dataclass

from groundwork.decisions.person import decide_request
from groundwork.spec.decision import Decision
from groundwork.spec.model_version import RegisteredVersion


@dataclass(frozen=True)
class Approved:
    """The ledger's record of a decision about a version.

    :param outcome: ``approve`` or ``reject``
    :param digest: of the version that was decided about
    :param by: who decided
    """

    outcome: str
    digest: str
    by: str


def decide_release(
    version: RegisteredVersion, record: Approved | None, standing_digest: str | None, policy: str | None
) -> Decision:
    """``release`` or ``refuse``: only what was approved, as it was approved.

    :param version: the registered version that shall serve
    :param record: what the ledger says about its digest; None where nothing
    :param standing_digest: of the version as its objects stand in S3 now; None where one of them is gone
    :param policy: digest of the thresholds that are declared now; None for a step back, which must stay possible to a
        version that older thresholds have approved
    """
    reasons = [
        *_not_approved(version, record),
        *_replaced(version, standing_digest),
        *_changed_policy(version, policy),
    ]
    return Decision(
        outcome="refuse" if reasons else "release",
        reasons=tuple(reasons),
        measured={
            "number": version.number,
            "digest": version.digest,
            "standingDigest": standing_digest,
            "approvedDigest": record.digest if record else None,
            "approvedBy": record.by if record else None,
            "policy": version.version.policy,
        },
        declared={"policy": policy},
    )


def _not_approved(version: RegisteredVersion, record: Approved | None) -> list[str]:
    if record is None:
        return [f"version {version.number} has no approval in the ledger; a status in SageMaker is not enough"]
    if record.outcome != "approve":
        return [f"version {version.number} was rejected by {record.by}"]
    if record.digest != version.digest:
        return [f"{record.by} approved {record.digest[:12]}, and version {version.number} is {version.digest[:12]}"]
    return []


def _replaced(version: RegisteredVersion, standing_digest: str | None) -> list[str]:
    if standing_digest is None:
        return ["an object of the version is gone from S3"]
    if standing_digest == version.digest:
        return []
    digests = f"what stands in S3 now ({standing_digest[:12]}) is not what was registered ({version.digest[:12]})"
    return [f"{digests}; an object was replaced after the approval"]


def _changed_policy(version: RegisteredVersion, policy: str | None) -> list[str]:
    if policy is None or policy == version.version.policy:
        return []
    changed = "evaluation, approval, release or monitor in the model's file have changed since the evaluation"
    holds = "an approval holds for the thresholds it was given under: train again, or take the change back"
    return [f"{changed}; {holds}"]


def decide_rollback(
    live: int | None, target: int | None, record: Approved | None, target_digest: str | None, reason: str
) -> Decision:
    """``roll_back`` or ``refuse``: whether the release before the live one may serve again.

    :param live: number of the release that serves; None where nothing serves
    :param target: number of the release before it; None where there is none
    :param record: what the ledger says about the target's version; None where nothing
    :param target_digest: digest of the target's version
    :param reason: the person's reason
    """
    against = []
    if live is None:
        against.append("no release serves, so there is nothing to take back")
    elif target is None:
        against.append(f"release {live} has none before it")
    elif record is None or record.outcome != "approve" or record.digest != target_digest:
        against.append(f"the version of release {target} is not approved (any more)")
    measured = {"live": live, "target": target, "approvedBy": record.by if record else None}
    return decide_request("roll_back", against, reason, measured)
