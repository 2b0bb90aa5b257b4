"""Landing files into the raw table: faithful, once, or not at all."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from groundwork.spec.contract import Evolution
from spark_jobs import acquire as stage
from spark_jobs import landing, storage
from spark_jobs.errors import JobError
from tests.spark.products import BUCKET, Product

REASON = "it has not 2 fields, as the header has"


def acquired(p: Product, batch: Any, **changes: Any) -> Any:
    return p.do(p.run(batch, **changes), "acquire")[0]


def raw(p: Product) -> list[Any]:
    return p.rows("raw", "x", "y", "_source_row")


def aside(p: Product) -> list[Any]:
    name = f"{p.name('quarantine')}_unreadable"
    rows = p.spark.table(name).orderBy("_source_row").collect()
    return [(row["_source_row"], row["line"], row["reason"]) for row in rows]


def test_fields_come_as_they_stand_and_the_rest_is_set_aside(product: Any) -> None:
    p = product("x string", "y string")
    content = '\ufeffy,x\n1,\n2,""\n" a ","b\nc"\n3\n4,5,6\n\n7,"q""q"\nNA,null\n9,a"b\n\\N,\\"\n'
    report = acquired(p, p.land(content))
    assert raw(p) == [
        ("", "1", 1),
        ("", "2", 2),
        ("b\nc", " a ", 3),
        ('q"q', "7", 6),
        ("null", "NA", 7),
        ('a"b', "9", 8),
        ('\\"', "\\N", 9),
    ]
    assert aside(p) == [(4, "3", REASON), (5, "4,5,6", REASON)]
    assert (report.outcome, report.files[0].rows, report.files[0].unreadable) == ("acquired", 7, 2)
    assert report.unreadable_reasons == {REASON: 2}
    assert p.spark.table(p.name("raw")).where(f"_batch_id <> '{report.batch_id}'").count() == 0


def test_records_are_numbered_in_each_file_however_it_is_packed(product: Any) -> None:
    p = product("x string", "y string")
    plain = "x,y\n" + "".join(f"a{number},{number}\n" for number in range(1, 5001))
    packed = gzip.compress(("y,x\r\n" + "".join(f"{number},b{number}\r\n" for number in range(1, 3001))).encode())
    report = acquired(p, p.land(plain, packed, "y,x\n1,c1", names_=["plain.csv", "packed [1].csv.gz", "last*.csv"]))
    assert [(file.uri.rpartition("/")[2], file.rows) for file in report.files] == [
        ("plain.csv", 5000),
        ("packed [1].csv.gz", 3000),
        ("last*.csv", 1),
    ]
    wrong = p.spark.table(p.name("raw")).where("y <> cast(_source_row as string)")
    assert wrong.count() == 0
    letters = {"plain.csv": "a", "packed [1].csv.gz": "b", "last*.csv": "c"}
    found = p.spark.table(p.name("raw")).selectExpr("_source_file", "substring(x, 1, 1)").distinct().collect()
    assert {row[0].rpartition("/")[2]: row[1] for row in found} == letters


@pytest.mark.parametrize(
    ("encoding", "python"), [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("UTF-16LE", "utf-16-le")]
)
def test_other_encodings_and_delimiters(product: Any, encoding: str, python: str) -> None:
    p = product("x string", "y string", encoding=encoding, delimiter=";")
    acquired(p, p.land("x;y\nÄ,ö;ü\n", encoding=python))
    assert raw(p) == [("Ä,ö", "ü", 1)]


def test_a_record_that_cannot_be_decoded_is_set_aside(product: Any) -> None:
    p = product("x string", "y string")
    acquired(p, p.land(b"x,y\n1,\xff\xfe\n2,b\n"))
    assert raw(p) == [("2", "b", 2)]
    assert [(row, reason) for row, _, reason in aside(p)] == [(1, "it cannot be decoded as UTF-8")]


def test_a_quote_within_a_field_is_a_character_even_beside_line_breaks(product: Any) -> None:
    p = product("x string", "y string")
    acquired(p, p.land('x,y\n1,6" pipe\n2,"two\nlines"\n3,"one" of two\n'))
    assert raw(p) == [("1", '6" pipe', 1), ("2", "two\nlines", 2), ("3", '"one" of two', 3)]


def test_a_truncated_gzip_ends_the_job_and_loads_nothing(product: Any) -> None:
    p = product("x string", "y string")
    whole = gzip.compress(b"x,y\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(50_000)))
    batch = p.land(whole[: len(whole) // 2], names_=["cut.csv.gz"])
    with pytest.raises(Exception, match=r"cut\.csv\.gz"):
        acquired(p, batch)
    assert raw(p) == []


REFUSED = [
    ("x,y,z\n1,2,3\n", "columns the contract does not know: z"),
    ("x\n1\n", "declared columns are missing: y"),
    ("x;y\n1;2\n", "the header has one column 'x;y'"),
    ("x,y\n", "the files hold no rows"),
    ("x,y\n1\n2\n", "none of the 2 records has the shape of a row"),
    ("x,y\na,1\nb,2\n", "column x is retyped: no value of the batch reads as int"),
]


def test_what_is_refused_leaves_the_raw_table_as_it_was(product: Any) -> None:
    p = product("x int", "y string")
    acquired(p, p.land("x,y\n7,seven\n"))
    reports = p.do(p.run(*(p.land(content) for content, _ in REFUSED)), "acquire")
    for report, (_, reason) in zip(reports, REFUSED, strict=True):
        assert (report.outcome, report.snapshot_id) == ("refused", None)
        assert reason in " ".join(report.decision.reasons)
    assert raw(p) == [("7", "seven", 1)]


def test_evolution_is_by_declared_policy(product: Any) -> None:
    p = product("x int", "y string", evolution=Evolution(added="ignore", missing="null", retyped="quarantine"))
    acquired(p, p.land("z,x\n3,a\n"))
    assert raw(p) == [("a", None, 1)]


def test_tokens_that_mean_null_are_no_evidence_of_another_type(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA"]}
    p = product("x int", "y string", rules=[rule])
    assert acquired(p, p.land("x,y\nNA,1\nNA,2\n")).outcome == "acquired"


def test_a_file_that_changed_is_not_loaded(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    p = product("x string", "y string")
    batch = p.land("x,y\n1,2\n", names_=["a.csv"])
    put = {"Bucket": BUCKET, "Key": f"{p.product}/a.csv", "Body": b"x,y\n3,4\n"}
    read = landing.read_files

    def replaced(*arguments: Any) -> Any:
        storage.client().put_object(**put)
        return read(*arguments)

    monkeypatch.setattr(stage.landing_files, "read_files", replaced)
    with pytest.raises(JobError, match=r"a\.csv has ETag .* it was changed while it was loaded"):
        acquired(p, batch)
    assert raw(p) == []
    storage.client().delete_object(Bucket=BUCKET, Key=put["Key"])
    with pytest.raises(JobError, match=r"a\.csv is gone"):
        acquired(p, batch)


@pytest.mark.parametrize("step", ["_keep_unreadable", "_profile", "verify", "_report"])
def test_a_crash_at_any_step_and_a_retry_load_once(product: Any, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    p = product("x string", "y string")
    batch = p.land("x,y\n1,2\n3\n")
    run = p.run(batch)

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt(step)

    with monkeypatch.context() as patched:
        if step == "verify":
            patched.setattr(stage.Table, "fast_forward", crash)
        else:
            patched.setattr(stage, step, crash)
        with pytest.raises(KeyboardInterrupt):
            p.do(run, "acquire")
    (report,) = p.do(run, "acquire")
    assert report.outcome == ("already_acquired" if step == "_report" else "acquired")
    assert (report.files[0].rows, report.files[0].unreadable) == (1, 1)
    (again,) = p.do(run, "acquire")
    assert (again.outcome, again.snapshot_id, again.files) == ("already_acquired", report.snapshot_id, report.files)
    assert raw(p) == [("1", "2", 1)]
    assert len(aside(p)) == 1


def test_the_profile_shows_no_personal_values(product: Any) -> None:
    p = product("x string", "y string", "z string", more={"y": {"classification": "personal"}})
    people = "".join(f"{n},Secret{n},somebody{n}@example.org\n" for n in range(5))
    report = acquired(p, p.land("x,y,z\n" + people))
    plain, declared, detected = report.profile
    assert (plain.examples, plain.distinct, plain.rows) == (("0", "1", "2"), 5, 5)
    assert (declared.examples, detected.detected, detected.examples) == ((), "email", ())
    assert [(item.column, item.severity) for item in report.disagreements] == [("z", "finding"), ("y", "hint")]
    assert b"Secret" not in storage.read(report.artefacts["profile"])
