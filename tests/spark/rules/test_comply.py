"""Personal data is hidden, and the key of the tokens shows nowhere."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

import pytest

from groundwork.spec import names
from spark_jobs import storage
from spark_jobs.errors import JobError
from tests.spark.conftest import KEY
from tests.spark.products import ENVIRONMENT


def hidden(product: Any, method: str, *declared: str, column: str = "x") -> Any:
    return product(*declared, rules=[{"name": "hide", "kind": "comply", "columns": [column], "method": method}])


def test_redact(product: Any) -> None:
    assert hidden(product, "redact", "x string").made("x", ("Ada",), (None,), ("",)) == ["***", None, "***"]


def test_year(product: Any) -> None:
    assert hidden(product, "year", "x date").made("x", ("1980-12-31",), ("",)) == [date(1980, 1, 1), None]
    made = hidden(product, "year", "x timestamp").made("x", ("1980-12-31 23:59:59",))
    assert [str(value) for value in made] == ["1980-01-01 00:00:00"]


def test_year_of_what_is_no_date_is_refused(product: Any) -> None:
    with pytest.raises(JobError, match="rule 'hide' keeps the year of a column that is string"):
        hidden(product, "year", "x string").judge(("1980",))


def test_remove_leaves_no_column(product: Any) -> None:
    rules = [{"name": "gone", "kind": "comply", "columns": ["x"], "method": "remove"}]
    p = product("y string", fields=("x string", "y string"), rules=rules)
    p.refine(p.land("x,y\nsecret,b\n"))
    assert "x" not in p.spark.table(p.name("refined")).columns
    assert p.rows() == [("b",)]


def test_tokens_are_a_keyed_digest_and_equal_for_equal_values(product: Any) -> None:
    made = hidden(product, "tokenise", "x string").made("x", ("Ada",), ("Ada",), ("Ädå",), (None,), ("",))
    expected = [hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest() for text in ("Ada", "Ädå", "")]
    assert made == [expected[0], expected[0], expected[1], None, expected[2]]


def test_the_key_is_in_no_plan_log_report_or_snapshot(product: Any, capfd: pytest.CaptureFixture[str]) -> None:
    p = hidden(product, "tokenise", "x string")
    run = p.run(p.land("x\nAda\n"))
    p.do(run, "acquire", "refine")
    frame = p.spark.table(p.name("refined"))
    texts = [*capfd.readouterr(), frame._jdf.queryExecution().toString()]
    bucket = ENVIRONMENT.bucket("evidence")
    prefix = names.run_prefix(ENVIRONMENT, f"tests__{p.product}", "1").removeprefix(f"s3://{bucket}/")
    objects = storage.client().list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    assert len(objects) >= 6
    texts += [storage.read(f"s3://{bucket}/{item['Key']}").decode() for item in objects]
    assert not [text for text in texts if KEY in text]


def test_the_function_sent_to_workers_holds_no_key_and_no_module_of_ours() -> None:
    from pyspark import cloudpickle

    from spark_jobs.rules.comply import tokeniser

    sent = cloudpickle.dumps(tokeniser("groundwork_sandbox_tokenise"))
    assert KEY.encode() not in sent
    assert b"spark_jobs.errors" not in sent
