"""How a transform job is done."""

from __future__ import annotations

import gzip
import signal
import zlib
from pathlib import Path
from typing import Any, ClassVar

from sandbox.processes.job_faults import JobFault
from sandbox.sagemaker.environment import container_environment, make_folders
from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.jobs.container import Container
from sandbox.sagemaker.jobs.s3_source import SourceObject, download, find_objects
from sandbox.sagemaker.jobs.upload import upload_file
from sandbox.sagemaker.jobs.work import Start, Work
from sandbox.sagemaker.jobs.workshop import Workshop
from sandbox.sagemaker.model_data import ModelDataError, fetch_model
from sandbox.sagemaker.transform.batches import MEGABYTE, cut
from sandbox.sagemaker.transform.exchange import Exchange
from sandbox.sagemaker.transform.record import TransformJob
from sandbox.sagemaker.transform.server import HOST, ModelServer, free_port

START_SECONDS = 600.0
DEFAULT_PAYLOAD_MB = 6
DEFAULT_ANSWER_SECONDS = 600
DEFAULT_RETRIES = 3


class TransformWork(Work[TransformJob]):
    """Model and input are fetched, ``serve`` is started and asked, each object's answers are written when complete."""

    LOG_GROUP: ClassVar[str] = "/aws/sagemaker/TransformJobs"

    def __init__(self, job: TransformJob, shop: Workshop, fault: JobFault | None):
        super().__init__(job, shop, fault)
        self._port = 0
        self._source: list[SourceObject] = []
        self._failure: JobFailure | None = None

    def prepare(self) -> Start:
        """Bring image, model and input."""
        ml = make_folders(self.folder)
        image = self.shop.image(self.job.image)
        command = self.shop.command(image, "serve", ["serve"])
        try:
            if self.job.data_url:
                fetch_model(self.shop.s3, self.job.data_url, ml / "model")
        except ModelDataError as error:
            raise JobFailure(f"ClientError: {error}") from error
        source = self.job.request["TransformInput"]["DataSource"]["S3DataSource"]
        self._source = find_objects(self.shop.s3, source["S3DataType"], source["S3Uri"], "the input")
        download(self.shop.s3, self._source, self.folder / "input", "the input")
        self._port = free_port()
        return Start(command, container_environment(self.shop.settings, self.folder) | self._variables())

    def attend(self, container: Container) -> None:
        """Ask the server about everything, then let it go."""
        self.watch_beside(container)
        try:
            self._transform(container)
        except JobFailure as failure:
            self._failure = failure
        finally:
            lives = not container.gone.is_set()
            self.shop.containers.signal(container, signal.SIGTERM)
            self.shop.containers.end(container, self.shop.limits.grace_seconds)
        if lives and self._failure is None:
            container.status = 0  # it ended because we asked it to

    def conclude(self, container: Container) -> None:
        """End as the answers went; objects that were complete before a failure stay written."""
        if self.job.status == "Stopping":
            self.job.end("Stopped")
        elif self._failure is not None:
            said = str(self._failure)
            self.job.end("Failed", said or self.failure(container, self.ml / "output" / "failure"))
        else:
            self.job.end("Completed")

    def _transform(self, container: Container) -> None:
        client = self.job.request.get("ModelClientConfig", {})
        server = ModelServer(
            container,
            self._port,
            seconds=client.get("InvocationsTimeoutInSeconds", DEFAULT_ANSWER_SECONDS),
            retries=client.get("InvocationsMaxRetries", DEFAULT_RETRIES),
        )
        server.wait(START_SECONDS)
        settings = {**server.parameters(), **self.job.request}
        for each in self._source:
            answers = self._answers(server, each, settings)
            self._write(each, answers)

    def _answers(self, server: ModelServer, each: SourceObject, settings: dict[str, Any]) -> Path:
        """Ask about one object and return the file with the answers."""
        target = self.folder / "tmp" / "answers"
        exchange = Exchange.of(self.job.request)
        batches = cut(
            self._read(each),
            by_line=self.job.request["TransformInput"].get("SplitType", "None") == "Line",
            single=settings.get("BatchStrategy", "MultiRecord") == "SingleRecord",
            most_bytes=int(settings.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB)) * MEGABYTE,
        )
        with target.open("wb") as output:
            for batch in batches:
                if self.job.status == "Stopping":
                    raise JobFailure("")
                output.write(exchange.ask(server, batch, each.address))
        return target

    def _read(self, each: SourceObject) -> bytes:
        content = (self.folder / "input" / each.path).read_bytes()
        if self.job.request["TransformInput"].get("CompressionType", "None") == "None":
            return content
        try:
            return gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise JobFailure(f"ClientError: {each.address} is not a whole gzip file: {error}") from error

    def _write(self, each: SourceObject, answers: Path) -> None:
        output = self.job.request["TransformOutput"]
        place = f"{output['S3OutputPath'].rstrip('/')}/{each.path}.out"
        upload_file(self.shop.s3, answers, place, output.get("KmsKeyId", ""))

    def _variables(self) -> dict[str, str]:
        asked = self.job.request
        variables = {
            "SAGEMAKER_BATCH": "true",
            "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(asked.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB)),
            "SAGEMAKER_BATCH_STRATEGY": asked.get("BatchStrategy", "MultiRecord"),
            "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": str(asked.get("MaxConcurrentTransforms", 1)),
            "SM_MODEL_DIR": str(self.ml / "model"),
        }
        bound = {"SAGEMAKER_BIND_HOST": HOST, "SAGEMAKER_BIND_TO_PORT": str(self._port)}  # whatever its model asks for
        return variables | dict(self.job.environment) | asked.get("Environment", {}) | bound
