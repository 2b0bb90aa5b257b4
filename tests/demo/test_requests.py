"""What is asked of the endpoint: one month's rows, in pieces, the first of them again for its reasons."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from demo import requests as requests_module
from demo.requests import Requests
from groundwork.spec.include import load_environment
from sandbox.settings import REGION, REPOSITORY

ARTIFACTS = "groundwork-sandbox-artifacts"


class Endpoint:
    """Answers every line, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        assert request["EndpointName"] == "groundwork-sandbox-late-arrival"
        assert request["ContentType"] == "application/jsonlines"
        lines = request["Body"].splitlines()
        self.asked.append((len(lines), request.get("CustomAttributes", "")))
        answers = [json.dumps({"key": json.loads(line)["key"], "probability": 0.5}) for line in lines]
        return {"Body": io.BytesIO("\n".join(answers).encode())}


def test_one_month_is_asked_about_in_pieces_and_one_answer_is_shown(
    client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests_module, "LINES_A_REQUEST", 2)
    s3, endpoint = client("s3"), Endpoint()
    if ARTIFACTS not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    rows = [json.dumps({"key": {"month": month, "flight": flight}}) for flight, month in enumerate((6, 7, 6, 6), 1)]
    s3.put_object(Bucket=ARTIFACTS, Key="runs/score/1/requests/part-0.jsonl", Body="\n".join(rows[:3]).encode())
    s3.put_object(Bucket=ARTIFACTS, Key="runs/score/1/requests/part-1.jsonl", Body=rows[3].encode())
    s3.put_object(Bucket=ARTIFACTS, Key="runs/score/1/requests/_SUCCESS", Body=b"")
    made = Requests(
        lambda service: endpoint if service == "sagemaker-runtime" else client(service),
        load_environment(REPOSITORY / "include", "sandbox"),
        "late_arrival",
    )
    assert made.send("s3://groundwork-sandbox-evidence/runs/score/1/", 6) == 3
    assert endpoint.asked == [(2, ""), (1, ""), (1, "reasons=3")]
    assert made.shown["request"] == {"key": {"month": 6, "flight": 1}}
    assert made.shown["answer"]["probability"] == 0.5
    assert made.send("s3://groundwork-sandbox-evidence/runs/score/1/", 7) == 1
    assert made.sent == 4
    assert made.send("s3://groundwork-sandbox-evidence/runs/score/1/", 8) == 0
