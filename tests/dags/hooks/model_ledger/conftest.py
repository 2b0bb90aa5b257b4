"""A model's versions and runs, as far as the ledger asks for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from groundwork.spec.model_version import Artefact, ModelVersion, RegisteredVersion

OBJECT = Artefact(uri="s3://artifacts/model.tar.gz", sha256="1" * 64)


def registered(number: int, **changes: Any) -> RegisteredVersion:
    """A version of the model, with a content of its own."""
    content: dict[str, Any] = {
        "spec_version": 1,
        "model": "late_arrival",
        "training_run": f"s3://evidence/runs/train/{number}/",
        "requested_by": "scientist",
        "artifact": OBJECT,
        "evaluation": OBJECT,
        "golden": OBJECT,
        "reference": OBJECT,
        "feature_table": "lake.f.flight_outlook",
        "snapshot_id": number,
        "image": "registry/models:1",
        "bundle": "b" * 64,
        "policy": "p" * 64,
        "answers_as": "a" * 12,
    }
    version = ModelVersion(**{**content, **changes})
    return RegisteredVersion(
        package_arn=f"arn:package/{number}", number=number, digest=version.content_digest(), version=version
    )


def run_of(number: int, prefix: str, **changes: Any) -> Any:
    """A run about a version, as far as the ledger asks for it."""
    content = {"prefix": prefix, "uri": f"{prefix}run.json", "requested_by": "operator", "reason": ""}
    return SimpleNamespace(**{**content, "version": registered(number), **changes})
