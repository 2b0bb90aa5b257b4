"""Examples of rules in the documentation: read, carried out by the real plan, and told as what became of each row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import reduce
from pathlib import Path
from typing import Any

from groundwork.spec.ruleset import Ruleset
from groundwork.spec.run import Batch, LandedFile, LookUpPin
from groundwork.spec.yaml_file import YamlFile
from spark_jobs.rules.plan import Plan, plan_batch
from spark_jobs.rules.violations import dropped, quarantined, reasons
from tests.spark.products import ACQUIRED_AT, OPEN, Product, columns

BLOCK = re.compile(r"^```yaml example\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEYS = {"rules", "columns", "lookUps", "before", "after"}
OUTCOMES = ("quarantined", "dropped", "warned")
BATCH = Batch(
    batch_id="0" * 16,
    files=(LandedFile(uri="s3://b/f", size=1, etag="e", sha256="0" * 64),),
    acquired_at=ACQUIRED_AT,
    sequence=1,
)


@dataclass(frozen=True)
class Example:
    """One block.

    :param place: page and line, for messages
    :param content: what the block says
    :param ruleset: its rules
    """

    place: str
    content: dict[str, Any]
    ruleset: Ruleset

    @property
    def expected(self) -> list[dict[str, Any]]:
        """What it says became of each row."""
        return list(self.content["after"])

    @property
    def published(self) -> list[str]:
        """Columns that it shows after the rules, at least one."""
        shown = {name: None for row in self.expected for name in row if name not in OUTCOMES}
        return list(shown) or [next(iter(self.content["before"][0]))]


def examples_in(page: Path, scratch: Path) -> Iterator[Example]:
    """The examples of a page, read as files of rules are.

    :param scratch: folder for the blocks as files
    """
    text = page.read_text(encoding="utf-8")
    for number, found in enumerate(BLOCK.finditer(text)):
        place = f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}"
        file = scratch / f"{page.stem}_{number}.yaml"
        file.write_text(found[1], encoding="utf-8")
        content = YamlFile(file).content
        assert content.keys() <= KEYS, f"{place}: {content.keys() - KEYS}"
        assert len(content["before"]) == len(content["after"]), f"{place}: as many rows after as before"
        declared = {"specVersion": 1, "product": "example", "version": "1", "owner": "ada", "rules": content["rules"]}
        ruleset = Ruleset.model_validate(declared, extra="forbid", by_alias=True, by_name=False)
        yield Example(place, content, ruleset)


def plan_of(spark: Any, example: Example, number: int) -> Plan:
    """The plan of its rows, as a job makes it.

    :param number: makes names of its tables its own
    """
    from pyspark.sql import functions as F  # noqa: N812

    types = example.content.get("columns", {})
    fields = dict.fromkeys(name for row in example.content["before"] for name in row)
    product = Product(
        spark,
        f"example_{number}",
        columns(*(f"{name} {types.get(name, 'string')}" for name in example.published)),
        columns(*(f"{name} {types.get(name, 'string')}" for name in fields)),
        gate=OPEN,
        look_ups=tuple(
            _look_up(spark, name, rows, number) for name, rows in example.content.get("lookUps", {}).items()
        ),
    )
    schema = ", ".join([*(f"{name} string" for name in fields), "_source_row bigint"])
    rows = [
        (*(_landed(row.get(name)) for name in fields), place) for place, row in enumerate(example.content["before"], 1)
    ]
    raw = spark.createDataFrame(rows, schema).withColumns(
        {
            "_batch_id": F.lit(BATCH.batch_id),
            "_source_file": F.lit(BATCH.files[0].uri),
            "_acquired_at": F.lit(ACQUIRED_AT).cast("timestamp"),
        }
    )
    return plan_batch(spark, product.run(BATCH, ruleset=example.ruleset), BATCH, raw)


def _landed(value: Any) -> str | None:
    """A file holds text: a number of the block is the text that stands there."""
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _look_up(spark: Any, product: str, rows: list[dict[str, Any]], number: int) -> LookUpPin:
    name = f"lake.examples.{product}_{number}"
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.examples")
    fields = dict.fromkeys(key for row in rows for key in row)
    content = [tuple(_landed(row.get(key)) for key in fields) for row in rows]
    spark.createDataFrame(content, ", ".join(f"{key} string" for key in fields)).writeTo(name).create()
    snapshot = spark.sql(f"SELECT snapshot_id, committed_at FROM {name}.snapshots").first()
    return LookUpPin(product=product, table=name, snapshot_id=snapshot["snapshot_id"])


def outcomes_of(spark: Any, examples: list[Example]) -> list[list[dict[str, Any]]]:
    """What became of each row of each example, all in one job."""
    plans = [plan_of(spark, example, number) for number, example in enumerate(examples)]
    frames = [
        _told(plan, example.published, number)
        for number, (plan, example) in enumerate(zip(plans, examples, strict=True))
    ]
    together = reduce(lambda above, below: above.unionAll(below), frames)
    found: list[list[dict[str, Any]]] = [[] for _ in examples]
    for row in sorted(together.coalesce(2).collect(), key=lambda row: (row["example"], row["place"])):
        found[row["example"]].append(_outcome(row))
    return found


def _told(plan: Plan, published: list[str], number: int) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    nothing = F.array().cast("array<struct<rule:string,action:string>>")
    broken = F.transform(
        reasons(plan.violations), lambda item: F.struct(item["rule"].alias("rule"), item["action"].alias("action"))
    )
    values = (item for name in published for item in (F.lit(name), F.col(name).cast("string")))
    return plan.frame.select(
        F.lit(number).alias("example"),
        F.col("_source_row").alias("place"),
        F.when(quarantined(plan.violations), "quarantined").when(dropped(plan.violations), "dropped").alias("fate"),
        (broken if plan.violations else nothing).alias("broken"),
        F.create_map(*values).alias("values"),
    )


def _outcome(row: Any) -> dict[str, Any]:
    if row["fate"]:
        actions = ("quarantine", "fail") if row["fate"] == "quarantined" else ("drop",)
        return {row["fate"]: [item["rule"] for item in row["broken"] if item["action"] in actions]}
    warned = [item["rule"] for item in row["broken"] if item["action"] == "warn"]
    return dict(row["values"]) | ({"warned": warned} if warned else {})


def is_as_told(outcome: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a row became what the block says; columns that it leaves out do not matter."""
    if any(outcome.get(key) != told.get(key) for key in OUTCOMES):
        return False
    return all(key in OUTCOMES or (key in outcome and _equal(outcome[key], told[key])) for key in told)


def _equal(made: str | None, told: Any) -> bool:
    if made is None or told is None:
        return made is told
    if isinstance(told, bool | str):
        return made == _landed(told)
    try:
        return Decimal(made) == Decimal(str(told))
    except InvalidOperation:
        return False
