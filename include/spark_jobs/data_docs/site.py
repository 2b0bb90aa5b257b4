"""The site of all batches: what jobs left in the evidence bucket, rendered once, with an index."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spark_jobs import storage
from spark_jobs.data_docs.render import frame, page

RESULT = re.compile(
    r"runs/(?P<dag>[^/]+)/(?P<run>[0-9a-f]+)/(?P<batch>[0-9a-f]{16})/(?P<stage>refine|publish)\.quality\.json"
)
SITE = "data-docs/"
"""Where the site lands in the evidence bucket."""


@dataclass(frozen=True)
class Result:
    """A batch's checks.

    :param key: of the validation result in the evidence bucket
    :param place: of its page in the site
    """

    key: str
    place: str
    product: str
    batch_id: str
    stage: str
    at: str
    met: int
    checks: int


def build(bucket: str, folder: Path) -> list[str]:
    """Render what has no page yet, write the index anew, and upload both.

    :param bucket: the evidence bucket
    :param folder: where the site stands on this machine; pages that are there are kept as they are
    :return: places of the new pages
    """
    results, new = [], []
    for match in _results(bucket):
        text = storage.read(f"s3://{bucket}/{match[0]}").decode()
        result = _result(match, json.loads(text))
        results.append(result)
        if not (folder / result.place).is_file():
            title = f"{result.product}, batch {result.batch_id}"
            _put(bucket, folder, result.place, page(text, title, "../index.html"))
            new.append(result.place)
    rows = sorted(results, key=lambda result: result.at, reverse=True)
    _put(bucket, folder, "index.html", frame(title="Checks of every batch", back="", rows=rows))
    return new


def _results(bucket: str) -> Iterator[re.Match[str]]:
    pages = storage.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="runs/")
    for found in pages:
        for item in found.get("Contents", ()):
            if match := RESULT.fullmatch(item["Key"]):
                yield match


def _result(match: re.Match[str], content: dict[str, Any]) -> Result:
    product = content["suite_name"]
    return Result(
        key=match[0],
        place=f"{product}/{match['batch']}_{match['stage']}_{match['run']}.html",
        product=product,
        batch_id=match["batch"],
        stage=match["stage"],
        at=content["meta"]["run_id"]["run_time"],
        met=content["statistics"]["successful_expectations"],
        checks=content["statistics"]["evaluated_expectations"],
    )


def _put(bucket: str, folder: Path, place: str, text: str) -> None:
    # The bucket first: a page that is on this machine is there as well.
    storage.write(f"s3://{bucket}/{SITE}{place}", text, "text/html")
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
