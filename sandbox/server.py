"""The server process: takes the home, restores the state, serves until SIGTERM, ends jobs, writes the rest."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from typing import IO

from sandbox.settings import ACCOUNT_ID, REGION, Settings

log = logging.getLogger("sandbox.server")
LOG_BYTES = 10_000_000
LOG_FILES = 3
LOCK_SECONDS = 1.0


class HomeTaken(Exception):
    """Another server runs on this home."""


def serve(settings: Settings) -> None:
    """Run a sandbox in this process until SIGTERM or SIGINT.

    :param settings: the sandbox to run
    :raises HomeTaken: another server runs on the same home
    :raises PortBusy: something listens on the port
    :raises StateMismatch: the state was written by another version of moto
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_file = take_home(settings)
    write_log_to(settings)
    # Read by moto as it is imported: one account; no CORS, so that no web page can read the sandbox; no invented keys.
    os.environ |= {"MOTO_ACCOUNT_ID": ACCOUNT_ID, "MOTO_DISABLE_GLOBAL_CORS": "true", "AWS_DEFAULT_REGION": REGION}
    run(settings, lock_file)


def run(settings: Settings, lock_file: IO[str]) -> None:
    """Put the parts together, and take them apart in the opposite order."""
    import moto

    from sandbox import backends, bodies, emr_serverless, featurestore, messages, sagemaker
    from sandbox.admin import Admin
    from sandbox.faults import Faults
    from sandbox.gateway import Gateway
    from sandbox.http_server import SandboxServer
    from sandbox.images.registry import ImageRegistry
    from sandbox.journal import Journal
    from sandbox.persistence import Persistence
    from sandbox.processes.job_faults import JobFaults
    from sandbox.sagemaker import endpoints

    folder = bodies.BodyFolder(settings.state / "objects")
    bodies.install(folder)
    backends.install()
    images, job_faults = ImageRegistry(settings.images), JobFaults()
    spark = emr_serverless.install(settings, job_faults)
    models = sagemaker.install(settings, images, job_faults)
    serving, features = endpoints.install(settings, images), featurestore.install(settings)
    pages = {
        "images": images.answer,
        "job-faults": job_faults.answer,
        "emr-serverless": spark.admin,
        "sagemaker": models.admin,
        "endpoints": serving.admin,
        "messages": messages.answer,
    }
    faults, counts = Faults(), Counter[tuple[str, str]]()
    persistence = Persistence(Journal(settings.state / "services.sqlite", moto.__version__), folder)
    admin = Admin(faults, counts, pages)
    server = SandboxServer(
        settings.port,
        Gateway(
            persistence,
            faults,
            counts,
            admin,
            {"sagemaker-runtime": serving.answer, "sagemaker-featurestore-runtime": features.answer},
        ),
    )
    orphans = persistence.restore()
    # what works first, because it still uploads its logs
    stop_on_signal(spark.stop, models.stop, serving.stop, features.stop, server.shutdown)
    listener = threading.Thread(target=server.serve_forever, name="listen", daemon=True)
    listener.start()
    persistence.start()
    spark.start()
    models.start()
    serving.start()
    features.start()
    announce(lock_file, settings)
    admin.ready()
    log.info("listening on %s, pid %s, %s orphaned bodies swept", settings.endpoint, os.getpid(), orphans)
    listener.join()
    server.server_close()
    persistence.close()
    log.info("stopped")


def take_home(settings: Settings) -> IO[str]:
    """Lock the home for this process; the lock goes with the process, however that ends.

    :param settings: the sandbox whose home it is
    :raises HomeTaken: another server holds it
    """
    lock_file = (settings.home / "server.lock").open("a+", encoding="utf-8")
    until = time.monotonic() + LOCK_SECONDS  # a `status` of somebody else may hold it for a moment
    while True:
        try:
            fcntl.lockf(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock_file
        except OSError as taken:
            if time.monotonic() > until:
                message = f"a sandbox already runs on {settings.home}: `python -m sandbox down` stops it"
                raise HomeTaken(message) from taken
            time.sleep(0.05)


def announce(lock_file: IO[str], settings: Settings) -> None:
    """Write into the lock file who holds it, now that calls are answered."""
    lock_file.truncate(0)
    json.dump({"pid": os.getpid(), "port": settings.port, "started": time.time()}, lock_file)
    lock_file.flush()


def stop_on_signal(*steps: Callable[[], None]) -> None:
    """Take the steps at the first SIGTERM or SIGINT, in a thread, because they wait for others."""
    stopping = threading.Lock()

    def stop() -> None:
        for step in steps:
            try:
                step()
            except Exception:
                log.exception("stopping went wrong")

    def on_signal(*_: object) -> None:
        if stopping.acquire(blocking=False):
            threading.Thread(target=stop, name="stop").start()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


def write_log_to(settings: Settings) -> None:
    """One line a request into ``server.log``, at most 40 MB in all."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(settings.logs / "server.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES)
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(message)s", "%Y-%m-%dT%H:%M:%S"))
    logger = logging.getLogger("sandbox")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
