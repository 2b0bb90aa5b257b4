"""Whether a model package may be used: what SageMaker shows, held against the ledger's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.approvals import Approvals
from groundwork.hooks.model_registry import ModelRegistryHook


@dataclass(frozen=True)
class ApprovalState:
    """How a package stands.

    :param phase: ``approved`` only where SageMaker and the ledger agree about the same content
    :param detail: what is missing, or who decided
    :param unrecorded: whether SageMaker shows a status that no record explains
    """

    phase: Literal["approved", "rejected", "waiting"]
    detail: str
    unrecorded: bool = False


def approval_state(package_arn: str, model: str, ledger_table: str, region_name: str) -> ApprovalState:
    """How a package stands now.

    :param package_arn: SageMaker model package
    :param model: the model
    :param ledger_table: the environment's ledger
    :param region_name: AWS region
    """
    package = ModelRegistryHook(region_name=region_name).package(package_arn)
    ledger = LedgerHook(table=ledger_table, region_name=region_name)
    record = Approvals(ledger, model).get(package.digest) if package.digest else None
    if record and record.number != package.number:
        record = None  # a copy of another package's metadata
    if record and record.outcome == "reject":
        return ApprovalState("rejected", f"{record.sentence}: {record.comment or 'no comment'}")
    if record and package.status == "Approved":
        return ApprovalState("approved", record.sentence)
    if record:
        return ApprovalState("waiting", f"{record.sentence}, and SageMaker shows {package.status}")
    if package.status == "Rejected":
        return ApprovalState("rejected", "SageMaker shows Rejected, and no record in the ledger says by whom", True)
    if package.status == "Approved":
        return ApprovalState(
            "waiting",
            f"SageMaker shows Approved for {package_arn}, and no record in the ledger says by whom: somebody has set "
            "the status by other means. That is not enough; it must be approved by release_model",
            True,
        )
    return ApprovalState("waiting", "nobody has decided")
