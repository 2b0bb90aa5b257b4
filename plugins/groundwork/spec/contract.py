"""What a data product promises, narrowed from the Open Data Contract Standard to what Groundwork carries out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from groundwork.spec.base import Frozen, Identifier, problem_at
from groundwork.spec.cron import checked_cron
from groundwork.spec.expectation import Expectation

LoadMode = Literal["append", "full", "upsert"]
Classification = Literal["public", "internal", "personal", "sensitive_personal"]
PERSONAL: frozenset[str] = frozenset({"personal", "sensitive_personal"})

SYSTEM_COLUMNS: dict[str, str] = {
    "event_time": "timestamp",
    "known_at": "timestamp",
    "_batch_id": "string",
    "_source_file": "string",
    "_source_row": "bigint",
}
"""Columns that every published table has beside its own: UTC times and where the row came from."""
ORDER_COLUMNS: dict[str, str] = {"_sequence": "bigint"}
"""Columns of a table that is upserted: the number of the acquisition, which orders rows of the same event time."""
HISTORY_COLUMNS: dict[str, str] = {"valid_from": "timestamp", "valid_to": "timestamp", "is_current": "boolean"}
"""Columns of a table that keeps every version of a key: from when, until when (exclusive; null: still), and whether it
is the one that stands."""


class Column(Frozen):
    """One column of the published table, or one field of the landing files.

    :param name: name in our tables
    :param header: name in the landing file's header; equal to ``name`` where the contract says nothing
    :param type: Spark SQL type: string, boolean, int, bigint, double, decimal(p,s), date or timestamp
    :param format: Spark date-time pattern of a landing date or timestamp
    :param required: never null in the table; present in every landing file
    :param unique: no value twice in the published table
    :param key_position: 1-based place in the primary key
    :param classification: how far it identifies a person
    :param exemption: why a column with personal data is published as it is; empty where no exemption is declared
    """

    name: Identifier
    header: str
    type: str = Field(pattern=r"^(string|boolean|int|bigint|double|date|timestamp|decimal\(\d{1,2},\d{1,2}\))$")
    format: str | None = None
    required: bool = False
    unique: bool = False
    key_position: int | None = None
    classification: Classification = "internal"
    exemption: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


class Completeness(Frozen):
    """How one sees that the landing files have arrived whole; exactly one way is declared.

    :param settle_seconds: a file whose size and ETag have stayed the same for so long is whole
    :param manifest: name pattern of the file that lists a delivery: ``{"files": [{"name", "bytes", "sha256"}]}``
    """

    settle_seconds: int | None = Field(default=None, ge=0, le=86_400)
    manifest: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.*-]+$")

    @model_validator(mode="after")
    def _one_way(self) -> Completeness:
        if (self.settle_seconds is None) == (self.manifest is None):
            raise ValueError("declare exactly one of settleSeconds and manifest")
        return self


class Evolution(Frozen):
    """What happens when a landing file's columns are not the declared ones.

    :param added: a column the contract does not know: refuse the file, or load it without that column
    :param missing: a declared column that is not there: refuse the file, or read it as null
    :param retyped: a declared column none of whose values reads as its type: refuse the file, or quarantine its rows
    """

    added: Literal["refuse", "ignore"] = "refuse"
    missing: Literal["refuse", "null"] = "refuse"
    retyped: Literal["refuse", "quarantine"] = "refuse"


class Landing(Frozen):
    """Where files land and how they are written.

    :param location: ``s3://{landing}/folder/pattern*.csv``; ``{landing}`` is the environment's landing bucket
    :param format: csv, with a header line; a name ending in .gz is gzip
    :param delimiter: one character
    :param encoding: Java charset name
    :param columns: the fields of a file; the table's own columns where the contract has no ``landing`` schema
    """

    location: str = Field(pattern=r"^s3://\{landing\}/[A-Za-z0-9_./-]*[A-Za-z0-9_.*-]+$")
    format: Literal["csv"] = "csv"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Literal["UTF-8", "ISO-8859-1", "windows-1252", "UTF-16LE", "UTF-16BE"] = "UTF-8"
    completeness: Completeness = Completeness(settle_seconds=10)
    evolution: Evolution = Evolution()
    columns: tuple[Column, ...]

    @field_validator("location")
    @classmethod
    def _plain_path(cls, value: str) -> str:
        parts = value.removeprefix("s3://{landing}/").split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise ValueError("has an empty part, '.' or '..'; write s3://{landing}/folder/pattern*.csv")
        return value

    @field_validator("delimiter")
    @classmethod
    def _no_quoting(cls, value: str) -> str:
        if value in '"\\\r\n':
            raise ValueError(f"{value!r} cannot separate columns; it quotes or ends a line")
        return value


class DeleteFlag(Frozen):
    """How a row of an upserted product says that its key is no more.

    :param column: landing field, or column that a rule makes; the published table need not have it
    :param values: the row deletes where the column, as text, is one of them
    """

    column: Identifier
    values: tuple[str, ...] = Field(min_length=1)


class Contract(Frozen):
    """One data product.

    :param product: the file's stem, the table's name and a part of every name derived from it
    :param version: the contract's own version
    :param domain: business domain; a part of the database's name
    :param owner: user name of the accountable owner
    :param columns: the published table's columns, without the system's own
    :param load_mode: ``append`` adds each batch, ``full`` replaces the table by it, ``upsert`` keeps the newest row of
        every key: by event time, then acquisition, then place in the files
    :param delete_flag: which rows of an upsert delete their key; None: none does
    :param history: ``scd2`` keeps every version of a key with its time of validity; None: only the newest
    :param event_time: column that says when the row's event happened
    :param latency_hours: how old the newest event may be when a batch is acquired; None promises nothing
    :param known_at: column that says when the row could be known; acquisition time where left out
    :param known_in_advance: columns that are known before the row's event; features of the row itself read no other
    :param schedule: cron expression of the acquisition; None waits for a person or an event
    :param refine_with_acquire: one Spark job does both stages; for small tables, where a session costs more than work
    """

    product: Identifier
    id: str
    version: str
    title: str
    domain: Identifier
    status: Literal["active", "draft", "proposed", "deprecated", "retired"]
    owner: str
    purpose: str = ""
    limitations: str = ""
    usage: str = ""
    tags: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    landing: Landing | None = None
    load_mode: LoadMode = "append"
    delete_flag: DeleteFlag | None = None
    history: Literal["scd2"] | None = None
    event_time: Identifier | None = None
    latency_hours: float | None = None
    known_at: Identifier | None = None
    known_in_advance: tuple[Identifier, ...] = ()
    schedule: str | None = None
    refine_with_acquire: bool = False
    expectations: tuple[Expectation, ...] = ()

    @field_validator("schedule")
    @classmethod
    def _cron(cls, value: str | None) -> str | None:
        return None if value is None else checked_cron(value)

    @model_validator(mode="after")
    def _keyed(self) -> Contract:
        if problem := self._load_problem():
            raise problem_at(problem[1], problem[0])
        return self

    def _load_problem(self) -> tuple[str, str] | None:
        """Field and problem of what does not go with the load mode."""
        if self.load_mode != "upsert":
            given = "delete_flag" if self.delete_flag else "history" if self.history else None
            return (given, "goes with groundwork.loadMode: upsert alone; declare that, or remove it") if given else None
        if not self.primary_key:
            return "load_mode", "upsert needs a primary key; set primaryKey: true at the columns that tell rows apart"
        time = self.column(self.event_time) if self.event_time else None
        if time is not None and not time.required:
            return "event_time", f"upsert orders rows by {time.name!r}; set required: true at that column"
        taken = [column.name for column in self.columns if column.name in HISTORY_COLUMNS]
        if self.history and taken:
            return "history", f"scd2 makes the column {taken[0]!r} itself; choose another name for yours"
        return None

    @property
    def system_columns(self) -> dict[str, str]:
        """Name → type of the published table's columns beside its own."""
        upserted = ORDER_COLUMNS if self.load_mode == "upsert" else {}
        return SYSTEM_COLUMNS | upserted | (HISTORY_COLUMNS if self.history else {})

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the key columns, in the order of the key."""
        keys = [column for column in self.columns if column.key_position]
        return tuple(column.name for column in sorted(keys, key=lambda column: column.key_position or 0))

    @property
    def registered(self) -> bool:
        """Whether data may be acquired: active, and with a landing place."""
        return self.status == "active" and self.landing is not None

    def column(self, name: str) -> Column | None:
        """The published column of that name."""
        return next((column for column in self.columns if column.name == name), None)
