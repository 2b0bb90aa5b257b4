"""A thorough profile of any frame: one pass over all rows, and one shuffle for each key that seems to be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from groundwork.spec.contract import PERSONAL
from groundwork.spec.profile import ColumnProfile, Lengths, TableProfile
from spark_jobs.classification.classify import MAXIMUM_VALUES, classify
from spark_jobs.profile import column_state, scan, sketch
from spark_jobs.profile.column_state import NUMBER, TEXT, TIME, ColumnState
from spark_jobs.profile.correlation import correlations
from spark_jobs.profile.distribution import distribution
from spark_jobs.profile.inference import infer
from spark_jobs.profile.keys import candidate_keys
from spark_jobs.profile.projection import CARRIED, Projected, carried, projected
from spark_jobs.profile.values import LONGEST, text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SAMPLE_ROWS = 32_768
SAMPLE_CELLS = 2_000_000
LEAST_A_PARTITION = 2_048
TASKS = 128
"""More partitions than this are read together, so that what the driver merges stays small."""
EXAMPLES = 3
Keys = Literal["none", "single", "pairs"]


def profile_table(
    frame: DataFrame,
    *,
    name: str,
    classifications: Mapping[str, str] | None = None,
    read_as: Mapping[str, str] | None = None,
    keys: Keys = "single",
    with_correlations: bool = False,
) -> TableProfile:
    """Profile every column over all rows.

    Counts, extremes, mean, standard deviation and lengths are of all rows; distinct values are exact up to
    ``column_state.COUNTED``, then a sketch (standard error 1.6 %). Quantiles, histogram, top values and patterns are
    exact where the distinct values are, else of rows drawn evenly. Values of columns that are classified as personal,
    or look so, are left out.

    :param name: what the profile is of
    :param classifications: column → classification, as declared; ``internal`` where left out
    :param read_as: text column → Spark type that its texts are read as; what does not read is counted
    :param keys: whether to look for columns that are a key, and for pairs of columns too; each that seems to be one is
        proven over all rows, which costs a shuffle
    :param with_correlations: how number columns go together
    """
    columns = projected(frame, read_as or {})
    states, sample = _scanned(frame, columns)
    by_name = {column.name: state for column, state in zip(columns, states, strict=True)}
    profiles = tuple(_profile(each, by_name[each.name], sample, classifications or {}) for each in columns)
    distinct = {profile.name: profile.distinct for profile in profiles}
    shown = {profile.name for profile in profiles if profile.distribution is not None}
    numbers = [each for each in columns if each.read.kind == NUMBER and each.name in shown]
    asked = with_correlations and sample is not None
    return TableProfile(
        name=name,
        rows=states[0].rows if states else 0,
        sampled=0 if sample is None else sample.num_rows,
        columns=profiles,
        candidate_keys=()
        if keys == "none" or sample is None
        else candidate_keys(frame, columns, by_name, distinct, sample, pairs=keys == "pairs"),
        correlations=correlations({each.name: _drawn(sample, each) for each in numbers}) if asked else (),
    )


def _scanned(frame: DataFrame, columns: list[Projected]) -> tuple[list[ColumnState], Any]:
    from pyspark import cloudpickle

    # By value, so that workers need none of our modules.
    for module in (sketch, column_state, scan):
        cloudpickle.register_pickle_by_value(module)
    rows = min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(columns)))
    narrowed = carried(frame, columns)
    partitions = narrowed.rdd.getNumPartitions()
    if partitions > TASKS:
        narrowed, partitions = narrowed.coalesce(TASKS), TASKS
    # More than a part's even share, as some parts have more rows than others.
    share = min(rows, max(LEAST_A_PARTITION, 2 * rows // max(1, partitions)))
    scanner = scan.scanner([column.read for column in columns], share)
    found = narrowed.mapInArrow(scanner, "place int, found binary").collect()
    return scan.merged([(row["place"], bytes(row["found"])) for row in found], len(columns), rows)


def _profile(column: Projected, state: ColumnState, sample: Any, classifications: Mapping[str, str]) -> ColumnProfile:
    kind = column.read.kind
    drawn = [] if sample is None else _drawn(sample, column).drop_null().to_pylist()
    looked_at = state.rows if state.counted is not None else sample.num_rows
    counts = _counts(state, drawn, kind)
    distinct, error = _distinct(state, counts, whole=looked_at == state.rows)
    detected = classify(column.name, _texts(drawn))
    classification = classifications.get(column.name, "internal")
    personal = detected is not None or classification in PERSONAL
    profile = ColumnProfile(
        name=column.name,
        type=column.type,
        classification=classification,
        detected=detected.kind.name if detected else None,
        detected_confidence=detected.confidence if detected else None,
        detected_evidence=detected.evidence if detected else None,
        rows=state.rows,
        nulls=state.nulls,
        distinct=distinct,
        distinct_error=error,
        empty=state.empty if kind == TEXT else None,
        unreadable=state.unreadable if "unreadable" in column.read.others else None,
        not_finite=state.not_finite if kind == NUMBER else None,
        lengths=_lengths(state),
        inferred=infer(counts) if kind == TEXT else None,
    )
    spread = distribution(counts, looked_at, ordered=kind in (NUMBER, TIME), exact=looked_at == state.rows)
    return profile if personal else profile.model_copy(update=_shown(state, drawn) | {"distribution": spread})


def _shown(state: ColumnState, drawn: list[Any]) -> dict[str, Any]:
    """What shows values, and so is left out of personal columns."""
    numbers = state.numbers
    return {
        "minimum": None if state.minimum is None else text(state.minimum),
        "maximum": None if state.maximum is None else text(state.maximum),
        "mean": state.mean if numbers else None,
        "standard_deviation": (state.squares / (numbers - 1)) ** 0.5 if numbers > 1 else None,
        "examples": tuple(each[:LONGEST] for each in _texts(drawn)[:EXAMPLES]),
    }


def _distinct(state: ColumnState, counts: Mapping[Any, int], *, whole: bool) -> tuple[int, float]:
    """Distinct values and the relative standard error of their number.

    :param whole: the counts are of all rows
    """
    if state.counted is not None:
        return len(state.counted), 0.0
    if whole and not state.not_finite and (state.longest or 0) <= CARRIED:
        return len(counts), 0.0
    return sketch.estimate(state.registers), round(sketch.STANDARD_ERROR, 4)


def _counts(state: ColumnState, drawn: list[Any], kind: str) -> Mapping[Any, int]:
    """Value → rows: of all rows while there are few values, else of the drawn ones. Finite numbers only."""
    counts: Counter[Any] = Counter(drawn if state.counted is None else ())
    for rows, value in (state.counted or {}).values():
        counts[value] += rows
    if kind != NUMBER:
        return counts
    return {value: rows for value, rows in counts.items() if abs(value) < float("inf")}


def _lengths(state: ColumnState) -> Lengths | None:
    if state.shortest is None or state.longest is None:
        return None
    values = state.rows - state.nulls
    return Lengths(minimum=state.shortest, maximum=state.longest, mean=round(state.characters / values, 2))


def _drawn(sample: Any, column: Projected) -> Any:
    return sample.column(f"value{column.read.place}")


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Some different values as text, texts as far as they were carried."""
    found: dict[str, None] = {}
    for value in values:
        found[value if isinstance(value, str) else text(value)] = None
        if len(found) == MAXIMUM_VALUES:
            break
    return tuple(found)
