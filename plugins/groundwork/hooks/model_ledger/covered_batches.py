"""Which batches a feature table or a prediction table holds, and what of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from groundwork.spec.ledger import batch_sort_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook


class CoveredBatches:
    """Batches of one table. What a batch was made from is a text; another text means that it must be made anew.

    :param ledger: where they are written
    :param partition: of the feature view or model
    """

    def __init__(self, ledger: LedgerHook, partition: str) -> None:
        self._ledger = ledger
        self._partition = partition

    def all(self) -> dict[str, str]:
        """Batch → what it was made from."""
        found = self._ledger.query(self._partition, batch_sort_key(""))
        return {item["batch_id"]: item["made_from"] for item in found}

    def record(self, made_from: Mapping[str, str], run: str) -> None:
        """Write down what batches were made from; the same again changes nothing.

        :param made_from: batch → what it was made from
        :param run: prefix of the run that did
        :raises RuntimeError: another run writes the same table at this moment
        """
        for batch_id, text in made_from.items():
            key = {"pk": self._partition, "sk": batch_sort_key(batch_id)}
            content = {"batch_id": batch_id, "made_from": text, "run": run}
            found = self._ledger.get(**key)
            if found is None:
                written = self._ledger.create({**key, **content})
            else:
                written = self._ledger.update(key, content, {"made_from": found["made_from"], "run": found["run"]})
            if not written:
                raise RuntimeError(f"batch {batch_id} of {self._partition} was changed by another run at this moment")
