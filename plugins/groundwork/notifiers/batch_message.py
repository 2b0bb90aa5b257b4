"""The message about one batch: what became of it, the three top reasons, and where to read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundwork.spec.environment import BatchOutcome

TOP_REASONS = 3
SUBJECT_CHARACTERS = 100
"""SNS takes no longer subject, and none with a line break or a letter beyond ASCII."""
BECAME = {
    "blocked": "is blocked and not published",
    "warned": "is published with warnings",
    "overridden": "was blocked by the gate and is published all the same",
    "published": "is published",
}


@dataclass(frozen=True)
class BatchMessage:
    """What is told of one batch.

    :param product: its name, and ``title`` what people call it
    :param reasons: why the gate blocked it or warns, the weightiest first
    :param counts: where its rows went
    :param by: who overrode the gate, and ``why``; empty where nobody did
    :param report: where a person opens the report
    :param replay: it is of quarantined rows of the batch, taken up again
    """

    environment: str
    product: str
    title: str
    batch_id: str
    outcome: BatchOutcome
    reasons: Sequence[str]
    counts: Mapping[str, int]
    report: str
    by: str = ""
    why: str = ""
    replay: bool = False

    @property
    def subject(self) -> str:
        """One line."""
        return f"{self.outcome}: {self.product}, batch {self.batch_id} ({self.environment})"[:SUBJECT_CHARACTERS]

    @property
    def text(self) -> str:
        """The whole message."""
        what = "The replay of quarantined rows of batch" if self.replay else "Batch"
        parts = [f"{what} {self.batch_id} of {self.title} {BECAME[self.outcome]}."]
        if self.why:
            parts.append(f"{self.by} says: {self.why}")
        parts += [self._reasons(), self._rows(), f"Report: {self.report}", self._advice()]
        return "\n\n".join(part for part in parts if part)

    @property
    def attributes(self) -> dict[str, str]:
        """What a subscription can filter by."""
        return {"environment": self.environment, "product": self.product, "outcome": self.outcome}

    def _reasons(self) -> str:
        lines = [f"{number}. {reason}" for number, reason in enumerate(self.reasons[:TOP_REASONS], 1)]
        if (more := len(self.reasons) - TOP_REASONS) > 0:
            lines.append(f"… and {more} more in the report")
        return "\n".join(lines)

    def _rows(self) -> str:
        counts = self.counts
        if not counts:
            return ""
        passed = "would be published" if self.outcome == "blocked" else "published"
        return (
            f"{counts['raw']:,} rows came: {counts['published']:,} {passed}, {counts['quarantined']:,} quarantined, "
            f"{counts['dropped']:,} dropped by rule."
        )

    def _advice(self) -> str:
        if self.outcome != "blocked":
            return ""
        return (
            f"To publish it all the same, trigger publish_batch__{self.product} with this batch and a reason; after "
            f"mending rules, trigger refine_data__{self.product} with this batch and replay."
        )
