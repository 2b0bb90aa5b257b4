"""What a refinement asks of Spark: jobs, stages and exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

RULES = [
    {"name": "clean", "kind": "standardise", "columns": ["id", "name"], "nullTokens": ["NA"]},
    {"name": "twice", "kind": "augment", "column": "twice", "expression": "id * 2"},
    {"name": "positive", "kind": "require", "predicate": "id > 0"},
]
GOOD = "id,name\n1,a\n2,b\n"
BAD = "id,name\n1,a\n-2,b\nx,c\n"
CONTESTED = "id,name\n1,a\n1,b\n2,c\n"


def taken(spark: Any, work: Callable[[], object]) -> Counter[str]:
    """Jobs, completed stages and the operators of the plans that were carried out.

    A plan shows those of what it reads from memory too, as often as that is read, though they ran once.
    """
    jobs = spark.sparkContext._jsc.sc().statusStore()
    queries = spark._jsparkSession.sharedState().statusStore()
    before = {int(job.jobId()) for job in _all(jobs.jobsList(None))}
    queried = {query.executionId() for query in _all(queries.executionsList())}
    work()
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
    new = [job for job in _all(jobs.jobsList(None)) if int(job.jobId()) not in before]
    found = Counter(jobs=len(new), stages=sum(job.numCompletedStages() for job in new))
    for query in _all(queries.executionsList()):
        if query.executionId() in queried:
            continue
        for node in _all(queries.planGraph(query.executionId()).allNodes()):
            found[node.name()] += 1
    return found


def _all(sequence: Any) -> list[Any]:
    return [sequence.apply(place) for place in range(sequence.size())]


@pytest.mark.parametrize(
    ("content", "jobs", "stages", "exchanges", "broadcasts"),
    [
        # Four jobs look for keys that stand twice: to group them, to keep those found, and two to count them. One keeps
        # the rows, two each count violations and audit; one writes, one takes the sample. What is exchanged are keys
        # once and three times what a task has counted.
        (GOOD, 11, 11, 4, 0),
        # Also the rows set aside: written, and a few of them read for the report.
        (BAD, 13, 13, 4, 0),
        # Also the keys that stand twice are broadcast, their rows ranked behind an exchange and those that lost kept.
        # Rows are kept with these, and counts, quarantine and branch show the operators behind them.
        (CONTESTED, 17, 17, 10, 6),
    ],
    ids=["good", "bad", "contested"],
)
def test_a_refinement_costs_so_many_jobs_stages_and_exchanges(
    product: Any, content: str, jobs: int, stages: int, exchanges: int, broadcasts: int
) -> None:
    p = product("id* int", "name string", "twice int", fields=("id int", "name string"), rules=RULES)
    batch = p.land(content)
    p.do(p.run(batch), "acquire")
    found = taken(p.spark, lambda: p.do(p.run(batch), "refine"))
    assert (found["jobs"], found["stages"]) == (jobs, stages)
    assert (found["Exchange"], found["BroadcastExchange"]) == (exchanges, broadcasts)
