"""How the state of the services is cut into units, so that a write costs what it changes and not what there is.

S3 and DynamoDB grow with their data: S3 has a unit for each key, DynamoDB for each partition. What is left of them, and
every other service, is one unit for each account and region.
"""

from __future__ import annotations

import copyreg
import io
import json
import pickle
import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import xmltodict
from moto.backends import get_backend
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.s3.models import FakeBucket, s3_backends
from moto.s3.utils import _VersionedKeyStore

from sandbox.bodies import StoredKey
from sandbox.journal import Unit
from sandbox.services import Call, object_path

OBJECT, PARTITION, BACKEND = "object", "partition", "backend"


def without(attribute: str, empty: Any) -> Any:
    """A reducer that leaves one attribute out: what it holds has units of its own."""

    def reduce(thing: Any) -> tuple[Any, ...]:
        return copyreg.__newobj__, (type(thing),), {**thing.__dict__, attribute: empty()}  # type: ignore[attr-defined]

    return reduce


def items_by_hash() -> defaultdict[Any, Any]:
    """The empty items of a DynamoDB table."""
    return defaultdict(dict)


class Pickler(pickle.Pickler):
    """Pickles moto's objects: a lock becomes a new lock, buckets lose their keys and tables their items."""

    dispatch_table = copyreg.dispatch_table | {
        type(threading.Lock()): lambda _: (threading.Lock, ()),
        type(threading.RLock()): lambda _: (threading.RLock, ()),
        threading.Condition: lambda _: (threading.Condition, ()),
        FakeBucket: without("keys", _VersionedKeyStore),
        Table: without("items", items_by_hash),
    }


def pickled(state: Any) -> bytes:
    """The state as bytes."""
    buffer = io.BytesIO()
    Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(state)
    return buffer.getvalue()


def touched_units(call: Call, environ: dict[str, Any], body: bytes) -> list[Unit]:
    """The units of the objects and items that a call names, as they are now."""
    if call.service == "s3":
        bucket, key = object_path(environ)
        keys = named_keys(body) if call.action == "DeleteObjects" else [key]
        return [object_unit(bucket, each) for each in keys if each]
    if call.service == "dynamodb":
        return [unit for table, item in named_items(call.action, json.loads(body)) for unit in item_units(table, item)]
    return []


def named_keys(body: bytes) -> list[str]:
    """The keys in the body of DeleteObjects."""
    return [each["Key"] for each in xmltodict.parse(body, force_list=("Object",))["Delete"]["Object"]]


def named_items(action: str, request: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table, and item or key, of everything that a DynamoDB request writes."""
    if action in ("PutItem", "UpdateItem", "DeleteItem"):
        writes = [(request["TableName"], request)]
    elif action == "BatchWriteItem":
        tables = request["RequestItems"].items()
        writes = [(table, write) for table, wanted in tables for each in wanted for write in each.values()]
    elif action == "TransactWriteItems":
        writes = [(write["TableName"], write) for each in request["TransactItems"] for write in each.values()]
    else:
        writes = []
    for table, write in writes:
        yield table.rsplit("/", 1)[-1], write.get("Item") or write.get("Key") or {}


def item_units(table_name: str, item: dict[str, Any]) -> Iterator[Unit]:
    """The partition that an item lies in, in every region that has the table."""
    for account, region, backend in dynamodb_backends.iter_backends():
        table = backend.tables.get(table_name)
        if table is None or table.hash_key_attr not in item:
            continue
        value = DynamoType(item[table.hash_key_attr])
        found = table.items.get(value)
        # The moment of its creation tells a table from an earlier one of the same name.
        born = table.created_at.isoformat()
        name = "/".join((account, region, table_name, born, json.dumps(item[table.hash_key_attr], sort_keys=True)))
        state = pickled((account, region, table_name, born, value, found)) if found else None
        yield Unit("dynamodb", PARTITION, name, state)


def object_unit(bucket: str, key: str) -> Unit:
    """All versions of one key."""
    found = bucket_of(bucket)
    versions = found.keys.getlist(key, []) if found else []
    name = f"{bucket}/{key}"
    if not versions:
        return Unit("s3", OBJECT, name, None)
    bodies = {body for version in versions if isinstance(version, StoredKey) for body in version.bodies()}
    return Unit("s3", OBJECT, name, pickled((bucket, key, versions)), tuple(bodies))


def bucket_of(name: str) -> Any:
    """Moto's bucket, wherever it lies; None when there is none."""
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


def backend_units(service: str) -> Iterator[Unit]:
    """One unit for each account and region of a service, less what has units of its own.

    :param service: moto's name of the service
    """
    for account, region, backend in list(get_backend(service).iter_backends()):
        bodies = uploaded_bodies(backend) if service == "s3" else ()
        yield Unit(service, BACKEND, f"{account}/{region}", pickled((account, region, backend)), bodies)


def uploaded_bodies(backend: Any) -> tuple[str, ...]:
    """Bodies of the parts of uploads in progress."""
    uploads = [upload for bucket in backend.buckets.values() for upload in bucket.multiparts.values()]
    return tuple(part.body for upload in uploads for part in upload.parts.values())


def restore(unit: Unit) -> bool:
    """Put a unit back into moto; false when what it belonged to is gone. Backends go first.

    :param unit: as it was written
    """
    state = pickle.loads(unit.state or b"")  # noqa: S301 (our own file, see README)
    if unit.kind == BACKEND:
        restore_backend(unit.service, *state)
        return True
    if unit.kind == OBJECT:
        bucket, key, versions = state
        found = bucket_of(bucket)
        if found is not None:
            found.keys.setlist(key, versions)
        return found is not None
    account, region, table_name, born, value, items = state
    table = dynamodb_backends[account][region].tables.get(table_name)
    if table is None or table.created_at.isoformat() != born:
        return False
    table.items[value] = items
    return True


def restore_backend(service: str, account: str, region: str, backend: Any) -> None:
    """Put back a backend, and for S3 who owns its buckets: moto keeps that beside it."""
    get_backend(service)[account][region] = backend
    if service == "s3":
        s3_backends.bucket_accounts.update(dict.fromkeys(backend.buckets, (region, account)))
