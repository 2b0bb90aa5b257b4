"""Sends a month's flights to the endpoint, as an airline's own system would ask about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from groundwork.spec import names
from groundwork.spec.environment import Environment
from groundwork.spec.uri import parse_uri

LINES = "application/jsonlines"
LINES_A_REQUEST = 400
REASONS = 3


class Requests:
    """Requests to one model's endpoint.

    :param client: makes boto3 clients
    """

    def __init__(self, client: Callable[[str], Any], environment: Environment, model: str) -> None:
        self._s3 = client("s3")
        self._runtime = client("sagemaker-runtime")
        self._environment = environment
        self._endpoint = names.endpoint(environment, model)
        self.sent = 0
        self.shown: dict[str, Any] = {}
        """One request with its answer and the reasons for it."""

    def send(self, run: str, month: int) -> int:
        """Ask about every flight of a month that a scoring run has asked about.

        :param run: prefix of the scoring run, which may hold other months too
        :return: how many
        """
        lines = [line for line in self._lines(run) if json.loads(line)["key"]["month"] == month]
        for start in range(0, len(lines), LINES_A_REQUEST):
            self._ask(lines[start : start + LINES_A_REQUEST])
        if lines and not self.shown:
            answer = json.loads(self._ask(lines[:1], f"reasons={REASONS}"))
            self.shown = {"request": json.loads(lines[0]), "answer": answer}
        self.sent += len(lines)
        return len(lines)

    def _ask(self, lines: list[bytes], attributes: str = "") -> bytes:
        options = {"CustomAttributes": attributes} if attributes else {}
        answer = self._runtime.invoke_endpoint(
            EndpointName=self._endpoint, ContentType=LINES, Accept=LINES, Body=b"\n".join(lines), **options
        )
        body: bytes = answer["Body"].read()
        return body

    def _lines(self, run: str) -> Iterator[bytes]:
        bucket, prefix = self._environment.bucket("artifacts"), f"{parse_uri(run).key}requests/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for each in (each for page in pages for each in page.get("Contents", ())):
            if each["Size"] and not each["Key"].rpartition("/")[2].startswith("_"):
                body: bytes = self._s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
                yield from body.splitlines()
