"""Labelled rows of one part of the training set, as ``select_examples`` left them in Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from groundwork.spec.feature_view import FeatureView
from groundwork.spec.model_run import ModelRun
from model_code.container import existing
from model_code.errors import ModelError

TIME = "prediction_time"
FLOAT_LIMIT = float(np.finfo(np.float32).max)
"""xgboost computes with 32 bits: a larger number would be infinite."""


@dataclass(frozen=True)
class Examples:
    """The rows of a part, in an order that does not depend on how Spark wrote them.

    :param part: ``train``, ``validation`` or ``test``
    :param keys: the primary key's columns
    :param values: feature → numbers (NaN where there is none) or texts (None where there is none)
    :param label: what came true
    """

    part: str
    keys: pa.Table
    values: dict[str, Sequence[Any]]
    label: np.ndarray[Any, np.dtype[np.bool_]]

    def __len__(self) -> int:
        return len(self.label)

    @property
    def positive(self) -> int:
        """Rows whose label is true."""
        return int(self.label.sum())

    def require_two_classes(self) -> None:
        """Refuse a part that nothing can be learnt from or measured on.

        :raises ModelError: every label is the same
        """
        if self.positive in {0, len(self)}:
            raise ModelError(
                f"all {len(self)} labels of the {self.part} part are {bool(self.positive)}: one class tells nothing. "
                "Look at the label's expression, or take more days into the split"
            )


def read_examples(folder: Path, part: str, run: ModelRun) -> Examples:
    """Read one part.

    :param folder: holds Parquet files
    :param part: its name, for messages
    :param run: tells features, label and primary key
    :raises ModelError: the part is empty, lacks a column, or a column holds what no model can read
    """
    view = run.model.features
    table = _table(folder, part)
    wanted = [*run.contract.primary_key, TIME, view.label.name, *(feature.name for feature in view.features)]
    if missing := [name for name in wanted if name not in table.column_names]:
        raise ModelError(f"the {part} part has no column {', '.join(missing)}; it has {', '.join(table.column_names)}")
    table = table.sort_by([(name, "ascending") for name in (TIME, *run.contract.primary_key)])
    return Examples(
        part=part,
        keys=table.select(list(run.contract.primary_key)),
        values=_values(table, view, part),
        label=_label(table[view.label.name], view.label.name, part),
    )


def _table(folder: Path, part: str) -> pa.Table:
    existing(folder, f"the job was not given the {part} part")
    # Spark's markers (_SUCCESS) are no data.
    files = [path for path in sorted(folder.rglob("*.parquet")) if not path.name.startswith(("_", "."))]
    try:
        tables = [parquet.read_table(path) for path in files]
        table = pa.concat_tables(tables) if tables else None
    except pa.ArrowException as error:
        raise ModelError(f"the {part} part cannot be read as Parquet: {error}") from error
    if table is None or not table.num_rows:
        raise ModelError(f"the {part} part is empty: {len(files)} Parquet files without a row. Look at the split")
    return table


def _values(table: pa.Table, view: FeatureView, part: str) -> dict[str, Sequence[Any]]:
    values: dict[str, Sequence[Any]] = {}
    for feature in view.features:
        column = table[feature.name]
        if feature.type == "category":
            if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
                raise ModelError(f"category {feature.name!r} of the {part} part is {column.type}, not text")
            values[feature.name] = column.to_pylist()
            continue
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
            raise ModelError(f"number {feature.name!r} of the {part} part is {column.type}, not double")
        numbers = np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
        if beyond := int((np.abs(numbers) > FLOAT_LIMIT).sum()):
            raise ModelError(f"number {feature.name!r} of the {part} part is infinite in {beyond} rows")
        values[feature.name] = numbers
    return values


def _label(column: pa.ChunkedArray, name: str, part: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if not pa.types.is_boolean(column.type):
        raise ModelError(f"label {name!r} of the {part} part is {column.type}; it must be boolean, true or false")
    if column.null_count:
        raise ModelError(
            f"label {name!r} is neither true nor false in {column.null_count} of {len(column)} rows of the {part} "
            "part; rows without a label must not be selected"
        )
    return np.asarray(column.to_numpy(), dtype=np.bool_)
