"""Carries a ruleset out on some rows, in one job, and tells what became of them."""

from __future__ import annotations

from groundwork.spec.include import Product
from groundwork.spec.rules.comply import Redact, Tokenise
from groundwork.spec.ruleset import Rule, Ruleset
from spark_jobs.dry_run.effects import Outcome, effects
from spark_jobs.dry_run.rows import Desk, Rows
from spark_jobs.dry_run.watch import Watch
from spark_jobs.errors import SPARK_ERRORS
from spark_jobs.primary_key import PLACE
from spark_jobs.rules.plan import plan_batch
from spark_jobs.rules.violations import dropped, quarantined

KEYS = "whether a key is in the table already is seen by a real run only"


def dry_run(desk: Desk, product: Product, rows: Rows, *, keyed: bool) -> Outcome:
    """What the product's ruleset makes of the rows; nothing is written.

    :param keyed: whether the key for tokens can be fetched; values are redacted instead where it cannot
    :raises JobError: a rule cannot be carried out; names it
    """
    from pyspark.sql import functions as F  # noqa: N812

    ruleset = product.ruleset if keyed else without_keys(product.ruleset)
    run = desk.frozen(Product(product.contract, ruleset), rows.batch)
    watch = Watch()
    plan = plan_batch(desk.spark, run, rows.batch, watch.standardising(run, rows.frame), watch=watch)
    fate = F.when(quarantined(plan.violations), "quarantined").when(dropped(plan.violations), "dropped")
    bits = [name for name in plan.frame.columns if name.startswith("_bits_")]
    shown = plan.frame.select(*PLACE, *watch.columns, *bits, F.coalesce(fate, F.lit("published")).alias("_fate"))
    try:
        found = [row.asDict() for row in shown.collect()]
    except SPARK_ERRORS:
        plan.explain_failure()
        raise
    # In the order of the file: the same pairs each time.
    found.sort(key=lambda row: tuple(row[name] for name in PLACE))
    fates = [row["_fate"] for row in found]
    notes = [KEYS] if product.contract.primary_key else []
    if ruleset != product.ruleset:
        notes.append("tokens are shown as ***: there is no environment here that holds their key")
    return Outcome(
        product=product.contract.product,
        source=rows.source,
        rows=len(found),
        published=fates.count("published"),
        quarantined=fates.count("quarantined"),
        dropped=fates.count("dropped"),
        unreadable=rows.unreadable,
        effects=effects(product.contract, watch.rules, plan.violations, found),
        notes=tuple(notes),
    )


def without_keys(ruleset: Ruleset) -> Ruleset:
    """The ruleset with every token redacted."""

    def keyless(rule: Rule) -> Rule:
        if not isinstance(rule, Tokenise):
            return rule
        shared = rule.model_dump(include={"name", "kind", "description", "owner", "columns"})
        return Redact(method="redact", **shared)

    return ruleset.model_copy(update={"rules": tuple(keyless(rule) for rule in ruleset.rules)})
