"""What the first task of every run about a model does: freeze what the run works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from groundwork.operators.run_planning import RunPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.spec.model_file import DeclaredModel
    from groundwork.spec.model_run import CaptureWindow, TablePin
    from groundwork.spec.model_version import RegisteredVersion
    from groundwork.spec.run import JobBundle


class ModelPlanningOperator(RunPlanningOperator):
    """Decides what a run about a model works on and freezes it.

    :param declared: the model with the contracts of the products that it reads
    """

    def __init__(self, *, declared: DeclaredModel, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.declared = declared

    @property
    def subject(self) -> str:
        """The model."""
        return self.declared.model.name

    @property
    def accountable(self) -> str:
        """The model's owner."""
        return self.declared.model.owner

    def _frozen(self, context: Context) -> str | None:
        from groundwork.spec.model_run import ModelRun

        return self._frozen_before(context, ModelRun)

    def _pin(self, name: str, table: str) -> TablePin:
        """The current snapshot of a table.

        :param name: product or feature view
        :raises AirflowSkipException: it is not published yet; its own publication starts this run again
        """
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.spec.model_run import TablePin

        snapshot_id = CatalogueHook(region_name=self.environment.region).current_snapshot(table)
        if snapshot_id is None:
            raise AirflowSkipException(f"{name} is not published yet ({table}); its publication starts this run again")
        return TablePin(name=name, table=table, snapshot_id=snapshot_id)

    def _feature_pin(self) -> TablePin:
        """The current snapshot of the model's feature table."""
        from groundwork.spec.names import feature_table

        model = self.declared.model
        return self._pin(model.features.view, feature_table(self.environment, model))

    def _freeze_model(
        self,
        context: Context,
        *,
        sources: Sequence[TablePin] = (),
        batches: Sequence[str] = (),
        made_from: Mapping[str, str] | None = None,
        version: RegisteredVersion | None = None,
        release: int | None = None,
        window: CaptureWindow | None = None,
        reason: str = "",
        fencing_token: int = 0,
    ) -> str:
        """Write ``run.json``; the parameters are those of :class:`groundwork.spec.model_run.ModelRun`.

        :return: its address
        """
        from groundwork.spec.model_run import ModelRun

        begun = self._begun(context)
        run = ModelRun(
            **begun,
            spec_version=1,
            reason=reason,
            model=self.declared.model,
            contract=self.declared.contract,
            image=self._image(begun["bundle"]),
            sources=tuple(sources),
            batches=tuple(batches),
            made_from=dict(made_from or {}),
            version=version,
            release=release,
            window=window,
            fencing_token=fencing_token,
        )
        return self._write(run, ", ".join(f"{pin.name}@{pin.snapshot_id}" for pin in run.sources) or "no tables")

    def _image(self, bundle: JobBundle) -> str:
        if not bundle.image_tag:
            raise AirflowFailException(
                "include/job_bundle.json names no image of the models' container: run make bundle"
            )
        return f"{self.environment.model_image}:{bundle.image_tag}"
