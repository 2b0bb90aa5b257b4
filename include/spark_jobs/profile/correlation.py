"""How number columns go together, over the drawn rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from groundwork.spec.profile import Correlation

SHOWN = 50
LEAST_ROWS = 10


def correlations(columns: Mapping[str, Any]) -> tuple[Correlation, ...]:
    """The ``SHOWN`` strongest, over the rows that have both numbers.

    :param columns: name → Arrow array of numbers
    """
    import numpy as np
    import pandas as pd

    numbers = {name: column.to_pandas().astype("float64") for name, column in columns.items()}
    frame = pd.DataFrame(numbers).replace([np.inf, -np.inf], np.nan)
    straight = frame.corr("pearson", min_periods=LEAST_ROWS)
    order = frame.corr("spearman", min_periods=LEAST_ROWS)
    found = [
        Correlation(columns=(one, other), pearson=round(straight[one][other], 4), spearman=round(order[one][other], 4))
        for one, other in combinations(frame.columns, 2)
        if math.isfinite(straight[one][other])
    ]
    found.sort(key=lambda each: -max(abs(each.pearson), abs(each.spearman)))
    return tuple(found[:SHOWN])
