"""Feature Store that keeps records: an online store where the newest event wins, an offline store where all stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.featurestore.runtime import FeatureStore


def install(settings: Settings) -> FeatureStore:
    """Let the actions on feature groups have what does them; call it before the first request.

    :param settings: the sandbox
    """
    # imported late: SageMaker's records include those of this package
    from sandbox.featurestore.responses import FeatureGroupActions
    from sandbox.featurestore.runtime import FeatureStore
    from sandbox.sagemaker.models import backends

    FeatureGroupActions.feature_store = FeatureStore(settings, backends)
    return FeatureGroupActions.feature_store


__all__ = ["install"]
