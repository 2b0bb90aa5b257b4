"""The first step of a release: which version it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from groundwork.operators.model_planning import ModelPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.model_ledger.versions import VersionRecord
    from groundwork.spec.model_version import RegisteredVersion

PACKAGE = "package_arn"
"""XCom key of the model package."""


class PlanReleaseOperator(ModelPlanningOperator):
    """Freezes a run about the newest version that nobody has decided about, or the one that a person names.

    Parameter: ``number``. A version that is approved can be released again without another question. Returns the
    address of the frozen run; the package stands beside it.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: every version is decided
        :raises AirflowFailException: the version that is named is not there, or can never be released
        """
        ledger = self._ledger()
        uri = self._frozen(context)
        record = self._version(context, ledger) if uri is None else None
        if record is not None:
            uri = self._freeze_model(context, version=registered_version(record, self.environment.region))
        assert uri is not None, "frozen before or just now"
        context["ti"].xcom_push(key=PACKAGE, value=self._package(uri))
        return uri

    def _version(self, context: Context, ledger: LedgerHook) -> VersionRecord:
        from groundwork.hooks.model_ledger.versions import Versions

        versions = Versions(ledger, self.subject)
        number = context["params"].get("number")
        if number is None:
            record = versions.undecided()
            if record is None:
                raise AirflowSkipException(f"every version of {self.subject} is decided; training registers new ones")
            return record
        record = versions.get(number)
        if record is None:
            known = ", ".join(str(version.number) for version in versions.all()) or "none"
            raise AirflowFailException(f"{self.subject} has no version {number}; registered are: {known}")
        if record.state in ("rejected", "superseded"):
            raise AirflowFailException(f"version {number} of {self.subject} is {record.state}; train a new one")
        return record

    def _package(self, uri: str) -> str:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_run import ModelRun

        version = EvidenceHook(region_name=self.environment.region).read(uri, ModelRun).version
        assert version is not None, "a release is about one"
        return version.package_arn


def registered_version(record: VersionRecord, region: str) -> RegisteredVersion:
    """A version as it was registered.

    :raises AirflowFailException: its file is not what the ledger's digest names
    """
    from groundwork.hooks.evidence import EvidenceHook
    from groundwork.spec.model_version import ModelVersion, RegisteredVersion

    version = EvidenceHook(region_name=region).read(record.version_uri, ModelVersion)
    if version.content_digest() != record.digest:
        raise AirflowFailException(
            f"{record.version_uri} is not the version {record.number} that was registered ({record.digest[:12]}): it "
            "was replaced. Train again, and find out who can write there"
        )
    return RegisteredVersion(
        package_arn=record.package_arn, number=record.number, digest=record.digest, version=version
    )
