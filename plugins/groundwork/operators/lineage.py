"""OpenLineage facets of a run: what it read and wrote, schema, quality, and which column comes from which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow.providers.openlineage.extractors import OperatorLineage
from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    data_quality_assertions_dataset,
    data_quality_metrics_dataset,
    dataset_version_dataset,
    output_statistics_output_dataset,
    schema_dataset,
    tags_dataset,
)

from groundwork.operators.column_lineage import ColumnSource, column_sources
from groundwork.spec import names
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import AcquireReport, RefineReport, Report
from groundwork.spec.run import FrozenRun


def operator_lineage(run: FrozenRun, reports: Sequence[Report]) -> OperatorLineage[Any, Any] | None:
    """Facets of the last task of a run; None for an undo, which makes no data.

    A batch that was refused or blocked has written nothing to the table: it adds its checks, and no rows or version.

    :param reports: one a batch
    """
    if acquired := [report for report in reports if isinstance(report, AcquireReport)]:
        return OperatorLineage(inputs=_landing_files(run), outputs=[_raw(run, acquired)])
    if refined := [report for report in reports if isinstance(report, RefineReport)]:
        return OperatorLineage(inputs=_refine_inputs(run), outputs=[_refined(run, refined)])
    return None


def _landing_files(run: FrozenRun) -> list[InputDataset]:
    found = []
    for file in (file for batch in run.batches for file in batch.files):
        bucket, _, key = file.uri.removeprefix("s3://").partition("/")
        found.append(InputDataset(namespace=f"s3://{bucket}", name=key))
    return found


def _raw(run: FrozenRun, reports: Sequence[AcquireReport]) -> OutputDataset:
    columns = run.contract.landing.columns if run.contract.landing else run.contract.columns
    facets: dict[str, Any] = {"schema": _schema([(column.name, "string", column.description) for column in columns])}
    rows = [(report, sum(file.rows for file in report.files)) for report in reports if report.outcome != "refused"]
    return _output(run, reports[-1].table, rows, facets)


def _refine_inputs(run: FrozenRun) -> list[InputDataset]:
    raw = InputDataset(namespace=_namespace(run), name=_name(names.table(run.environment, run.contract, "raw")))
    pinned = [
        InputDataset(
            namespace=_namespace(run),
            name=_name(pin.table),
            facets={"version": dataset_version_dataset.DatasetVersionDatasetFacet(str(pin.snapshot_id))},
        )
        for pin in run.look_ups
    ]
    return [raw, *pinned]


def _refined(run: FrozenRun, reports: Sequence[RefineReport]) -> OutputDataset:
    facets: dict[str, Any] = {
        "schema": _schema([(column.name, column.type, column.description) for column in run.contract.columns]),
        "columnLineage": _column_lineage(run),
        "tags": _ruleset_tags(run),
    }
    assertions = [
        data_quality_assertions_dataset.Assertion(
            assertion=result.type, success=result.success, column=result.kwargs.get("column"), severity=result.severity
        )
        for report in reports
        for result in report.expectations
    ]
    # The standard names them with inputs; the table that was checked is this output.
    facets["dataQualityAssertions"] = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        assertions=assertions
    )
    written = [report for report in reports if report.outcome not in ("blocked", "unchanged")]
    rows = [(report, (report.replayed or report.counts).published) for report in written]
    return _output(run, reports[-1].table, rows, facets)


def _output(
    run: FrozenRun, table: str, written: Sequence[tuple[AcquireReport | RefineReport, int]], facets: dict[str, Any]
) -> OutputDataset:
    """The table, with version and figures where something was written.

    :param written: reports of batches that are in the table, with their rows; the last one's figures are told
    """
    statistics: dict[str, Any] = {}
    if written:
        last, rows = written[-1]
        facets["dataQualityMetrics"] = data_quality_metrics_dataset.DataQualityMetricsDatasetFacet(
            rowCount=rows, columnMetrics={profile.name: _metrics(profile) for profile in last.profile}
        )
        if last.snapshot_id is not None:
            facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(str(last.snapshot_id))
        total = sum(rows for _, rows in written)
        statistics["outputStatistics"] = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(total)
    return OutputDataset(namespace=_namespace(run), name=_name(table), facets=facets, outputFacets=statistics)


def _schema(columns: Sequence[tuple[str, str, str]]) -> schema_dataset.SchemaDatasetFacet:
    return schema_dataset.SchemaDatasetFacet(
        fields=[
            schema_dataset.SchemaDatasetFacetFields(name=name, type=kind, description=description or None)
            for name, kind, description in columns
        ]
    )


def _ruleset_tags(run: FrozenRun) -> tags_dataset.TagsDatasetFacet:
    """Which rules made the table's rows: the same digest as in its properties and its quarantined rows."""
    tags = {"ruleset_version": run.ruleset.version, "ruleset_digest": run.ruleset.content_digest()}
    return tags_dataset.TagsDatasetFacet(
        tags=[
            tags_dataset.TagsDatasetFacetFields(key=f"groundwork.{key}", value=value, source="GROUNDWORK")
            for key, value in tags.items()
        ]
    )


def _metrics(profile: ColumnProfile) -> data_quality_metrics_dataset.ColumnMetrics:
    return data_quality_metrics_dataset.ColumnMetrics(
        nullCount=profile.nulls, distinctCount=profile.distinct, count=float(profile.rows)
    )


def _column_lineage(run: FrozenRun) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    tables: dict[str | None, str] = {pin.product: pin.table for pin in run.look_ups}
    tables[None] = names.table(run.environment, run.contract, "raw")

    def inputs(sources: frozenset[ColumnSource]) -> list[Any]:
        return [
            column_lineage_dataset.InputField(
                namespace=_namespace(run), name=_name(tables[source.product]), field=source.column
            )
            for source in sorted(sources, key=str)
            if source.product in tables
        ]

    found = column_sources(run.contract, run.ruleset)
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={name: column_lineage_dataset.Fields(inputFields=inputs(sources)) for name, sources in found.items()}
    )


def _namespace(run: FrozenRun) -> str:
    """As OpenLineage names tables of a Glue catalogue; the account is not known here and left out."""
    return f"arn:aws:glue:{run.environment.region}"


def _name(table: str) -> str:
    """``lake.<database>.<table>`` as ``table/<database>/<table>``."""
    _, database, name = table.split(".")
    return f"table/{database}/{name}"
