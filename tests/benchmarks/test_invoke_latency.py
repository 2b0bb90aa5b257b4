"""Ratios are to the server itself with as many clients, and a short run fills the table."""

from __future__ import annotations

import pytest

from benchmarks import invoke_latency
from benchmarks.invoke_latency import BARE, BOTO3, CAPTURED, CLIENTS, PLAIN, latency_table


def test_ratios_are_to_the_bare_server_with_as_many_clients() -> None:
    seconds = {(BARE, 1): 0.001, (BARE, 20): 0.010}
    for who, factor in ((PLAIN, 2), (CAPTURED, 3), (BOTO3, 5)):
        seconds |= {(who, clients): factor * seconds[BARE, clients] for clients in CLIENTS}
    table = latency_table({key: [value] * 400 for key, value in seconds.items()})
    assert table.rows == (
        (BARE, "1", "100", "1.00", "1.0", "1.00", "1.0"),
        (BARE, "20", "100", "10.00", "1.0", "10.00", "1.0"),
        (PLAIN, "1", "100", "2.00", "2.0", "2.00", "2.0"),
        (PLAIN, "20", "100", "20.00", "2.0", "20.00", "2.0"),
        (CAPTURED, "1", "100", "3.00", "3.0", "3.00", "3.0"),
        (CAPTURED, "20", "100", "30.00", "3.0", "30.00", "3.0"),
        (BOTO3, "1", "100", "5.00", "5.0", "5.00", "5.0"),
        (BOTO3, "20", "100", "50.00", "5.0", "50.00", "5.0"),
    )


def test_a_short_run_measures_an_endpoint_that_really_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoke_latency, "SECONDS", 0.3)
    (table,) = invoke_latency.measure()
    assert [(row[0], row[1]) for row in table.rows] == [
        (who, str(clients)) for who in (BARE, PLAIN, CAPTURED, BOTO3) for clients in CLIENTS
    ]
    assert all(float(figure) > 0 for row in table.rows for figure in row[2:])
