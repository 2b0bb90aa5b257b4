"""Values to a model's input: numbers as they are, categories as their codes, and NaN where there is nothing.

xgboost splits categories natively by these codes (``feature_types``): a split groups categories as the gradients say,
no order is made up, and a hundred airports do not become a hundred columns. The codes stand in the manifest, so that a
server needs no pandas to know them. A category that training has not seen is missing, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Column = tuple[str, str, tuple[str, ...]]


class Encoder:
    """The features of one model.

    :param columns: name, ``number`` or ``category``, and the categories in the order of their codes
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.names = [name for name, _, _ in columns]
        self.codes: dict[str, dict[str, int]] = {
            name: {category: code for code, category in enumerate(categories)}
            for name, kind, categories in columns
            if kind == "category"
        }

    @property
    def feature_types(self) -> list[str]:
        """The columns' types as xgboost calls them."""
        return ["c" if name in self.codes else "float" for name in self.names]

    def encode(self, values: Mapping[str, Sequence[Any]]) -> tuple[np.ndarray[Any, np.dtype[np.float64]], Counter[str]]:
        """One row for each value of the columns.

        :param values: name → floats, or texts, None where there is nothing
        :return: the matrix, and how many values of each category feature were never seen in training
        """
        columns, unseen = [], Counter[str]()
        for name in self.names:
            if name not in self.codes:
                columns.append(np.array(values[name], dtype=np.float64))
                continue
            codes = [None if value is None else self.codes[name].get(value, -1) for value in values[name]]
            unseen[name] += codes.count(-1)
            columns.append(np.array([np.nan if code in {None, -1} else code for code in codes], dtype=np.float64))
        return np.column_stack(columns), +unseen
