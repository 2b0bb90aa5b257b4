"""Who may write a product's tables: one run at a time for each layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, get_args

from groundwork.hooks.leases import Leases
from groundwork.spec.ledger import lease_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook

WrittenLayer = Literal["raw", "refined", "feature", "prediction"]
LAYERS: tuple[WrittenLayer, ...] = get_args(WrittenLayer)


class Writers:
    """The writer leases of one product.

    :param ledger: where they are written
    :param product: the product
    """

    def __init__(self, ledger: LedgerHook, product: str) -> None:
        self._ledger = ledger
        self._leases = Leases(ledger)
        self.product = product

    def take(self, layer: WrittenLayer, holder: str, seconds: float, is_over: Callable[[str], bool]) -> int | None:
        """Become the writer of a layer.

        :param holder: the run that wants to write
        :param seconds: after which the lease ends by itself
        :param is_over: whether another holder's run has ended, so that its lease need not run out
        :return: the fencing token; None while another run writes
        """
        name = _lease(layer, self.product)
        token = self._leases.acquire(name, holder, seconds)
        if token is None and (other := self._leases.holder(name)) and is_over(other):
            self._release(layer, other)
            token = self._leases.acquire(name, holder, seconds)
        return token

    def holder(self, layer: WrittenLayer) -> str | None:
        """The run that writes a layer now."""
        return self._leases.holder(_lease(layer, self.product))

    def release(self, holder: str) -> None:
        """Let go of every layer that a run writes."""
        for layer in LAYERS:
            self._release(layer, holder)

    def _release(self, layer: WrittenLayer, holder: str) -> None:
        name = _lease(layer, self.product)
        found = self._ledger.get(**lease_key(name))
        if found and found["holder"] == holder:
            self._leases.release(name, holder, found["token"])


def _lease(layer: WrittenLayer, product: str) -> str:
    return f"{layer}/{product}"
