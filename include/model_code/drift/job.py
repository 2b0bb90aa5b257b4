"""The program ``report_drift``: Evidently's page about a sample of captured requests beside a sample of training rows.

The page is for people. Decisions rest on ``measure_drift``, which looks at every row, by the same measure and bounds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from groundwork.spec.feature_view import Feature
from groundwork.spec.model_run import ModelRun
from model_code.container import Container, existing
from model_code.errors import ModelError
from model_code.program import read_run, run_program

if TYPE_CHECKING:
    import pandas as pd

PAGE = "report_drift.page.html"
PROBABILITY = Feature(name="probability", type="number")
NOTHING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drift</title></head>
<body><p>No captured request could be read in this window, so there is nothing to compare.</p></body></html>
"""


def main() -> int:
    """Draw the page of what the container's inputs hold."""
    container = Container.here()
    return run_program(lambda: report_drift(container), container.message)


def report_drift(container: Container) -> None:
    """Leave the page in the output folder.

    :raises ModelError: an input cannot be used
    """
    run = read_run(container.processing / "run")
    if run.model.monitor is None:
        raise ModelError(f"model {run.model.name} declares no monitor; there is nothing to report")
    sample = _rows(container.processing / "sample", "sample")
    before = _rows(container.processing / "reference_sample", "reference sample")
    file = container.processing / "output" / PAGE
    file.parent.mkdir(parents=True, exist_ok=True)
    if not sample.num_rows:
        file.write_text(NOTHING)
    else:
        file.write_text(_page(run, sample, before))
    print(f"{sample.num_rows} captured rows beside {before.num_rows} training rows: {PAGE}", flush=True)


def _rows(folder: Path, name: str) -> pa.Table:
    existing(folder, f"the job was not given the {name}")
    files = [path for path in sorted(folder.rglob("*.parquet")) if not path.name.startswith(("_", "."))]
    if not files:
        raise ModelError(f"the {name} has no Parquet file ({folder})")
    return pa.concat_tables([parquet.read_table(path) for path in files])


def _page(run: ModelRun, sample: pa.Table, before: pa.Table) -> str:
    assert run.model.monitor is not None
    columns = _comparable(run, sample, before)
    # Importing it takes 9 s of processor time, which no refusal shall wait for.
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=[each.name for each in columns if each.type == "number"],
        categorical_columns=[each.name for each in columns if each.type == "category"],
    )
    current, reference = (
        Dataset.from_pandas(_frame(table, columns), data_definition=definition) for table in (sample, before)
    )
    drift = run.model.monitor.drift
    preset = DataDriftPreset(method="psi", threshold=drift.act, drift_share=drift.features)
    return str(Report([preset]).run(current, reference).get_html_str(as_iframe=False))


def _comparable(run: ModelRun, sample: pa.Table, before: pa.Table) -> list[Feature]:
    """Columns that both sides have values in; Evidently cannot compare others, and the log names them.

    :raises ModelError: there is none
    """
    wanted = [*run.model.features.features, PROBABILITY]
    both = [
        each
        for each in wanted
        if all(each.name in t.column_names and t[each.name].null_count < t.num_rows for t in (sample, before))
    ]
    if not both:
        raise ModelError("sample and reference sample have no column in common that holds a value")
    if left := [each.name for each in wanted if each not in both]:
        print(f"not on the page, as one side has no value: {', '.join(left)}", flush=True)
    return both


def _frame(table: pa.Table, columns: list[Feature]) -> pd.DataFrame:
    frame = table.select([each.name for each in columns]).to_pandas()
    return frame.astype({each.name: "float64" for each in columns if each.type == "number"})
