"""How far a delivery is, as the ledger says."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from demo.deliveries import Delivery

STATES = ("waiting", "delivered", "claimed", "acquired", "published")
WORDS = {
    "delivered": "Airflow looks for the files",
    "claimed": "Spark loads them into the raw table",
    "acquired": "Spark applies the rules and checks",
    "published": "",
}


@dataclass
class Progress:
    """One delivery's way.

    :param batch_id: what the delivery is known by
    :param state: one of ``STATES``
    :param already: it was published before this run of the story
    :param released: clock when it was delivered; None while it waits for others
    :param reached: state → seconds after its release
    """

    delivery: Delivery
    batch_id: str
    state: str = "waiting"
    already: bool = False
    released: float | None = None
    reached: dict[str, float] = field(default_factory=dict)

    @property
    def is_published(self) -> bool:
        """Whether it has arrived."""
        return self.state == "published"

    @property
    def elapsed(self) -> float:
        """Seconds since its release, up to its publication."""
        if self.released is None:
            return 0.0
        return self.reached.get("published", time.monotonic() - self.released)

    @property
    def now(self) -> str:
        """What happens to it now, for people."""
        return WORDS.get(self.state) or ("" if self.is_published else f"waits for {', '.join(self.delivery.after)}")

    @property
    def next_mark(self) -> str:
        """The state of the three that people are shown which comes next."""
        return next(state for state in ("delivered", "acquired", "published") if not self.has_reached(state))

    def has_reached(self, state: str) -> bool:
        """Whether it is in this state or beyond."""
        return STATES.index(self.state) >= STATES.index(state)

    def reach(self, state: str) -> None:
        """Note that it is in this state now; an earlier one changes nothing."""
        if self.released is None or self.has_reached(state):
            return
        self.state = state
        self.reached[state] = time.monotonic() - self.released
