"""The end of a training: a version that has reached its thresholds waits for approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.spec.model_report import EvaluationReport
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import Artefact, ModelVersion, RegisteredVersion

EVALUATED = {"artifact": "model", "golden": "golden", "reference": "reference"}
"""Part of a version → what the evaluation report calls it."""


class RegisterModelOperator(ModelRunOperator):
    """Registers the evaluated model as waiting for approval, with everything that an approval will cover.

    The objects are hashed as they stand in S3 now: one that is not what was evaluated is refused. A second try finds
    what the first has registered. Returns the version's number; the asset's event names package, number and digest.

    :param run_uri: ``s3://`` address of the frozen training run; templated
    :param model: address of the ``model.tar.gz`` that was evaluated; templated
    :param asset: the asset ``registered/<model>``
    """

    template_fields: Sequence[str] = ("run_uri", "model")
    ui_color = "#dff3e4"

    def __init__(self, *, model: str, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], **kwargs)
        self.model = model
        self.asset = asset

    def execute(self, context: Context) -> int:
        """See the class.

        :raises AirflowFailException: the evaluation refuses the model, or an object was replaced since
        """
        from groundwork.hooks.model_ledger.versions import Versions

        run = own_run(context, self.run_uri)
        version = self._version(run)
        registered = self._register(run, version)
        Versions(ledger_of(run), run.model.name).register(registered, version_uri(run))
        self.log.info("version %s of %s waits for approval: %s", registered.number, run.model.name, registered.digest)
        context["outlet_events"][self.asset].extra = {
            "package_arn": registered.package_arn,
            "number": registered.number,
            "digest": registered.digest,
        }
        return registered.number

    def _version(self, run: ModelRun) -> ModelVersion:
        from groundwork.spec.model_version import ModelVersion

        features = run.source(run.model.features.view)
        places = {
            "artifact": self.model,
            "golden": run.artefact_uri("evaluate", "golden.jsonl"),
            "reference": run.artefact_uri("evaluate", "reference.json"),
            "evaluation": run.report_uri("evaluate"),
        }
        parts = {name: self._standing(run, uri) for name, uri in places.items()}
        report = self._evaluation(run, parts["evaluation"])
        for name, evaluated in EVALUATED.items():
            _same(parts[name], report.version_digests.get(evaluated), evaluated)
        return ModelVersion(
            spec_version=1,
            model=run.model.name,
            training_run=run.prefix,
            requested_by=run.requested_by,
            feature_table=features.table,
            snapshot_id=features.snapshot_id,
            image=run.image,
            bundle=run.bundle.digest,
            policy=run.model.policy_digest,
            answers_as=report.version_digests["manifest"][:12],
            **parts,
        )

    def _evaluation(self, run: ModelRun, evaluation: Artefact) -> EvaluationReport:
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.spec.model_report import EvaluationReport

        content = ObjectDigestHook(region_name=run.environment.region).content(evaluation)
        report = EvaluationReport.from_json(content)
        if report.decision.outcome != "register":
            raise AirflowFailException(
                f"the model is not registered: {'; '.join(report.decision.reasons)}. All figures: {evaluation.uri}"
            )
        return report

    def _standing(self, run: ModelRun, uri: str) -> Artefact:
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.spec.model_version import Artefact

        digest = ObjectDigestHook(region_name=run.environment.region).digest(uri)
        if digest is None:
            raise AirflowFailException(f"{uri} is gone, so there is nothing to register; clear evaluate_model")
        return Artefact(uri=uri, sha256=digest)

    def _register(self, run: ModelRun, version: ModelVersion) -> RegisteredVersion:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.hooks.model_registry import ModelRegistryHook
        from groundwork.spec.model_version import RegisteredVersion
        from groundwork.spec.names import package_group

        region = run.environment.region
        EvidenceHook(region_name=region).write(version_uri(run), version)
        package = ModelRegistryHook(region_name=region).register(
            package_group(run.environment, run.model.name), version, run.model, version_uri(run)
        )
        return RegisteredVersion(
            package_arn=package.arn, number=package.number, digest=version.content_digest(), version=version
        )


def version_uri(run: ModelRun) -> str:
    """Where a training run's version stands as a file."""
    return run.artefact_uri("register_model", "version.json")


def _same(standing: Artefact, evaluated: str | None, name: str) -> None:
    if evaluated is None:
        raise AirflowFailException(f"the evaluation report says no digest of {name}; clear evaluate_model")
    if standing.sha256 != evaluated:
        raise AirflowFailException(
            f"{standing.uri} is not what was evaluated: its sha256 is {standing.sha256[:12]}…, the evaluation read "
            f"{evaluated[:12]}…. Something replaced it; it is not registered. Find out what, then train again"
        )
