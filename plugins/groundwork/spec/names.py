"""Every name that is derived from another: one place, so that one thing has one name everywhere."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from groundwork.spec.contract import Contract
    from groundwork.spec.environment import Environment
    from groundwork.spec.model import Model

Layer = Literal["raw", "refined", "quarantine"]
ModelLayer = Literal["feature", "prediction"]
AssetLayer = Layer | ModelLayer | Literal["registered", "released", "retrain"]
"""First part of an asset's name: a table's layer, or what became of a model."""
CATALOGUE = "lake"
"""The Iceberg catalogue's name in Spark."""
UNREADABLE = "_unreadable"
"""End of the name of the table that keeps a product's unreadable landing rows; no product's name ends so."""


DELETIONS = "_deletions"
"""End of the name of the table that remembers which keys an upserted product has deleted; no product's name ends so."""


def database(environment: Environment, contract: Contract, layer: Layer) -> str:
    """Glue database: ``<env>_<domain>_<layer>``."""
    return f"{environment.name}_{contract.domain}_{layer}"


def table(environment: Environment, contract: Contract, layer: Layer) -> str:
    """Spark's name of the product's table in a layer: ``lake.<database>.<product>``."""
    return f"{CATALOGUE}.{database(environment, contract, layer)}.{contract.product}"


def model_database(environment: Environment, model: Model, layer: ModelLayer) -> str:
    """Glue database: ``<env>_<domain>_<layer>``."""
    return f"{environment.name}_{model.domain}_{layer}"


def feature_table(environment: Environment, model: Model) -> str:
    """Spark's name of a model's feature table: ``lake.<database>.<view>``."""
    return f"{CATALOGUE}.{model_database(environment, model, 'feature')}.{model.features.view}"


def prediction_table(environment: Environment, model: Model) -> str:
    """Spark's name of a model's prediction table: ``lake.<database>.<model>``."""
    return f"{CATALOGUE}.{model_database(environment, model, 'prediction')}.{model.name}"


def unreadable_table(environment: Environment, contract: Contract) -> str:
    """Spark's name of the table that keeps unreadable landing rows aside."""
    return f"{CATALOGUE}.{database(environment, contract, 'quarantine')}.{contract.product}{UNREADABLE}"


def deletions_table(environment: Environment, contract: Contract) -> str:
    """Spark's name of the table that remembers which keys were deleted when, so that a late row brings none back."""
    return f"{CATALOGUE}.{database(environment, contract, 'quarantine')}.{contract.product}{DELETIONS}"


def branch(batch_id: str) -> str:
    """Iceberg branch on which a batch is audited."""
    return f"audit_{batch_id}"


def batch_id(product: str, digests: Iterable[str]) -> str:
    """Identity of a batch: the same files of the same product are the same batch, whenever they come.

    :param digests: sha256 of each file
    :return: 16 hexadecimal digits of sha256(product, sorted digests)
    """
    text = "\n".join([product, *sorted(digests)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def replay_id(run_prefix: str) -> str:
    """Identity of a replay of quarantined rows, by its run; 16 hexadecimal digits."""
    return hashlib.sha256(run_prefix.encode()).hexdigest()[:16]


def asset_name(layer: AssetLayer, product: str) -> str:
    """Name of the Airflow asset; no bucket or environment in it."""
    return f"{layer}/{product}"


def asset_uri(layer: AssetLayer, product: str) -> str:
    """URI of the Airflow asset.

    For a scheme without ``x-`` Airflow asks every provider, and so imports boto3 in each process that sees an asset.
    """
    return f"x-groundwork://{layer}/{product}"


def dag_id(stage: str, product: str) -> str:
    """DAG of a stage for a product; ``stage`` is the DAG file's stem."""
    return f"{stage}__{product}"


def run_prefix(environment: Environment, dag: str, run_id: str) -> str:
    """Where one DAG run keeps its evidence, ending in a slash; run ids may hold any character, hence the digest."""
    digest = hashlib.sha256(run_id.encode()).hexdigest()[:16]
    return f"s3://{environment.bucket('evidence')}/runs/{dag}/{digest}/"


def job_key(dag: str, run_id: str, task: str, map_index: int) -> str:
    """Identity of one piece of work of one run: a retry of the task has the same.

    :return: 32 hexadecimal digits
    """
    return hashlib.sha256("\n".join([dag, run_id, task, str(map_index)]).encode()).hexdigest()[:32]


def job_name(dag: str, key: str, attempt: int, limit: int = 63) -> str:
    """Readable AWS job name from ``[a-zA-Z0-9-]``.

    :param limit: characters that the service allows
    """
    end = f"-{key[:12]}-{attempt}"
    stem = re.sub(r"[^a-zA-Z0-9]+", "-", dag)[: min(44, limit - len(end))].strip("-")
    return f"{stem}{end}"


def endpoint(environment: Environment, model: str) -> str:
    """Name of a model's SageMaker endpoint, of at most 63 characters from ``[a-zA-Z0-9-]``."""
    return f"groundwork-{environment.name}-{model}".replace("_", "-")[:63].strip("-")


def release(environment: Environment, model: str, number: int) -> str:
    """Name of the SageMaker model and the endpoint configuration of one release; two releases never share one.

    :param number: of the release in the ledger
    """
    return f"{endpoint(environment, model)[:56].strip('-')}-{number:06d}"


def package_group(environment: Environment, model: str) -> str:
    """Name of a model's SageMaker model package group."""
    return endpoint(environment, model)


def capture_prefix(environment: Environment, model: str) -> str:
    """Where the endpoint's captured requests lie, ending in a slash; SageMaker puts them under its endpoint's name."""
    return f"s3://{environment.bucket('evidence')}/captured/{model}/"
