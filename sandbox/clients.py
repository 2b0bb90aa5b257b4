"""Clients that the sandbox's own jobs use to reach its other services, by the server's port as everybody else."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from sandbox.settings import REGION, Settings

CONNECTIONS = 32


@cache  # a tenth of a second each, and safe to share between threads
def own_client(settings: Settings, service: str) -> Any:
    """The client of one service of this sandbox.

    :param settings: the sandbox
    :param service: ``s3``
    """
    variables = settings.client_environment()
    return boto3.Session().client(
        service,
        endpoint_url=settings.endpoint,
        region_name=REGION,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(
            connect_timeout=2,
            read_timeout=30,
            max_pool_connections=CONNECTIONS,
            s3={"addressing_style": "path"},
        ),
    )
