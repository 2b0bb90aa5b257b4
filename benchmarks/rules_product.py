"""The measured rows as a product of ours: contract, ruleset, expectations, and a frozen run of one batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from benchmarks.rules_data import BATCH_ID, column_types
from benchmarks.rules_suite import Check
from groundwork.spec import names
from groundwork.spec.contract import Column, Contract, Landing
from groundwork.spec.expectation import Expectation
from groundwork.spec.include import load_environment
from groundwork.spec.ruleset import Ruleset
from groundwork.spec.run import Batch, FrozenRun, JobBundle, LandedFile
from sandbox.settings import REPOSITORY

PRODUCT = "measured_rows"
ACQUIRED_AT = datetime(2013, 1, 2, 6, tzinfo=UTC)
BATCH = Batch(
    batch_id=BATCH_ID,
    files=(LandedFile(uri="s3://landing/rows.csv", size=1, etag="e", sha256="0" * 64),),
    acquired_at=ACQUIRED_AT,
    sequence=1,
)


def frozen_run(
    columns: int, rules: Sequence[dict[str, Any]] = (), expectations: tuple[Expectation, ...] = ()
) -> FrozenRun:
    """A run over rows of so many columns.

    :param rules: of its ruleset, as a file has them
    :param expectations: of its contract
    """
    environment = load_environment(REPOSITORY / "include", "sandbox")
    declared = {"specVersion": 1, "product": PRODUCT, "version": "1", "owner": "benchmark"}
    return FrozenRun(
        prefix=names.run_prefix(environment, "benchmark", PRODUCT),
        dag_id="benchmark",
        run_id=PRODUCT,
        requested_by="benchmark",
        frozen_at=ACQUIRED_AT,
        environment=environment,
        contract=_contract(columns, rules, expectations),
        ruleset=Ruleset.model_validate(declared | {"rules": list(rules)}),
        bundle=JobBundle(spec_version=1, digest="none", archive="none", entry_point="none"),
        batches=(BATCH,),
        fencing_token=1,
    )


def _contract(columns: int, rules: Sequence[dict[str, Any]], expectations: tuple[Expectation, ...]) -> Contract:
    landed = tuple(Column(name=name, header=name, type=type_) for name, type_ in column_types(columns).items())
    derived = tuple(
        Column(name=rule["column"], header=rule["column"], type="double") for rule in rules if rule["kind"] == "augment"
    )
    return Contract(
        product=PRODUCT,
        id=PRODUCT,
        version="1.0.0",
        title=PRODUCT,
        domain="benchmark",
        status="active",
        owner="benchmark",
        columns=(*landed, *derived),
        landing=Landing(location=f"s3://{{landing}}/{PRODUCT}/*.csv", columns=landed),
        event_time="at",
        expectations=expectations,
    )


def expectation(check: Check) -> Expectation:
    """The check in our words, which are those of Great Expectations."""
    type_, kwargs = gx_words(check)
    return Expectation(name=check.name, type=type_, kwargs=kwargs)


def gx_words(check: Check) -> tuple[str, dict[str, Any]]:
    """Type and kwargs of the expectation."""
    kwargs: dict[str, Any] = {"column": check.column}
    bounds: dict[str, Any] = {"min_value": check.low, "max_value": check.high}
    share: dict[str, Any] = {"mostly": check.mostly} if check.mostly < 1 else {}
    if check.kind in ("minimum", "maximum", "mean"):
        statistic = {"minimum": "min", "maximum": "max"}.get(check.kind, check.kind)
        return f"expect_column_{statistic}_to_be_between", kwargs | bounds
    more: dict[str, Any]
    type_, more = {
        "complete": ("expect_column_values_to_not_be_null", {}),
        "between": ("expect_column_values_to_be_between", bounds),
        "pattern": ("expect_column_values_to_match_regex", {"regex": check.pattern}),
        "contained": ("expect_column_values_to_be_in_set", {"value_set": list(check.values)}),
        "length": ("expect_column_value_lengths_to_be_between", bounds),
    }[check.kind]
    return type_, kwargs | more | share
