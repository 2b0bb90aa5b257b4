from __future__ import annotations

import boto3
import pytest

from groundwork.hooks.evidence import EvidenceError, EvidenceHook, MissingEvidenceError
from groundwork.spec.decision import Decision
from groundwork.spec.run import JobBundle
from sandbox.settings import REGION

Evidence = tuple[EvidenceHook, str]
FIRST = JobBundle(spec_version=1, digest="a" * 64, archive="jobs/a.zip", entry_point="jobs/main.py")
OTHER = FIRST.model_copy(update={"digest": "b" * 64})


def test_a_model_comes_back(evidence: Evidence) -> None:
    hook, bucket = evidence
    uri = f"s3://{bucket}/runs/x/run.json"
    hook.write(uri, FIRST)
    assert hook.read(uri, JobBundle) == FIRST
    head = boto3.client("s3", region_name=REGION).head_object(Bucket=bucket, Key="runs/x/run.json")
    assert head["ContentType"] == "application/json"


def test_evidence_is_written_once(evidence: Evidence) -> None:
    hook, bucket = evidence
    uri = f"s3://{bucket}/run.json"
    hook.write(uri, FIRST)
    hook.write(uri, FIRST)
    with pytest.raises(EvidenceError, match=r"run\.json stands already with other content"):
        hook.write(uri, OTHER)
    assert hook.read(uri, JobBundle) == FIRST


def test_what_is_missing_or_something_else_says_so(evidence: Evidence) -> None:
    hook, bucket = evidence
    with pytest.raises(MissingEvidenceError, match=r"none\.json is not there"):
        hook.read(f"s3://{bucket}/none.json", JobBundle)
    with pytest.raises(EvidenceError, match=r"bucket no-such-bucket is not there.*make up") as no_bucket:
        hook.read("s3://no-such-bucket/x.json", JobBundle)
    assert not isinstance(no_bucket.value, MissingEvidenceError)
    hook.write(f"s3://{bucket}/other.json", FIRST)
    with pytest.raises(EvidenceError, match=r"other\.json is not a Decision"):
        hook.read(f"s3://{bucket}/other.json", Decision)
