"""The trigger that waits for files, against a real bucket."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import boto3
import pytest
from airflow.sdk._shared.module_loading import import_string

from groundwork.hooks.landing import fingerprint
from groundwork.triggers.landing_files import LandingFilesTrigger
from sandbox.launcher import Sandbox
from sandbox.settings import REGION

BUCKET = "groundwork-sandbox-landing"


def arguments(folder: str, **changes: Any) -> dict[str, Any]:
    """A trigger that looks four times a second for three seconds."""
    return {
        "bucket": BUCKET,
        "folder": f"{folder}/",
        "pattern": "orders*.csv",
        "manifest": None,
        "settle_seconds": 0,
        "known": [],
        "poll_seconds": 0.25,
        "deadline": time.time() + 3,
        "region_name": REGION,
        **changes,
    }


def seen(trigger: LandingFilesTrigger) -> str:
    """What its only event says."""

    async def events() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    (payload,) = asyncio.run(events())
    return str(payload["seen"])


def put(name: str, content: bytes = b"id,name\n") -> str:
    """Land a file; gives its ETag."""
    return str(boto3.client("s3").put_object(Bucket=BUCKET, Key=name, Body=content)["ETag"].strip('"'))


def test_round_trip() -> None:
    wanted = arguments("shop", manifest="*.json", known=["a"], settle_seconds=9)
    path, given = LandingFilesTrigger(**wanted).serialize()
    assert given == wanted
    again = import_string(path)(**given)
    assert isinstance(again, LandingFilesTrigger)
    assert again.serialize() == (path, given)


def test_fires_when_a_file_lands(cloud: Sandbox, product: str) -> None:
    put(f"{product}/readme.txt")
    later = threading.Timer(0.6, put, (f"{product}/orders_1.csv",))
    trigger = LandingFilesTrigger(**arguments(product, deadline=time.time() + 30))
    later.start()
    began = time.monotonic()
    assert seen(trigger) == "files"
    assert time.monotonic() - began < 20
    later.join()


def test_what_is_known_does_not_fire_and_a_changed_file_does(cloud: Sandbox, product: str) -> None:
    key = f"{product}/orders_1.csv"
    known = [fingerprint(key, put(key))]
    assert seen(LandingFilesTrigger(**arguments(product, known=known, deadline=time.time() + 0.5))) == "nothing"
    put(key, b"id,name\n1,one\n")
    assert seen(LandingFilesTrigger(**arguments(product, known=known))) == "files"


def test_a_manifest_fires(cloud: Sandbox, product: str) -> None:
    put(f"{product}/d.json")
    assert seen(LandingFilesTrigger(**arguments(product, manifest="*.json"))) == "files"


def test_a_file_that_may_still_be_written_does_not_fire(cloud: Sandbox, product: str) -> None:
    put(f"{product}/orders_1.csv")
    trigger = LandingFilesTrigger(**arguments(product, settle_seconds=3600, deadline=time.time() + 0.5))
    assert seen(trigger) == "nothing"


@pytest.mark.parametrize("bucket", ["groundwork-no-such-bucket"])
def test_a_listing_that_fails_hands_over_to_the_task(cloud: Sandbox, bucket: str) -> None:
    assert "NoSuchBucket" in seen(LandingFilesTrigger(**arguments("shop", bucket=bucket)))
