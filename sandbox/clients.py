"""Clients that the sandbox's own jobs use to reach its other services, by the server's port as everybody else."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from sandbox.settings import REGION, Settings


def own_client(settings: Settings, service: str, **options: Any) -> Any:
    """A client of this sandbox; safe to share between threads, and slow to make.

    :param settings: the sandbox
    :param service: ``s3``
    :param options: of botocore's ``Config``
    """
    variables = settings.client_environment()
    wanted = {"connect_timeout": 2, "read_timeout": 30, "s3": {"addressing_style": "path"}, **options}
    return boto3.Session().client(
        service,
        endpoint_url=settings.endpoint,
        region_name=REGION,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(**wanted),
    )
