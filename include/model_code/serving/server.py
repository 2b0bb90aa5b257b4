"""The program ``serve``: one process whose threads answer requests until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

import uvicorn

from model_code.container import Container
from model_code.errors import ModelError
from model_code.quick_start import leave_out_sklearn
from model_code.serving.answer import Answerer
from model_code.serving.application import application

# In the container, SageMaker asks from outside of the container's network; a process on a laptop is told to listen on
# 127.0.0.1 only.
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104
HOST_VARIABLE = "SAGEMAKER_BIND_HOST"
PORT_VARIABLE = "SAGEMAKER_BIND_TO_PORT"
# SageMaker kills a container 30 s after it asked it to stop.
DRAIN_SECONDS = 25


def main() -> int:
    """Serve the model in the container's model folder.

    Nothing listens before the model is loaded, so that /ping answers when requests are answered and not before.

    :return: 0 after it was told to stop and has answered what it was asked; 1 when the model does not load
    """
    began = time.monotonic()
    leave_out_sklearn()
    try:
        answerer = Answerer.load(Container.here().model)
    except ModelError as error:
        print(f"the model does not load: {error}", file=sys.stderr, flush=True)
        return 1
    host, port = os.environ.get(HOST_VARIABLE, ALL_ADDRESSES), int(os.environ.get(PORT_VARIABLE, "8080"))
    print(f"model {answerer.version} loaded in {time.monotonic() - began:.2f} s, port {port}", flush=True)
    config = uvicorn.Config(
        application(answerer),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    # uvicorn raises the signal again when it has answered what it was asked.
    signal.signal(signal.SIGTERM, _stopped)
    uvicorn.Server(config).run()
    return 0


def _stopped(_: int, __: FrameType | None) -> NoReturn:
    print("stopped", flush=True)
    sys.exit(0)
