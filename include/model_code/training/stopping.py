"""SageMaker stops a job with SIGTERM and waits two minutes before it kills."""

from __future__ import annotations

import signal
from types import FrameType

from model_code.errors import ModelError


class Stopping:
    """Whether the job has been told to stop; until somebody can end in good order, being told ends it at once."""

    def __init__(self) -> None:
        self.asked = False
        self.orderly = False
        signal.signal(signal.SIGTERM, self._told)

    def _told(self, _: int, __: FrameType | None) -> None:
        self.asked = True
        if not self.orderly:
            raise ModelError("the job was stopped before there was a model")
