"""Stands for the systems that deliver files: puts them into the landing bucket, the manifest last."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from demo.deliveries import Delivery
from groundwork.spec import names
from groundwork.spec.contract import Contract
from groundwork.spec.environment import Environment
from groundwork.spec.uri import parse_uri


class SourceSystem:
    """Delivers to one environment.

    :param s3: boto3 client
    :param environment: whose landing bucket it delivers to
    :param folder: the files, one folder a product
    """

    def __init__(self, s3: Any, environment: Environment, folder: Path) -> None:
        self._s3 = s3
        self._environment = environment
        self._folder = folder

    def batch_id(self, delivery: Delivery) -> str:
        """What the delivery will be known by: it follows from the files' content."""
        contents = (self._path(delivery, name).read_bytes() for name in delivery.files)
        return names.batch_id(delivery.product, [hashlib.sha256(content).hexdigest() for content in contents])

    def deliver(self, delivery: Delivery, contract: Contract) -> int:
        """Put the files where the contract says that they land.

        :return: bytes delivered
        """
        if contract.landing is None:
            raise ValueError(f"{contract.product} has no landing place in its contract")
        location = contract.landing.location.format(landing=self._environment.bucket("landing"))
        bucket, pattern = parse_uri(location)
        prefix = pattern.rpartition("/")[0]
        total = 0
        for name in (*delivery.files, *filter(None, [delivery.manifest])):
            content = self._path(delivery, name).read_bytes()
            self._s3.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=content)
            total += len(content)
        return total

    def _path(self, delivery: Delivery, name: str) -> Path:
        return self._folder / delivery.product / name
