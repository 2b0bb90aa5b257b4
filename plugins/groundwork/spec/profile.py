"""What was found in a table's columns."""

from __future__ import annotations

from typing import Literal

from groundwork.spec.base import Frozen


class ValueCount(Frozen):
    """A value, or the shape of values, and the rows that have it."""

    value: str
    count: int


class Quantile(Frozen):
    """The smallest value that at least this share of the values does not exceed."""

    share: float
    value: str


class Histogram(Frozen):
    """Bin n holds the values from edge n to below edge n + 1; the last one holds its upper edge too."""

    edges: tuple[str, ...]
    counts: tuple[int, ...]


class Lengths(Frozen):
    """Characters of a text column's values."""

    minimum: int
    maximum: int
    mean: float


class InferredType(Frozen):
    """What the texts of a column read as.

    :param share: of the values, those that read so
    """

    type: str
    share: float


class Distribution(Frozen):
    """How a column's values are spread. Of personal columns there is none.

    :param rows: rows that it was computed from, nulls included
    :param rank_error: with 95 % probability no quantile's share is off by more; 0 where every row was looked at
    :param top_values: the most frequent of those that stand more than once
    :param patterns: shapes of texts: ``A`` an upper-case letter, ``a`` another one, ``9`` a digit, the rest as it is;
        in texts of more than 24 characters a ``+`` stands for the rest of a run
    """

    rows: int
    rank_error: float
    quantiles: tuple[Quantile, ...] = ()
    histogram: Histogram | None = None
    top_values: tuple[ValueCount, ...] = ()
    patterns: tuple[ValueCount, ...] = ()


class ColumnProfile(Frozen):
    """Technical metadata of one column; values of personal columns are never shown. What is None was not looked at.

    :param detected: kind of personal data that its name and values look like, whatever was declared;
        docs/rules/classification.md lists the kinds
    :param detected_confidence: how sure that is, 0–1
    :param detected_evidence: why, for people; it shows no value
    :param distinct: number of distinct values
    :param distinct_error: relative standard error of it; 0 where it is exact
    :param empty: texts without a character; they are values, not nulls
    :param unreadable: texts that do not read as ``type``, where a column of texts is profiled as what it seems to be;
        they count as nulls too
    :param not_finite: NaN and infinities, which minimum, maximum, mean and standard deviation leave out
    :param standard_deviation: of a sample (n - 1)
    """

    name: str
    type: str
    classification: str
    detected: str | None = None
    detected_confidence: float | None = None
    detected_evidence: str | None = None
    rows: int
    nulls: int
    distinct: int
    distinct_error: float = 0.0
    empty: int | None = None
    unreadable: int | None = None
    not_finite: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    standard_deviation: float | None = None
    examples: tuple[str, ...] = ()
    lengths: Lengths | None = None
    inferred: InferredType | None = None
    distribution: Distribution | None = None


class Disagreement(Frozen):
    """A column on which the contract and its values disagree.

    :param severity: ``finding``: it looks personal and is not declared so; ``hint``: the other way round
    :param message: what a steward reads; it shows no value
    """

    column: str
    severity: Literal["finding", "hint"]
    message: str


class Correlation(Frozen):
    """How two number columns go together, from -1 to 1, over the drawn rows that have both.

    :param pearson: in a straight line
    :param spearman: in the same order
    """

    columns: tuple[str, str]
    pearson: float
    spearman: float


class TableProfile(Frozen):
    """A thorough profile of a file or a table.

    :param sampled: rows that were drawn evenly, for what is not computed from every row
    :param candidate_keys: columns, or pairs of columns, without nulls and with no value twice in all rows
    :param correlations: of number columns, the strongest first; only where they were asked for
    """

    name: str
    rows: int
    sampled: int
    columns: tuple[ColumnProfile, ...]
    candidate_keys: tuple[tuple[str, ...], ...] = ()
    correlations: tuple[Correlation, ...] = ()
