"""What an upsert asks of Spark: jobs, stages and exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spark.test_plan_budget import GOOD, RULES, taken


@pytest.mark.parametrize(
    ("history", "jobs", "stages", "exchanges", "broadcasts"),
    [
        # Three jobs carry the rules out and count violations. Five settle which rows stand: to broadcast the batch's
        # keys, to exchange its rows with those of main, to keep them, and two to count. Five merge: they find the files
        # that hold a key, exchange both sides and write. Two each count what stands on the branch and audit; one takes
        # the sample. A merge shows the exchange behind the rows it reads from memory, which the settling made.
        (None, 18, 18, 8, 3),
        # Also an exchange by key that gives every version its end.
        ("scd2", 21, 21, 11, 3),
    ],
    ids=["newest", "scd2"],
)
def test_an_upsert_costs_so_many_jobs_stages_and_exchanges(
    product: Any, history: str | None, jobs: int, stages: int, exchanges: int, broadcasts: int
) -> None:
    p = product(
        "id* int", "name string", "twice int", fields=("id int", "name string"), rules=RULES, load_mode="upsert"
    )
    p.history = history
    p.refine(p.land(GOOD))
    batch = p.land("id,name\n1,c\n3,d\n")
    p.do(p.run(batch), "acquire")
    found = taken(p.spark, lambda: p.do(p.run(batch), "refine"))
    # The Iceberg of Spark 4.0 needs a commit more to say whose the merge is, which is a job of one stage.
    more = int(p.spark.version.startswith("4.0"))
    assert (found["jobs"], found["stages"]) == (jobs + more, stages + more)
    assert (found["Exchange"], found["BroadcastExchange"]) == (exchanges, broadcasts)
