"""One request's way: what of the records is sent, and what of the answer is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.transform.batches import Batch
from sandbox.sagemaker.transform.filters import ColumnFilter, FilterError, read_filter, read_records, write_records
from sandbox.sagemaker.transform.server import ModelServer


@dataclass(frozen=True)
class Exchange:
    """How records are asked about.

    :param headers: of each request
    :param by_line: each answer ends with a line's end
    :param sent: columns that go to the model
    :param kept: columns of what comes back
    :param joined: what comes back begins with the record
    """

    headers: dict[str, str]
    by_line: bool
    sent: ColumnFilter
    kept: ColumnFilter
    joined: bool

    @classmethod
    def of(cls, request: dict[str, Any]) -> Exchange:
        """As a CreateTransformJob wants it."""
        source, output = request["TransformInput"], request["TransformOutput"]
        processing = request.get("DataProcessing", {})
        headers = {"Content-Type": source.get("ContentType"), "Accept": output.get("Accept")}
        return cls(
            headers={name: value for name, value in headers.items() if value},
            by_line=output.get("AssembleWith", "None") == "Line",
            sent=read_filter(processing.get("InputFilter", "$")),
            kept=read_filter(processing.get("OutputFilter", "$")),
            joined=processing.get("JoinSource", "None") == "Input",
        )

    def ask(self, server: ModelServer, batch: Batch, place: str) -> bytes:
        """What one request adds to the output.

        :param place: address of the object, for errors
        :raises JobFailure: no answer, or one that cannot be joined
        """
        what = f"{batch} of {place}"
        if not self.joined and self.sent.everything and self.kept.everything:
            return self._ended(server.invoke(batch.body, self.headers, what))
        try:
            return self._columns(server, batch, what)
        except (FilterError, UnicodeDecodeError) as error:
            raise JobFailure(f"ClientError: DataProcessing: {what}: {error}") from error

    def _columns(self, server: ModelServer, batch: Batch, what: str) -> bytes:
        records = read_records(batch.body.decode())
        sent = write_records(self.sent.of(record) for record in records)
        answers = read_records(server.invoke(sent.encode(), self.headers, what).decode())
        if self.joined:
            if len(answers) != len(records):
                raise JobFailure(
                    f"ClientError: DataProcessing: the model answered with {len(answers)} lines to the "
                    f"{len(records)} of {what}; they cannot be joined"
                )
            answers = [[*record, *answer] for record, answer in zip(records, answers, strict=True)]
        return self._ended(write_records(self.kept.of(answer) for answer in answers).encode())

    def _ended(self, answer: bytes) -> bytes:
        return answer + b"\n" if self.by_line and not answer.endswith(b"\n") else answer
