"""What a stage leaves behind, for the next stage, the catalogue and a person."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from groundwork.spec.base import Frozen
from groundwork.spec.decision import Decision
from groundwork.spec.expectation import Severity
from groundwork.spec.history import BatchFigures
from groundwork.spec.profile import ColumnProfile, Disagreement


class Counts(Frozen):
    """Every raw row is published, superseded, quarantined or dropped by a rule; none is lost.

    :param published: rows that stand in the table, and those of an upsert that delete their key
    :param superseded: rows of an upsert that a newer row of the same key has kept out
    :raises ValueError: the parts do not add up
    """

    raw: int = Field(ge=0)
    published: int = Field(ge=0)
    quarantined: int = Field(ge=0)
    dropped: int = Field(ge=0)
    superseded: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _nothing_lost(self) -> Counts:
        if self.raw != self.published + self.quarantined + self.dropped + self.superseded:
            raise ValueError(
                f"raw {self.raw} is not published {self.published} + quarantined {self.quarantined} "
                f"+ dropped {self.dropped} + superseded {self.superseded}"
            )
        return self


class RuleResult(Frozen):
    """What one rule did to a batch.

    :param rule: its name, or that of a built-in rule (``readable_<column>``, ``required_<column>``, ``primary_key``)
    :param column: the column concerned, where there is one; a rule of several columns has a result for each
    :param action: what happens to its violations: quarantine, drop, warn or fail
    :param violations: rows that broke it
    :param rows: of a rule of several columns the rows that broke it in any of them; None of others
    """

    rule: str
    kind: str
    column: str | None = None
    action: str
    violations: int = Field(ge=0)
    rows: int | None = Field(default=None, ge=0)


class QuarantineSample(Frozen):
    """One quarantined row, as a person is shown it.

    :param rule: what it broke, and what the rule says
    :param file: name of its landing file, and the number of its record there
    :param values: what stood in the columns that the rule looks at; ``***`` in personal ones, None where nothing stood
    """

    rule: str
    message: str
    file: str
    row: int
    values: dict[str, str | None]


class ExpectationResult(Frozen):
    """What one expectation found on the audited branch, in Great Expectations' terms.

    :param kwargs: those of the expectation, as declared
    :param meta: what the suite's author keeps beside it
    :param executed: False: a text for people to judge, neither met nor unmet; ``success`` says nothing then
    :param observed_value: the figure, where one is held against bounds
    :param element_count: rows looked at
    :param missing_count: of these, rows without a value to judge
    :param unexpected_count: rows that do not meet it
    :param unexpected_percent: of the rows with a value; ``_total``: of all looked at
    :param partial_unexpected_list: at most 20 values that do not meet it; masked in classified columns
    :param partial_unexpected_counts: how often each stands in that list: ``{"value", "count"}``
    :param partial_missing_list: values of a set that the column lacks
    :param details: what else the type tells
    :param exception: why it could not be carried out
    """

    name: str
    type: str
    kwargs: dict[str, Any]
    severity: Severity
    description: str = ""
    meta: dict[str, Any] = Field(default_factory=dict)
    success: bool
    executed: bool = True
    observed_value: Any = None
    element_count: int | None = None
    missing_count: int | None = None
    missing_percent: float | None = None
    unexpected_count: int | None = None
    unexpected_percent: float | None = None
    unexpected_percent_total: float | None = None
    unexpected_percent_nonmissing: float | None = None
    partial_unexpected_list: tuple[Any, ...] = ()
    partial_unexpected_counts: tuple[dict[str, Any], ...] = ()
    partial_missing_list: tuple[Any, ...] = ()
    details: dict[str, Any] | None = None
    exception: str | None = None


class FileResult(Frozen):
    """What came out of one landing file.

    :param rows: rows read into the raw table
    :param unreadable: rows kept aside because they have no shape of a row
    """

    uri: str
    rows: int
    unreadable: int


class Report(Frozen):
    """What every report says.

    :param artefacts: name → ``s3://`` address of what else was left (quality, page, profile)
    :param seconds: step → seconds it took
    """

    product: str
    batch_id: str
    decision: Decision
    table: str
    artefacts: dict[str, str] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)


class AcquireReport(Report):
    """Raw data of one batch.

    :param outcome: ``refused`` leaves the raw table as it was
    """

    stage: Literal["acquire"] = "acquire"
    outcome: Literal["acquired", "already_acquired", "refused"]
    snapshot_id: int | None
    files: tuple[FileResult, ...]
    profile: tuple[ColumnProfile, ...] = ()
    unreadable_reasons: dict[str, int] = Field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] = ()


class RefineReport(Report):
    """One batch through rules, checks and the gate, or through a person's override of it.

    :param outcome: ``blocked`` leaves main as it was and the audited branch for inspection; ``unchanged``: a replay of
        quarantined rows found none that may be published
    :param snapshot_id: main's snapshot with the batch, once published
    :param branch: the audited branch, where the batch is blocked
    :param counts: of the whole batch
    :param ruleset_digest: the rules that it was held against; stands also in the snapshot, the table's properties, the
        quarantined rows and the lineage
    :param replayed: what became of the quarantined rows that were taken up again; None where the batch was refined
    """

    stage: Literal["refine", "publish"]
    outcome: Literal["published", "already_published", "blocked", "unchanged"]
    snapshot_id: int | None
    previous_snapshot_id: int | None
    branch: str | None = None
    counts: Counts
    replayed: Counts | None = None
    ruleset_digest: str = ""
    total_rows: int = Field(description="Rows of the table, with this batch where it was published.")
    rules: tuple[RuleResult, ...] = ()
    quarantine_reasons: dict[str, int] = Field(default_factory=dict)
    expectations: tuple[ExpectationResult, ...] = ()
    profile: tuple[ColumnProfile, ...] = ()
    undeclared_personal: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    samples: tuple[QuarantineSample, ...] = ()
    figures: BatchFigures | None = None


class UndoReport(Report):
    """A publish taken back.

    :param outcome: ``refused`` leaves main as it was
    :param snapshot_id: main's snapshot afterwards; None where the table has none left
    :param earlier_snapshot_id: an earlier publish of the same batch that stands again
    """

    stage: Literal["undo"] = "undo"
    outcome: Literal["undone", "already_undone", "refused"]
    undone_snapshot_id: int | None
    snapshot_id: int | None
    earlier_snapshot_id: int | None = None
    total_rows: int
