"""A draft is not only valid: the file that it was drafted from is read, cleaned, hidden and published by it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from spark_jobs.draft.__main__ import main
from tests.spark.test_sample_products import publish, token

HEADER = "Kunden-Nr.;E-Mail;Geburtsdatum;Betrag;Bestellt am;aktiv;Notiz"
ROWS = [
    f"{1000 + number};kunde{number}@example.org;{1 + number % 28:02}.04.{1940 + number};"
    f"{number}.000,5{number % 10};{1 + number % 28:02}.12.2024 10:30;{'ja' if number % 2 else 'nein'};"
    + ('"zwei\nZeilen; mit Strichpunkt"' if number == 7 else "n/a")
    for number in range(1, 41)
]


def test_a_german_export_is_published_by_its_draft(spark: Any, tmp_path: Path) -> None:
    body = "\n".join([HEADER, *ROWS, ""]).encode("cp1252")
    (tmp_path / "kunden.csv").write_bytes(body)
    assert main([str(tmp_path / "kunden.csv"), "drafted_kunden", "--include", str(tmp_path)]) == 0
    published = publish(spark, "drafted_kunden", body, include=tmp_path)
    assert published.refined.outcome == "published", published.refined.decision.reasons
    counts = published.refined.counts
    assert (counts.raw, counts.published, counts.quarantined) == (40, 40, 0)
    rows = published.pandas().set_index("kunden_nr")
    assert rows["e_mail"][1007] == token("kunde7@example.org")
    assert rows["geburtsdatum"][1007] == date(1947, 1, 1)
    assert rows["betrag"][1007] == Decimal("7000.57")
    assert rows["bestellt_am"][1007].isoformat() == "2024-12-08T10:30:00"
    assert bool(rows["aktiv"][1007])
    assert rows["notiz"][1007] == "zwei\nZeilen; mit Strichpunkt"
    assert rows["notiz"][1008] is None
    assert published.refined.disagreements == ()
