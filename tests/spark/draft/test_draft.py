"""What is drafted from files full of traps is a valid product, and says what a person decides."""

from __future__ import annotations

import csv
import gzip
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.passengers import HEADER, passengers
from groundwork.spec.include import Product, load_product
from spark_jobs.draft.__main__ import main
from spark_jobs.draft.naming import column_names
from spark_jobs.draft.sample import read_file
from spark_jobs.draft.sniff import DraftError, delimiter_of, encoding_of
from tests.spark.products import BUCKET

Make = Callable[..., Product]


@pytest.fixture
def drafted(tmp_path: Path) -> Make:
    """Drafts a product from the bytes of a file and loads it as a job would."""

    def make(content: bytes, name: str = "file.csv") -> Product:
        (tmp_path / name).write_bytes(content)
        assert main([str(tmp_path / name), "product", "--include", str(tmp_path), "--owner", "ada", "--overwrite"]) == 0
        return load_product(tmp_path, "product")

    return make


def texts(folder: Path) -> tuple[str, str]:
    return tuple((folder / part / "product.yaml").read_text() for part in ("contracts", "rules"))  # type: ignore[return-value]


def as_csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def types(product: Product) -> dict[str, str]:
    assert product.contract.landing is not None
    return {column.name: column.type for column in product.contract.landing.columns}


GERMAN = """Kunden-Nr.;Ort;Betrag;Rabatt;Datum;Gültig bis;aktiv;Bemerkung
1001;Köln;1.234,50;0,5;03.04.2024;31.12.2024 10:00;ja;"erste Zeile
zweite; Zeile"
1002;Düsseldorf;12,00;n/a;13.04.2024;31.12.2024 11:30;nein;
1003;Münster;99,90;1,25;14.04.2024;01.01.2025 00:00;ja;"sagte ""nein"" dazu"
"""


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("cp1252", "windows-1252"), ("utf-16", "UTF-16LE"),
     ("utf-16-be", "UTF-16BE")],
)  # fmt: skip
def test_a_german_export_in_any_encoding(drafted: Make, encoding: str, declared: str) -> None:
    product = drafted(GERMAN.encode(encoding))
    landing = product.contract.landing
    assert landing is not None
    assert (landing.encoding, landing.delimiter) == (declared, ";")
    assert [column.header for column in landing.columns][:6] == [
        "Kunden-Nr.", "Ort", "Betrag", "Rabatt", "Datum", "Gültig bis",
    ]  # fmt: skip
    assert types(product) == {
        "kunden_nr": "int",
        "ort": "string",
        "betrag": "decimal(18,2)",
        "rabatt": "double",
        "datum": "date",
        "gultig_bis": "timestamp",
        "aktiv": "boolean",
        "bemerkung": "string",
    }
    formats = {column.name: column.format for column in landing.columns if column.format}
    assert formats == {"datum": "dd.MM.yyyy", "gultig_bis": "dd.MM.yyyy HH:mm"}
    assert product.contract.primary_key == ("kunden_nr",)
    assert not product.contract.registered


def test_what_a_german_export_needs_before_it_can_be_read_is_a_rule(drafted: Make, tmp_path: Path) -> None:
    product = drafted(GERMAN.encode())
    rules = {rule.name: rule.model_dump(by_alias=True) for rule in product.ruleset.rules}
    assert rules["clean_text"]["nullTokens"] == ("", "n/a")
    assert rules["read_numbers"]["columns"] == ("betrag", "rabatt")
    assert (rules["read_numbers"]["as"]["type"], rules["read_numbers"]["as"]["locale"]) == ("number", "de")
    assert (rules["read_booleans"]["columns"], rules["read_booleans"]["as"]["trueWords"]) == (("aktiv",), ("ja", "j"))
    assert rules["plausible_betrag"]["predicate"] == "`betrag` between 12 and 1234.5"
    assert "decide: numbers written as in de" in texts(tmp_path)[0]


ODD = [
    ["zip", "mixed", "us date", "mostly", "status", "when"],
    *(
        [f"{number:05}", "7" if number % 3 else "seven", f"0{1 + number % 9}/0{1 + number % 9}/2024", "x", "open", "NA"]
        for number in range(99)
    ),
    ["00999", "8", "09/09/2024", "x", "closed", "2024-01-01T00:00:00Z"],
]


def test_what_is_doubtful_is_said_beside_the_column(drafted: Make, tmp_path: Path) -> None:
    product = drafted(as_csv(ODD))
    found = types(product)
    assert (found["zip"], found["mixed"], found["us_date"], found["when"]) == ("string", "string", "date", "timestamp")
    contract = texts(tmp_path)[0]
    line = {name: next(text for text in contract.splitlines() if f"name: {name}," in text) for name in found}
    assert "zeros in front" in line["zip"]
    assert "67% of the values are numbers" in line["mixed"]
    assert "the other way round (dd/MM/yyyy)" in line["us_date"]
    assert product.contract.primary_key == ("zip",)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        # The real key stands twice in what was read, and the name does not.
        ("carrier_code,name\nAA,American\nAA,Envoy Air\nUA,United\n", ()),
        ("name,population\nBern,134506\nGenf,203856\nBasel,173863\n", ()),
        ("name,carrier\nUnited,UA\nEndeavor,9E\nAmerican,AA\n", ("carrier",)),
        ("plane,registered,tail_number\nA1,2001-01-01,N1\nB1,2002-02-02,N2\nC1,2003-03-03,N3\n", ("tail_number",)),
        ("amount,day\n10,2024-01-01\n11,2024-01-02\n12,2024-01-03\n", ("day",)),
        ("order_id,line,price\n1,1,9.5\n1,2,8.5\n2,1,7.5\n", ("order_id", "line")),
        ("city,taken_at\nBern,2024-01-01T00:00:00Z\nBern,2024-01-01T01:00:00Z\nGenf,2024-01-01T00:00:00Z\n", ()),
        ("name,phone_number\nA,+12125550100\nB,+12125550101\nA,+12125550102\n", ()),
    ],
)
def test_a_key_is_what_sounds_or_looks_like_one_and_not_what_happens_to_be_unique(
    drafted: Make, tmp_path: Path, content: str, key: tuple[str, ...]
) -> None:
    product = drafted(content.encode())
    assert set(product.contract.primary_key) == set(key)
    told = "# decide: the key; no column that looks like one, and no pair with one, has a value in every row"
    assert (told in texts(tmp_path)[0]) == (not key)


def test_columns_that_are_unique_nevertheless_are_named_beside_the_missing_key(drafted: Make, tmp_path: Path) -> None:
    drafted(b"carrier_code,name\nAA,American\nAA,Envoy Air\nUA,United\n")
    assert "and none twice; unique in what was read: name\n" in texts(tmp_path)[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"1,2.5,2024-01-01\n2,3.5,2024-01-02\n", "reads like data"),
        (b"a,b,a\n1,2,3\n", "stand twice in the header: a"),
        (b"a,,c\n1,2,3\n", "number 2"),
        (b"Report of May\na;b;c\n1;2;3\n4;5;6\n", "before the header line"),
        (b"\x89PNG\r\n\x1a\n\0\x01\x02\x03\x04binary", "zero bytes"),
        ("имя;город\nИван;Москва\nМария;Санкт-Петербург\nПётр;Казань\n".encode("cp1251"), "which is not read"),
        (b'a,b\n1,"' + b"x" * 2_000_000 + b'"\n', "no readable CSV"),
    ],
)
def test_what_cannot_be_acquired_is_not_drafted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    (tmp_path / "file.csv").write_bytes(content)
    assert main([str(tmp_path / "file.csv"), "product", "--include", str(tmp_path)]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "contracts").exists()


def test_a_file_that_is_not_there_or_breaks_off_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(as_csv(ODD))[:40])
    for name in ("missing.csv", "cut.csv.gz"):
        assert main([str(tmp_path / name), "product", "--include", str(tmp_path)]) == 1
        assert f"{name} cannot be read" in capsys.readouterr().err


def test_a_header_alone_is_drafted_as_text(drafted: Make, tmp_path: Path) -> None:
    assert types(drafted(b"id\tname\tborn\n")) == {"id": "string", "name": "string", "born": "string"}
    assert "decide: the file has no rows" in texts(tmp_path)[0]


def test_ragged_rows_are_counted_and_left_out(drafted: Make, tmp_path: Path) -> None:
    assert types(drafted(b"a,b\n1,2\n3\n4,5,6\n7,8\n")) == {"a": "int", "b": "int"}
    assert "2 of 4 rows have more or fewer fields" in texts(tmp_path)[0]


def test_four_hundred_columns_are_read_in_seconds(drafted: Make) -> None:
    header = [f"Measure {number}" for number in range(400)]
    rows = [[str(row * number % 97 + 0.5) for number in range(400)] for row in range(500)]
    began = time.process_time()
    product = drafted(as_csv([header, *rows]))
    assert time.process_time() - began < 5
    assert len(product.contract.columns) == 400
    assert set(types(product).values()) == {"decimal(18,1)"}
    assert sum(rule.name.startswith("plausible") for rule in product.ruleset.rules) == 60


def test_personal_columns_are_classified_and_hidden_and_none_of_their_values_is_written(
    drafted: Make, tmp_path: Path
) -> None:
    rows = list(passengers(800))
    product = drafted(gzip.compress(as_csv([list(HEADER), *rows])), "passengers.csv.gz")
    classified = {column.name: column.classification for column in product.contract.columns}
    assert {name for name, kind in classified.items() if kind != "internal"} == {
        "first_name", "last_name", "email", "phone", "date_of_birth", "document_number",
    }  # fmt: skip
    assert classified["document_number"] == "sensitive_personal"
    hidden = {column: rule.method for rule in product.ruleset.rules if rule.kind == "comply" for column in rule.columns}
    assert hidden == {
        "first_name": "redact", "last_name": "redact", "phone": "redact", "email": "tokenise",
        "document_number": "tokenise", "date_of_birth": "generalise",
    }  # fmt: skip
    written = "".join(texts(tmp_path))
    for place in range(1, 7):
        assert not [row[place] for row in rows if len(row[place]) > 5 and row[place] in written]


def test_a_parquet_file_brings_its_own_types(drafted: Make, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({
        "id": pa.array([1, 2, 3], pa.int64()),
        "amount": pa.array(["1.50", "2.00", None], pa.string()).cast(pa.decimal128(9, 2)),
        "at": pa.array([0, 1, 2], pa.timestamp("us", "UTC")),
        "who": ["ada@example.org", "bob@example.org", "eve@example.org"],
    })  # fmt: skip
    sink = io.BytesIO()
    pq.write_table(table, sink)
    product = drafted(sink.getvalue(), "file.parquet")
    assert {column.name: column.type for column in product.contract.columns} == {
        "id": "bigint", "amount": "decimal(9,2)", "at": "timestamp", "who": "string",
    }  # fmt: skip
    assert product.contract.landing is None
    assert "only CSV files are acquired" in texts(tmp_path)[0]


def test_nothing_is_overwritten_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file.csv").write_bytes(b"a,b\n1,2\n")
    command = [str(tmp_path / "file.csv"), "product", "--include", str(tmp_path)]
    assert main(command) == 0
    (tmp_path / "rules" / "product.yaml").write_text("mine")
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "rules" / "product.yaml").read_text() == "mine"
    assert main([*command, "--overwrite"]) == 0


@pytest.mark.parametrize("product", ["Visits", "my-product", "1st", "../x", ""])
def test_a_name_that_is_none_is_refused(tmp_path: Path, product: str) -> None:
    (tmp_path / "file.csv").write_bytes(b"a,b\n1,2\n")
    assert main([str(tmp_path / "file.csv"), product, "--include", str(tmp_path)]) == 1


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8)))
def test_whatever_stands_in_a_file_the_draft_is_valid_or_there_is_none(tmp_path: Path, rows: list[list[str]]) -> None:
    (tmp_path / "any.csv").write_bytes(as_csv(rows))
    command = [str(tmp_path / "any.csv"), "product", "--include", str(tmp_path), "--overwrite"]
    if main(command) == 0:
        assert load_product(tmp_path, "product").contract.product == "product"
    else:
        with pytest.raises(DraftError):
            read_file(tmp_path / "any.csv")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ","),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("one\n1\n2\n", ","),
    ],
)
def test_the_delimiter_parts_every_line_alike(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_a_cut_letter_at_the_end_of_what_was_read_is_still_utf_8() -> None:
    assert encoding_of("Köln, Zürich".encode()[:-5]).name == "UTF-8"
    assert encoding_of("é".encode()[:1] + b"").name == "UTF-8"


def test_names_are_made_of_any_header_and_never_twice() -> None:
    headers = ["Order No.", "orderNo", "E-Mail", "Straße", "生年月日", "2nd", "event_time", "_"]
    assert list(column_names(headers).values()) == [
        "order_no", "order_no_2", "e_mail", "strasse", "column_5", "column_2nd", "event_time_7", "column_8",
    ]  # fmt: skip


def test_a_table_of_the_catalog_is_drafted_without_the_columns_that_every_table_has(
    endpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    catalog = load_catalog("lake", type="glue", **{"s3.endpoint": endpoint, "s3.region": os.environ["AWS_REGION"]})
    catalog.create_namespace("drafts")
    content = pa.table({"iban": ["GB29NWBK60161331926819", "DE89370400440532013000", None], "_batch_id": ["b"] * 3})
    catalog.create_table("drafts.accounts", content.schema, location=f"s3://{BUCKET}/drafts").append(content)
    command = ["drafts.accounts", "accounts", "--table", "--include", str(tmp_path), "--owner", "ada"]
    assert main(command) == 0
    assert [column.name for column in load_product(tmp_path, "accounts").contract.columns] == ["iban"]
    assert main(["drafts.missing", "missing", "--table", "--include", str(tmp_path)]) == 1
    assert "no table drafts.missing" in capsys.readouterr().err
