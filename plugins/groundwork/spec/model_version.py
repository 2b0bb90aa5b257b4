"""What a version of a model is: everything that an approval covers, by digest."""

from __future__ import annotations

from pydantic import Field

from groundwork.spec.base import Declared, Frozen, Identifier


class Artefact(Frozen):
    """One object, bound to its content.

    :param uri: ``s3://`` address
    :param sha256: of its bytes
    """

    uri: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ModelVersion(Declared):
    """Everything that was evaluated; ``content_digest()`` is what an approval names.

    :param training_run: prefix of the run that made it; its ``run.json`` tells who asked, and all settings
    :param artifact: the model's ``model.tar.gz``
    :param evaluation: the evaluation report
    :param golden: requests with the answers that the evaluator got (JSON Lines)
    :param reference: the training set's distributions, which the monitor compares with
    :param feature_table: Spark's name of the feature table
    :param snapshot_id: its snapshot that the examples were taken from
    :param image: address of the container, whose tag is its content
    :param bundle: digest of the Spark code
    :param policy: digest of the thresholds that it is judged and watched by
    :param answers_as: what its answers name it by: the first digits of the sha256 of the manifest in its archive, which
        names every file of it. A server unpacks the archive and never sees it, so it cannot name that
    """

    model: Identifier
    training_run: str
    requested_by: str
    artifact: Artefact
    evaluation: Artefact
    golden: Artefact
    reference: Artefact
    feature_table: str
    snapshot_id: int
    image: str
    bundle: str
    policy: str
    answers_as: str = Field(pattern=r"^[0-9a-f]{12}$")


class RegisteredVersion(Frozen):
    """A version in the model registry.

    :param package_arn: SageMaker model package
    :param number: its version in the package group
    :param digest: ``content_digest()`` of the version
    """

    package_arn: str
    number: int = Field(ge=1)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    version: ModelVersion
