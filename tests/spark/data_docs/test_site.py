"""The Data Docs of batches whose results jobs left in a bucket: drawn by Great Expectations, open without a network."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from groundwork.spec.report import ExpectationResult
from spark_jobs import storage
from spark_jobs.data_docs.site import build
from spark_jobs.quality_json import quality_json
from tests.spark.products import Product, columns

BUCKET = "groundwork-sandbox-data-docs"


def result(name: str, kind: str, *, success: bool, kwargs: dict[str, Any], **found: Any) -> ExpectationResult:
    return ExpectationResult(name=name, type=kind, kwargs=kwargs, severity="critical", success=success, **found)


def test_a_site_is_built_once_and_needs_nobody(endpoint: str, tmp_path: Path) -> None:
    place = {"LocationConstraint": "eu-west-1"}
    storage.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    product = Product(None, "orders", columns("region string", "amount double"))
    met = result(
        "amounts", "expect_column_max_to_be_between", success=True, kwargs={"column": "amount", "max_value": 9}
    )
    met = met.model_copy(update={"observed_value": 8.5})
    failed = result(
        "regions",
        "expect_column_values_to_be_in_set",
        success=False,
        kwargs={"column": "region", "value_set": ["north"]},
        element_count=10,
        unexpected_count=2,
        unexpected_percent=20.0,
        partial_unexpected_list=("<script>alert(1)</script>", "south"),
    )
    batches = [product.land("region,amount\nnorth,1\n"), product.land("region,amount\nsouth,2\n")]
    for number, batch in enumerate(batches):
        run = product.run(batch)
        run = run.model_copy(
            update={"prefix": f"s3://{BUCKET}/runs/refine_data__orders/{number:016x}/"}
            | {"frozen_at": run.frozen_at + timedelta(days=number)}
        )
        text = quality_json(run, batch, [met, failed] if number else [met])
        storage.write(run.artefact_uri("refine", batch.batch_id, "quality.json"), text)

    new = build(BUCKET, tmp_path)
    assert new == [f"orders/{batch.batch_id}_refine_{number:016x}.html" for number, batch in enumerate(batches)]
    index = (tmp_path / "index.html").read_text()
    rows = re.findall(r'href="([^"]+)"><code>(\w+)</code>.*?(\d) of (\d)', index)
    assert rows == [(new[1], batches[1].batch_id, "1", "2"), (new[0], batches[0].batch_id, "1", "1")]
    page = (tmp_path / new[1]).read_text()
    assert "values must belong to this set" in page
    assert "20% unexpected" in page
    assert "8.5" in page
    for text in (index, page):
        assert "<script" not in text
        assert not re.search(r"https?://", text)
        assert re.search(r"default-src 'none'", text)
    assert storage.read(f"s3://{BUCKET}/data-docs/{new[1]}").decode() == page
    assert build(BUCKET, tmp_path) == []
