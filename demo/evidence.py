"""What a story's stages left, and where it can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from demo.airflow_api import AirflowApi
from demo.facts import Ledger
from demo.jobs import Jobs
from groundwork.spec.environment import Environment
from groundwork.spec.uri import parse_uri


@dataclass(frozen=True)
class Evidence:
    """Records, objects, DAG runs and jobs.

    :param s3: boto3 client
    :param endpoint: of the sandbox, where objects can be opened
    :param jobs: what the tasks have started
    """

    s3: Any
    endpoint: str
    environment: Environment
    ledger: Ledger
    airflow: AirflowApi
    jobs: Jobs

    def read(self, uri: str) -> bytes:
        """An object's content."""
        place = parse_uri(uri)
        content: bytes = self.s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        return content

    def url(self, uri: str) -> str:
        """Where an object can be opened in a browser."""
        place = parse_uri(uri)
        return f"{self.endpoint}/_sandbox/objects/{place.bucket}/{quote(place.key)}"
