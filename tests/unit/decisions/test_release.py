"""What may serve, and what may serve again."""

from __future__ import annotations

import pytest

from groundwork.decisions.release import Approved, decide_release, decide_rollback
from groundwork.spec.model_version import Artefact, ModelVersion, RegisteredVersion

REASON = "it answers too low for the evening flights"
POLICY = "p" * 64
OBJECT = Artefact(uri="s3://artifacts/model.tar.gz", sha256="1" * 64)
VERSION = ModelVersion(
    spec_version=1,
    model="late_arrival",
    training_run="s3://evidence/runs/train/1/",
    requested_by="scientist",
    artifact=OBJECT,
    evaluation=OBJECT,
    golden=OBJECT,
    reference=OBJECT,
    feature_table="lake.sandbox_airline_feature.flight_outlook",
    snapshot_id=7,
    image="registry/models:1",
    bundle="b" * 64,
    policy=POLICY,
    answers_as="a" * 12,
)
DIGEST = VERSION.content_digest()
REGISTERED = RegisteredVersion(package_arn="arn:package/3", number=3, digest=DIGEST, version=VERSION)
RECORD = Approved(outcome="approve", digest=DIGEST, by="approver")
OTHER = "c" * 64


def test_what_was_approved_and_stands_unchanged_is_released() -> None:
    decision = decide_release(REGISTERED, RECORD, DIGEST, POLICY)
    assert (decision.outcome, decision.reasons) == ("release", ())
    assert decision.measured["approvedBy"] == "approver"
    assert decision.declared == {"policy": POLICY}


@pytest.mark.parametrize(
    ("record", "standing", "policy", "reason"),
    [
        (None, DIGEST, POLICY, "version 3 has no approval in the ledger; a status in SageMaker is not enough"),
        (Approved("reject", DIGEST, "operator"), DIGEST, POLICY, "version 3 was rejected by operator"),
        (Approved("approve", OTHER, "operator"), DIGEST, POLICY, "operator approved cccccccccccc, and version 3 is"),
        (RECORD, None, POLICY, "an object of the version is gone from S3"),
        (RECORD, OTHER, POLICY, "what stands in S3 now (cccccccccccc) is not what was registered"),
        (RECORD, DIGEST, "q" * 64, "an approval holds for the thresholds it was given under: train again"),
    ],
)
def test_each_condition_alone_refuses(record: Approved | None, standing: str | None, policy: str, reason: str) -> None:
    decision = decide_release(REGISTERED, record, standing, policy)
    assert decision.outcome == "refuse"
    assert len(decision.reasons) == 1
    assert reason in decision.reasons[0]


def test_a_step_back_is_possible_after_the_thresholds_have_changed() -> None:
    assert decide_release(REGISTERED, RECORD, DIGEST, None).outcome == "release"
    assert decide_release(REGISTERED, RECORD, OTHER, None).outcome == "refuse"


@pytest.mark.parametrize(
    ("live", "target", "record", "reason", "expected"),
    [
        (None, None, None, REASON, "no release serves, so there is nothing to take back"),
        (1, None, None, REASON, "release 1 has none before it"),
        (2, 1, None, REASON, "the version of release 1 is not approved (any more)"),
        (2, 1, Approved("reject", DIGEST, "operator"), REASON, "the version of release 1 is not approved (any more)"),
        (2, 1, Approved("approve", OTHER, "operator"), REASON, "the version of release 1 is not approved (any more)"),
        (2, 1, RECORD, "  bad  ", "the reason has 3 characters, at least 10 are asked for"),
    ],
)
def test_when_there_is_no_step_back(
    live: int | None, target: int | None, record: Approved | None, reason: str, expected: str
) -> None:
    decision = decide_rollback(live, target, record, DIGEST, reason)
    assert (decision.outcome, decision.reasons) == ("refuse", (expected,))


def test_the_step_back() -> None:
    decision = decide_rollback(2, 1, RECORD, DIGEST, REASON)
    assert (decision.outcome, decision.reasons) == ("roll_back", ())
    assert decision.measured == {"live": 2, "target": 1, "approvedBy": "approver"}
