"""Waits for the approval of a model package without holding a worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from groundwork.triggers.job import LONGEST_PAUSE, is_transient
from groundwork.triggers.patient import PatientTrigger

if TYPE_CHECKING:
    from groundwork.hooks.model_approval import ApprovalState


class ModelApprovalTrigger(PatientTrigger):
    """Fires once, when a package is approved or rejected, or can be watched no longer.

    The event holds ``phase`` (``approved``, ``rejected`` or ``unknown``) and ``detail``. Passing troubles of AWS are
    waited out.

    :param package_arn: SageMaker model package
    :param model: the model
    :param ledger_table: the environment's ledger
    :param region_name: AWS region
    :param poll_seconds: pause between two looks
    """

    def __init__(self, *, package_arn: str, model: str, ledger_table: str, region_name: str, poll_seconds: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.package_arn = package_arn
        self.model = model
        self.ledger_table = ledger_table
        self.region_name = region_name
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class and arguments."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "package_arn": self.package_arn,
            "model": self.model,
            "ledger_table": self.ledger_table,
            "region_name": self.region_name,
            "poll_seconds": self.poll_seconds,
        }

    async def event(self) -> dict[str, str]:
        """Look until it is decided."""
        troubles, told = 0, ""
        while True:
            try:
                # The ledger's client is a plain one; a thread keeps the triggerer's loop free.
                state = await asyncio.to_thread(self._look)
            except (ClientError, BotoCoreError, OSError) as error:
                if not is_transient(error):
                    return {"phase": "unknown", "detail": str(error)}
                troubles += 1
                pause = min(self.poll_seconds * 2**troubles, LONGEST_PAUSE)
                self.log.warning("the package cannot be looked at, again in %.0f s: %s", pause, error)
                await asyncio.sleep(pause)
                continue
            if state.phase != "waiting":
                return {"phase": state.phase, "detail": state.detail}
            if state.unrecorded and state.detail != told:
                self.log.warning("%s", state.detail)
                told = state.detail
            troubles = 0
            await asyncio.sleep(self.poll_seconds)

    def _look(self) -> ApprovalState:
        from groundwork.hooks.model_approval import approval_state

        return approval_state(self.package_arn, self.model, self.ledger_table, self.region_name)
