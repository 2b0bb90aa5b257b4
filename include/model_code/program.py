"""How every job of the container begins and ends."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from groundwork.spec.model_run import ModelRun
from model_code.container import existing
from model_code.errors import ModelError

# SageMaker keeps no more of it.
LONGEST_REASON = 1024


def run_program(work: Callable[[], None], reason_file: Path) -> int:
    """Do the work; when it cannot be done, leave the reason where SageMaker looks for it.

    :param work: the program's
    :param reason_file: ``output/failure`` of a training job, ``output/message`` of a processing job
    :return: exit code: 0, or 1 with the reason as the last line of stderr too
    """
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, SageMaker shall tell it
        if not isinstance(error, ModelError):
            traceback.print_exc()
        reason = str(error) if isinstance(error, ModelError) else f"{type(error).__name__}: {error}"
        reason_file.parent.mkdir(parents=True, exist_ok=True)
        reason_file.write_text(reason[:LONGEST_REASON])
        sys.stdout.flush()
        print(reason, file=sys.stderr, flush=True)
        return 1
    return 0


def read_run(folder: Path) -> ModelRun:
    """The frozen run that a job was given.

    :param folder: holds ``run.json``
    :raises ModelError: it is not there, or is none
    """
    file = existing(folder / "run.json", "the job was not given its run")
    try:
        return ModelRun.from_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ModelError(f"{file} is not the frozen run of a model: {place}: {first['msg']}") from error
