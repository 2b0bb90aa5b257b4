"""The end of a release, or of a step back: who uses the model is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from groundwork.operators.deploy_model import release_of
from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run

if TYPE_CHECKING:
    from airflow.sdk import Context


class RecordReleaseOperator(ModelRunOperator):
    """Writes into the ledger that a release serves and what became of the one before, and tells it by an event.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the asset ``released/<model>``
    """

    ui_color = "#dff3e4"

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], **kwargs)
        self.asset = asset

    def execute(self, context: Context) -> int:
        """See the class.

        :return: the release's number
        """
        from groundwork.hooks.model_ledger.releases import Releases

        run = own_run(context, self.run_uri)
        release = Releases(ledger_of(run), run.model.name).record_live(release_of(run))
        self.log.info("release %s of %s serves version %s", release.number, run.model.name, release.version)
        context["outlet_events"][self.asset].extra = {
            "release": release.number,
            "number": release.version,
            "digest": release.digest,
            "package_arn": release.package_arn,
        }
        return release.number
