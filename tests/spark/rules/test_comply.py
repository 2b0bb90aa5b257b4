"""Personal data is hidden, and the key of the tokens shows nowhere."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from groundwork.spec import names
from spark_jobs import storage
from spark_jobs.errors import JobError
from tests.spark.conftest import KEY
from tests.spark.products import ENVIRONMENT


def hidden(product: Any, method: str, *declared: str, column: str = "x", **options: Any) -> Any:
    rule = {"name": "hide", "kind": "comply", "columns": [column], "method": method, **options}
    return product(*declared, rules=[rule])


# What a method makes of a text: the method and its options, the text, what is published.
TEXTS: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"method": "redact"}, "Ada", "***"),
    ({"method": "redact"}, "", "***"),
    ({"method": "redact"}, None, None),
    ({"method": "mask"}, "Ada", "***"),
    ({"method": "mask", "keepLast": 4}, "4111111111111111", "************1111"),
    ({"method": "mask", "keepFirst": 2, "keepLast": 2}, "DE89370400440532013000", "DE******************00"),
    ({"method": "mask", "keepFirst": 2, "keepLast": 2}, "abcd", "****"),
    ({"method": "mask", "keepFirst": 2, "keepLast": 2}, "abcde", "ab*de"),
    ({"method": "mask", "pattern": "[0-9]"}, "A-12 b3", "A-** b*"),
    ({"method": "mask", "pattern": "[0-9]+", "character": "$"}, "A-12 b3", "A-$ b$"),
    ({"method": "mask", "pattern": "[0-9]", "keepFirst": 3}, "12345 b", "123** b"),
    ({"method": "mask", "pattern": "[0-9]"}, "x1" * 6_000, "***"),
    ({"method": "mask", "character": "\\"}, "ä😀", "\\\\"),
    ({"method": "mask"}, "", ""),
    ({"method": "mask"}, None, None),
    ({"method": "generalise", "prefixLength": 2}, "10115", "10"),
    ({"method": "generalise", "prefixLength": 2}, "1", "1"),
    ({"method": "generalise", "prefixLength": 2}, None, None),
]
# The same for values that are no texts.
VALUES: list[tuple[str, dict[str, Any], str, Any]] = [
    ("date", {"to": "year"}, "1980-12-31", date(1980, 1, 1)),
    ("date", {"to": "quarter"}, "1980-12-31", date(1980, 10, 1)),
    ("date", {"to": "month"}, "1980-12-31", date(1980, 12, 1)),
    ("timestamp", {"to": "month"}, "1980-12-31 23:59:59", datetime.fromisoformat("1980-12-01 00:00:00")),
    ("date", {"to": "year"}, "", None),
    ("int", {"bandWidth": 10}, "37", 30),
    ("int", {"bandWidth": 10}, "30", 30),
    ("int", {"bandWidth": 10}, "-1", -10),
    ("bigint", {"bandWidth": 1000}, "9007199254740993", 9007199254740000),
    ("decimal(12,2)", {"bandWidth": 0.5}, "2.49", Decimal("2.00")),
    ("double", {"bandWidth": 2.5}, "7.4", 5.0),
    ("double", {"bandWidth": 2.5}, "", None),
]


def test_what_is_left_of_a_text(product: Any) -> None:
    rules = [{"name": f"r{n}", "kind": "comply", "columns": [f"x{n}"], **how} for n, (how, _, _) in enumerate(TEXTS)]
    p = product(*(f"x{n} string" for n in range(len(TEXTS))), rules=rules)
    ((broken, row),) = p.judge(tuple(text for _, text, _ in TEXTS))
    assert broken == []
    assert [row[f"x{n}"] for n in range(len(TEXTS))] == [left for _, _, left in TEXTS]


def test_what_is_left_of_a_number_or_a_date(product: Any) -> None:
    rules = [
        {"name": f"r{n}", "kind": "comply", "columns": [f"x{n}"], "method": "generalise", **how}
        for n, (_, how, _, _) in enumerate(VALUES)
    ]
    p = product(*(f"x{n} {type_}" for n, (type_, _, _, _) in enumerate(VALUES)), rules=rules)
    ((broken, row),) = p.judge(tuple(text for _, _, text, _ in VALUES))
    assert broken == []
    assert [row[f"x{n}"] for n in range(len(VALUES))] == [left for *_, left in VALUES]


def test_a_method_that_does_not_fit_the_column_is_refused(product: Any) -> None:
    with pytest.raises(JobError, match="rule 'hide' needs column 'x' as date or timestamp, and it is string"):
        hidden(product, "generalise", "x string", to="year").judge(("1980",))


def test_what_is_kept_too_long_is_dropped(product: Any) -> None:
    """The run is planned on 1 February 2013 at 6:30; thirty days before are 2 January, 6:30."""
    rules = [
        {"name": "days", "kind": "comply", "method": "retain", "column": "d", "days": 30},
        {"name": "hours", "kind": "comply", "method": "retain", "column": "t", "days": 30},
    ]
    p = product("d date", "t timestamp", rules=rules)
    assert p.breaks(
        ("2013-01-02", "2013-01-02 06:30:00"), ("2013-01-01", "2013-01-02 06:29:59"), ("", ""), ("2013-02-09", "")
    ) == [[], ["days", "hours"], [], []]


def test_what_nobody_agreed_to_is_not_used(product: Any) -> None:
    consent = {"kind": "comply", "method": "consent", "purpose": "marketing"}
    rules = [
        {**consent, "name": "columns", "given": "purposes", "separator": "|", "columns": ["mail", "phone"]},
        {**consent, "name": "row", "given": "agreed"},
    ]
    p = product("purposes string", "agreed boolean", "mail string", "phone string", rules=rules)
    found = p.judge(
        ("research| marketing", "true", "m", "p"),
        ("marketing2|research", "true", "m", "p"),
        (None, "false", "m", "p"),
        ("", "", "m", "p"),
        # Nothing is taken out of the first of these two.
        ("research", "true", None, None),
        (None, "true", None, "p"),
    )
    assert [(broken, row["mail"], row["phone"]) for broken, row in found] == [
        ([], "m", "p"),
        (["columns"], None, None),
        (["columns", "row"], None, None),
        (["columns", "row"], None, None),
        ([], None, None),
        (["columns"], None, None),
    ]


def test_consent_is_a_boolean_or_a_text(product: Any) -> None:
    rules = [{"name": "row", "kind": "comply", "method": "consent", "purpose": "marketing", "given": "x"}]
    with pytest.raises(JobError, match="rule 'row' needs column 'x' as boolean or string, and it is int"):
        product("x int", rules=rules).judge(("1",))


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

    from spark_jobs.rules.tokens import tokeniser

    sent = cloudpickle.dumps(tokeniser("groundwork_sandbox_tokenise"))
    assert KEY.encode() not in sent
    assert b"spark_jobs.errors" not in sent
