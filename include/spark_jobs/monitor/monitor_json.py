"""What was found in the files of SageMaker Model Monitor, which other tools read.

``statistics.json``, ``constraints.json`` and ``constraint_violations.json`` as the SageMaker developer guide describes
them ("Schema for Statistics", "Schema for Constraints", "Schema for Violations"). Distributions have exact buckets at
the training reference's edges; the KLL sketch beside them is left out, as nothing here is sketched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from groundwork.spec.model import Drift
from groundwork.spec.model_report import FeatureDrift, FeatureReference
from spark_jobs.monitor.histogram import Histogram

VERSION = 0.0
TYPES = {"number": "Fractional", "category": "String"}


def statistics_json(histograms: Sequence[Histogram], rows: int) -> str:
    """How the captured rows are distributed.

    :param rows: valid rows
    """
    features = [_statistics(histogram) for histogram in histograms]
    return _text({"version": VERSION, "dataset": {"item_count": rows}, "features": features})


def constraints_json(references: Sequence[FeatureReference], drift: Drift) -> str:
    """What the training reference lets one expect."""
    monitoring = {
        "evaluate_constraints": "Enabled",
        "emit_metrics": "Enabled",
        "datatype_check_threshold": 1.0,
        "domain_content_threshold": 1.0,
        "distribution_constraints": {
            "perform_comparison": "Enabled",
            "comparison_threshold": drift.act,
            "comparison_method": "Robust",
        },
    }
    features = [_constraints(reference) for reference in references]
    return _text({"version": VERSION, "features": features, "monitoring_config": monitoring})


def violations_json(histograms: Sequence[Histogram], drifts: Sequence[FeatureDrift], drift: Drift) -> str:
    """Where the captured rows are not as expected."""
    found = [
        {"feature_name": each.name, "constraint_check_type": kind, "description": description}
        for histogram, each in zip(histograms, drifts, strict=True)
        for kind, description in _violations(histogram, each, drift)
    ]
    return _text({"violations": found})


def _statistics(histogram: Histogram) -> dict[str, Any]:
    reference = histogram.reference
    common = {"num_present": histogram.values, "num_missing": histogram.nulls}
    about: dict[str, Any] = {"name": reference.name, "inferred_type": TYPES[reference.type]}
    if reference.type == "category":
        buckets = [
            {"value": value, "count": count} for value, count in zip(reference.values, histogram.bins[:-1], strict=True)
        ]
        distribution = {"categorical": {"buckets": buckets}}
        about["string_statistics"] = {
            "common": common,
            "distinct_count": histogram.distinct,
            "distribution": distribution,
        }
        return about
    bounds = [histogram.minimum, *reference.edges, histogram.maximum]
    bins = [
        {"lower_bound": lower, "upper_bound": upper, "count": count}
        for (lower, upper), count in zip(pairwise(bounds), histogram.bins, strict=True)
        if count
    ]
    mean = histogram.mean
    about["numerical_statistics"] = {
        "common": common,
        "mean": mean,
        "sum": None if mean is None else mean * histogram.values,
        "std_dev": histogram.standard_deviation,
        "min": histogram.minimum,
        "max": histogram.maximum,
        "distribution": {"kll": {"buckets": bins}},
    }
    return about


def _constraints(reference: FeatureReference) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": reference.name,
        "inferred_type": TYPES[reference.type],
        "completeness": 1 - reference.nulls,
    }
    if reference.type == "category":
        return about | {"string_constraints": {"domains": list(reference.values)}}
    return about | {"num_constraints": {"is_non_negative": reference.minimum is not None and reference.minimum >= 0}}


def _violations(histogram: Histogram, found: FeatureDrift, drift: Drift) -> Iterator[tuple[str, str]]:
    if found.nulls > found.reference_nulls:
        yield (
            "completeness_check",
            f"{1 - found.nulls:.2%} of the rows have a value, {1 - found.reference_nulls:.2%} of the training rows had",
        )
    if histogram.reference.type == "category" and histogram.outside:
        share = f"{histogram.outside} of {histogram.values} values"
        yield "categorical_values_check", f"{share} are none that the training rows had"
    if found.psi > drift.act:
        yield "baseline_drift_check", f"population stability index {found.psi:.4f} is above {drift.act:g}"


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)
