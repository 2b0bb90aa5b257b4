"""What OpenLineage is told of a refinement."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from groundwork.operators.column_lineage import ColumnSource, column_sources
from groundwork.spec.decision import Decision
from groundwork.spec.report import AcquireReport, Counts, ExpectationResult, RefineReport, UndoReport
from groundwork.spec.run import Batch, FrozenRun, JobBundle, LandedFile, LookUpPin
from tests.dags.conftest import Include

RULES: list[dict[str, Any]] = [
    {"name": "twice", "kind": "augment", "column": "doubled", "expression": "concat(id, name)"},
    {"name": "find", "kind": "enrich", "product": "codes", "match": {"doubled": "id"}, "take": {"title": "name"}},
    {"name": "over", "kind": "augment", "column": "name", "expression": "upper(title)"},
    {
        "name": "asked",
        "kind": "comply",
        "method": "consent",
        "purpose": "tests",
        "given": "doubled",
        "columns": ["name"],
    },
]
RAW = [ColumnSource(None, "id"), ColumnSource(None, "name")]


def frozen(include: Include) -> FrozenRun:
    """A run of a product whose rules look another one up."""
    include.add("codes")
    include.add("orders", {"rules": RULES})
    environment, product = include.load("orders")
    file = LandedFile(uri="s3://landing/shop/orders.csv", size=1, etag="e", sha256="0" * 64)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return FrozenRun(
        prefix="s3://evidence/run/",
        dag_id="refine_data__orders",
        run_id="r",
        requested_by="steward",
        frozen_at=now,
        environment=environment,
        contract=product.contract,
        ruleset=product.ruleset,
        bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="m"),
        batches=(Batch(batch_id="a" * 16, files=(file,), acquired_at=now, sequence=1),),
        look_ups=(LookUpPin(product="codes", table="lake.sandbox_shop_refined.codes", snapshot_id=5),),
        fencing_token=1,
    )


def report(**changes: Any) -> dict[str, Any]:
    """What every report has."""
    return {
        "product": "orders",
        "batch_id": "a" * 16,
        "table": "lake.sandbox_shop_refined.orders",
        "decision": Decision(outcome="x"),
        "snapshot_id": 7,
        **changes,
    }


def test_columns_are_followed_through_rules_and_look_ups(include: Include) -> None:
    run = frozen(include)
    assert column_sources(run.contract, run.ruleset) == {
        "id": {RAW[0]},
        "name": {*RAW, ColumnSource("codes", "name")},
    }


def test_facets_of_a_refinement(include: Include) -> None:
    from openlineage.client.serde import Serde

    from groundwork.operators.lineage import operator_lineage

    check = ExpectationResult(
        name="n", type="expect_column_values_to_not_be_null", kwargs={"column": "id"}, severity="critical", success=True
    )
    counts = Counts(raw=3, published=2, quarantined=1, dropped=0)
    content = report(previous_snapshot_id=None, counts=counts, total_rows=2, expectations=(check,))
    told = operator_lineage(frozen(include), [RefineReport(stage="refine", outcome="published", **content)])
    assert told is not None
    assert [dataset.name for dataset in told.inputs] == [
        "table/sandbox_shop_raw/orders",
        "table/sandbox_shop_refined/codes",
    ]
    (output,) = (json.loads(Serde.to_json(dataset)) for dataset in told.outputs)
    assert (output["namespace"], output["name"]) == ("arn:aws:glue:eu-west-1", "table/sandbox_shop_refined/orders")
    facets = output["facets"]
    assert [field["name"] for field in facets["schema"]["fields"]] == ["id", "name"]
    assert facets["version"]["datasetVersion"] == "7"
    assert facets["dataQualityMetrics"]["rowCount"] == output["outputFacets"]["outputStatistics"]["rowCount"] == 2
    tags = {tag["key"]: tag["value"] for tag in facets["tags"]["tags"]}
    assert tags == {
        "groundwork.ruleset_version": "1.0.0",
        "groundwork.ruleset_digest": frozen(include).ruleset.content_digest(),
    }
    (assertion,) = facets["dataQualityAssertions"]["assertions"]
    assert (assertion["column"], assertion["success"]) == ("id", True)
    sources = [(each["name"], each["field"]) for each in facets["columnLineage"]["fields"]["name"]["inputFields"]]
    assert sorted(sources) == [
        ("table/sandbox_shop_raw/orders", "id"),
        ("table/sandbox_shop_raw/orders", "name"),
        ("table/sandbox_shop_refined/codes", "name"),
    ]


def refined(outcome: Any, published: int, snapshot_id: int | None = None, met: bool = True) -> RefineReport:
    """A batch of three rows through the gate."""
    check = ExpectationResult(
        name="n", type="expect_column_values_to_not_be_null", kwargs={"column": "id"}, severity="critical", success=met
    )
    counts = Counts(raw=3, published=published, quarantined=3 - published, dropped=0)
    return RefineReport(
        stage="refine",
        outcome=outcome,
        previous_snapshot_id=None,
        counts=counts,
        total_rows=2,
        expectations=(check,),
        **report(snapshot_id=snapshot_id),
    )


def told_of(include: Include, *reports: RefineReport) -> dict[str, Any]:
    """The one output of a run with these batches."""
    from openlineage.client.serde import Serde

    from groundwork.operators.lineage import operator_lineage

    told = operator_lineage(frozen(include), reports)
    assert told is not None
    (output,) = told.outputs
    found: dict[str, Any] = json.loads(Serde.to_json(output))
    return found


def test_a_blocked_batch_adds_its_checks_and_no_rows(include: Include) -> None:
    several = [refined("published", 2, 7), refined("already_published", 3, 8), refined("blocked", 1, met=False)]
    output = told_of(include, *several)
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 5
    assert output["facets"]["dataQualityMetrics"]["rowCount"] == 3
    assert output["facets"]["version"]["datasetVersion"] == "8"
    checks = output["facets"]["dataQualityAssertions"]["assertions"]
    assert [check["success"] for check in checks] == [True, True, False]
    alone = told_of(include, several[2])
    assert alone["facets"].keys() == {"schema", "columnLineage", "dataQualityAssertions", "tags"}
    assert alone.get("outputFacets", {}) == {}


def test_a_refused_acquisition_adds_no_rows(include: Include) -> None:
    from groundwork.operators.lineage import operator_lineage

    refusal = AcquireReport(stage="acquire", outcome="refused", files=(), **report(snapshot_id=None))
    told = operator_lineage(frozen(include), [refusal])
    assert told is not None
    assert [dataset.name for dataset in told.inputs] == ["shop/orders.csv"]
    assert "version" not in told.outputs[0].facets
    assert not told.outputs[0].outputFacets


def test_an_undo_makes_no_data(include: Include) -> None:
    from groundwork.operators.lineage import operator_lineage

    undone = UndoReport(outcome="undone", undone_snapshot_id=7, total_rows=0, **report())
    assert operator_lineage(frozen(include), [undone]) is None
