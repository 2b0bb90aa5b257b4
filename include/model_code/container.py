"""SageMaker's container contract: which folder holds what."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_code.errors import ModelError

PREFIX_VARIABLE = "GROUNDWORK_ML_PREFIX"


@dataclass(frozen=True)
class Container:
    """The folders of one container.

    :param prefix: ``/opt/ml``, or what stands for it where there is none
    """

    prefix: Path

    @classmethod
    def here(cls) -> Container:
        """The container that this process runs in; not read from the SM_* variables, which only training has."""
        return cls(Path(os.environ.get(PREFIX_VARIABLE, "/opt/ml")))

    @property
    def model(self) -> Path:
        """Where training leaves the model, and where a served one is unpacked."""
        return self.prefix / "model"

    @property
    def processing(self) -> Path:
        """Inputs and outputs of a processing job."""
        return self.prefix / "processing"

    @property
    def failure(self) -> Path:
        """What becomes a training job's FailureReason."""
        return self.prefix / "output" / "failure"

    @property
    def message(self) -> Path:
        """What becomes a processing job's ExitMessage."""
        return self.prefix / "output" / "message"

    def channel(self, name: str) -> Path:
        """Folder of a training channel.

        :raises ModelError: the job has no such channel
        """
        return existing(self.prefix / "input" / "data" / name, f"the job has no channel {name!r}; add it")

    def configuration(self, name: str) -> dict[str, Any]:
        """One of ``hyperparameters``, ``resourceconfig``, ``inputdataconfig``; empty where there is none."""
        file = self.prefix / "input" / "config" / f"{name}.json"
        content: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
        return content


def existing(path: Path, problem: str) -> Path:
    """The path, if it is there.

    :param problem: what is wrong if it is not
    :raises ModelError: it is not there
    """
    if not path.exists():
        raise ModelError(f"{problem} ({path} is not there)")
    return path
