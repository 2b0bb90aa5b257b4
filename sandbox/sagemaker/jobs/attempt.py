"""One job from its slot to its end, on a thread of its own. There is never a second attempt."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.processes.log_stream import LogStream
from sandbox.processes.output import STREAMS
from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.jobs.container import Container
from sandbox.sagemaker.jobs.record import RESTARTED, STOPPED
from sandbox.sagemaker.jobs.work import Work

LOG = logging.getLogger(__name__)


class Attempt:
    """Carries a job out.

    :param work: how it is done
    """

    def __init__(self, work: Work[Any]):
        self.work = work
        self.job = work.job
        self._log = LogStream(work.shop.logs, work.LOG_GROUP, f"{work.job.name}/algo-1-{int(time.time())}")
        self._container: Container | None = None
        self._shipping = threading.Lock()
        self._complained = False

    def run(self) -> None:
        """Do it; whatever goes wrong ends the job with the reason."""
        try:
            self._do()
        except JobFailure as failure:
            self._fail(str(failure))
        except Exception as error:
            LOG.exception("%s job %s went wrong", self.job.KIND, self.job.name)
            self._fail(f"InternalServerError: {type(error).__name__}: {error}")
        finally:
            for name in ("ml", "tmp", "input"):
                shutil.rmtree(self.work.folder / name, ignore_errors=True)

    def ship(self, *, last: bool = False) -> None:
        """Send what is new to the log; a log that cannot be written is complained of once and does not fail the job."""
        with self._shipping:
            try:
                for stream in STREAMS:
                    self._log.send(self.work.folder / stream, last=last)
            except (ClientError, BotoCoreError, OSError) as error:
                if not self._complained:
                    LOG.warning("log of %s job %s cannot be delivered: %s", self.job.KIND, self.job.name, error)
                self._complained = True

    def _do(self) -> None:
        if self.work.folder.exists():
            raise JobFailure(RESTARTED)  # its record was lost with the last second before a crash, its work was not
        start = self.work.prepare()
        if self.work.shop.closing.is_set():
            self._put_back()
            return
        if self.job.status == "Stopping":
            self.job.end("Stopped")
            return
        container = self._container = Container(self.job.arn, start.command, start.environment, self.work.folder)
        self.work.shop.containers.start(container)
        self.work.attend(container)
        self.ship(last=True)
        if self.work.shop.closing.is_set() and self.job.status == "InProgress":
            self.job.end("Failed", STOPPED)
        else:
            self.work.conclude(container)

    def _put_back(self) -> None:
        """No process has done anything yet, so the next server may begin anew."""
        shutil.rmtree(self.work.folder, ignore_errors=True)
        self.job.wait_again()

    def _fail(self, reason: str) -> None:
        if self._container is None and self.work.shop.closing.is_set():  # what failed may be the server that goes down
            self._put_back()
            return
        self.ship(last=True)
        if self.job.status == "Stopping" and not self.job.ran_too_long:
            self.job.end("Stopped")
        else:
            self.job.end("Failed", reason)
