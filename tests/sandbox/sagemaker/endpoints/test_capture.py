"""What is captured, how it is written, and when: a line is held against SageMaker's layout key by key."""

from __future__ import annotations

import base64
import json
import random
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from sandbox.sagemaker.endpoints.capture import Capture
from sandbox.sagemaker.endpoints.capture_event import Exchange, Side, capture_line
from sandbox.sagemaker.endpoints.limits import EndpointLimits

AT = datetime(2026, 3, 4, 5, 59, 58, 123456, UTC)
CONFIG = {
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": "s3://captures/late-arrival/",
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]},
}


def exchange(at: datetime = AT, **more: str) -> Exchange:
    answer = Side("application/json; charset=utf-8", '{"late": "ja, spät"}'.encode())
    return Exchange(at, Side("text/csv", b"1,2\n3,4"), answer, **more)


class Storage:
    """Stands for S3 where the test asks when it is written and what happens when it cannot be."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.broken = False

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803 (boto3's own names)
        if self.broken:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        self.files[f"{Bucket}/{Key}"] = Body


def capture(storage: Storage, **limits: Any) -> Capture:
    return Capture(storage, EndpointLimits(**limits), random.Random(7))


def test_a_line_is_as_sagemaker_writes_it() -> None:
    line = json.loads(capture_line(CONFIG, exchange(inference_id="f-17", custom_attributes="batch=3")))
    event_id = line["eventMetadata"].pop("eventId")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event_id)
    assert line == {
        "captureData": {
            "endpointInput": {
                "observedContentType": "text/csv",
                "mode": "INPUT",
                "data": "1,2\n3,4",
                "encoding": "CSV",
            },
            "endpointOutput": {
                "observedContentType": "application/json; charset=utf-8",
                "mode": "OUTPUT",
                "data": '{"late": "ja, spät"}',
                "encoding": "JSON",
            },
        },
        "eventMetadata": {
            "inferenceId": "f-17",
            "inferenceTime": "2026-03-04T05:59:58Z",
            "customAttributes": ["batch=3"],
        },
        "eventVersion": "0",
    }


def test_what_was_not_given_is_left_out() -> None:
    metadata = json.loads(capture_line(CONFIG, exchange()))["eventMetadata"]
    assert set(metadata) == {"eventId", "inferenceTime"}


@pytest.mark.parametrize(
    ("options", "sides"),
    [
        (["Input"], {"endpointInput"}),
        (["Output"], {"endpointOutput"}),
        (["InputAndOutput"], {"endpointInput", "endpointOutput"}),
    ],
)
def test_options_say_which_sides(options: list[str], sides: set[str]) -> None:
    config = {**CONFIG, "CaptureOptions": [{"CaptureMode": each} for each in options]}
    assert set(json.loads(capture_line(config, exchange()))["captureData"]) == sides


@pytest.mark.parametrize(
    ("headers", "content_type", "body"),
    [
        ({}, "text/csv", b"1,2"),
        ({"CsvContentTypes": ["text/csv"]}, "application/x-npy", b"\x93NUMPY"),
        ({"CsvContentTypes": ["text/csv"]}, "text/csv", b"\xff\xfe"),
        ({"CsvContentTypes": ["text/csv"]}, "", b"1,2"),
    ],
    ids=["no types named", "another type", "not text", "no type"],
)
def test_all_else_is_base64(headers: dict[str, list[str]], content_type: str, body: bytes) -> None:
    config = {**CONFIG, "CaptureContentTypeHeader": headers}
    line = capture_line(config, Exchange(AT, Side(content_type, body), Side("text/csv", b"")))
    written = json.loads(line)["captureData"]["endpointInput"]
    assert written["encoding"] == "BASE64"
    assert base64.b64decode(written["data"]) == body
    assert written["observedContentType"] == (content_type or "application/octet-stream")


def test_many_requests_are_one_file_an_hour_and_variant() -> None:
    storage = Storage()
    captures = capture(storage)
    for second in range(4):
        captures.take(CONFIG, "late", "blue" if second else "green", exchange(AT + timedelta(seconds=second)))
    captures.flush()
    names = sorted(storage.files)
    patterns = [
        r"captures/late-arrival/late/blue/2026/03/04/05/59-59-123-[0-9a-f-]{36}\.jsonl",
        r"captures/late-arrival/late/blue/2026/03/04/06/00-00-123-[0-9a-f-]{36}\.jsonl",
        r"captures/late-arrival/late/green/2026/03/04/05/59-58-123-[0-9a-f-]{36}\.jsonl",
    ]
    assert [re.fullmatch(*each) is not None for each in zip(patterns, names, strict=True)] == [True] * 3
    times = [json.loads(line)["eventMetadata"]["inferenceTime"] for line in storage.files[names[1]].splitlines()]
    assert times == ["2026-03-04T06:00:00Z", "2026-03-04T06:00:01Z"]


@pytest.mark.parametrize(("percentage", "least", "most"), [(0, 0, 0), (25, 200, 300), (100, 1000, 1000)])
def test_a_percentage_is_sampled(percentage: int, least: int, most: int) -> None:
    storage = Storage()
    captures = capture(storage)
    for _ in range(1000):
        captures.take({**CONFIG, "InitialSamplingPercentage": percentage}, "late", "blue", exchange())
    captures.flush()
    assert least <= sum(len(body.splitlines()) for body in storage.files.values()) <= most


def test_capture_that_is_off_keeps_nothing() -> None:
    storage = Storage()
    captures = capture(storage)
    captures.take(None, "late", "blue", exchange())
    captures.take({**CONFIG, "EnableCapture": False}, "late", "blue", exchange())
    captures.flush()
    assert storage.files == {}


def test_a_full_batch_is_written_before_its_time_and_the_rest_at_the_end() -> None:
    storage = Storage()
    captures = capture(storage, capture_events=10, capture_seconds=600.0)
    captures.start()
    for _ in range(10):
        captures.take(CONFIG, "late", "blue", exchange())
    until = time.monotonic() + 10
    while not storage.files and time.monotonic() < until:
        time.sleep(0.01)
    assert [len(body.splitlines()) for body in storage.files.values()] == [10]
    captures.take(CONFIG, "late", "blue", exchange())
    captures.close()
    assert sorted(len(body.splitlines()) for body in storage.files.values()) == [1, 10]


def test_what_cannot_be_written_is_written_later_and_once() -> None:
    storage = Storage()
    captures = capture(storage)
    storage.broken = True
    captures.take(CONFIG, "late", "blue", exchange())
    captures.flush()
    storage.broken = False
    captures.take(CONFIG, "late", "blue", exchange(AT + timedelta(seconds=1)))
    captures.flush("another endpoint")
    assert storage.files == {}
    captures.flush("late")
    captures.flush()
    assert [len(body.splitlines()) for body in storage.files.values()] == [2]
