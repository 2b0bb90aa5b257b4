"""State on disk: what was acknowledged is there again after ``down``, and after kill -9 as well."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.launcher import Sandbox, SandboxError
from sandbox.settings import REGION

IRELAND = {"LocationConstraint": REGION}
PART_BYTES = 5 * 1024 * 1024


def kill(sandbox: Sandbox) -> None:
    os.kill(sandbox.status().pid, signal.SIGKILL)
    until = time.monotonic() + 5
    while sandbox.status().running and time.monotonic() < until:
        time.sleep(0.02)


def bodies(sandbox: Sandbox) -> list[Path]:
    return list((sandbox.settings.state / "objects").glob("??/*"))


def create_ledger(dynamodb: Any, name: str = "ledger", *keys: tuple[str, str]) -> None:
    keys = keys or (("pk", "HASH"),)
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def write_everything(sandbox: Sandbox, clients: Any) -> None:
    """One thing in each service, the last of them an instant before the end."""
    clients(sandbox, "sns").create_topic(Name="topic")
    sqs = clients(sandbox, "sqs")
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="kept")
    clients(sandbox, "secretsmanager").create_secret(Name="secret", SecretString="kept")
    clients(sandbox, "emr-serverless").create_application(name="spark", releaseLabel="emr-spark-8.0.0", type="SPARK")
    clients(sandbox, "iam").create_role(RoleName="role", AssumeRolePolicyDocument="{}")
    glue = clients(sandbox, "glue")
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput={"Name": "t"})
    glue.update_table(DatabaseName="db", TableInput={"Name": "t", "Parameters": {"p": "kept"}}, VersionId="1")
    s3 = clients(sandbox, "s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)
    s3.put_object(Bucket="bucket", Key="gone", Body=b"1")
    s3.put_object(Bucket="bucket", Key="ü/kept", Body=b"old")
    s3.put_object(Bucket="bucket", Key="ü/kept", Body=b"new", Metadata={"rows": "3"})
    s3.delete_object(Bucket="bucket", Key="gone")
    dynamodb = clients(sandbox, "dynamodb")
    create_ledger(dynamodb)
    dynamodb.put_item(TableName="ledger", Item={"pk": {"S": "receipt"}, "rows": {"N": "42"}})


def check_everything(sandbox: Sandbox, clients: Any) -> None:
    assert clients(sandbox, "sns").list_topics()["Topics"][0]["TopicArn"].endswith(":topic")
    sqs = clients(sandbox, "sqs")
    queue = sqs.get_queue_url(QueueName="queue")["QueueUrl"]
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "kept"
    assert clients(sandbox, "secretsmanager").get_secret_value(SecretId="secret")["SecretString"] == "kept"
    assert clients(sandbox, "iam").get_role(RoleName="role")["Role"]["RoleName"] == "role"
    assert [each["name"] for each in clients(sandbox, "emr-serverless").list_applications()["applications"]] == [
        "spark"
    ]
    table = clients(sandbox, "glue").get_table(DatabaseName="db", Name="t")["Table"]
    assert (table["VersionId"], table["Parameters"]) == ("2", {"p": "kept"})
    s3 = clients(sandbox, "s3")
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["ü/kept"]
    kept = s3.get_object(Bucket="bucket", Key="ü/kept")
    assert (kept["Body"].read(), kept["Metadata"]) == (b"new", {"rows": "3"})
    item = clients(sandbox, "dynamodb").get_item(TableName="ledger", Key={"pk": {"S": "receipt"}})["Item"]
    assert item["rows"] == {"N": "42"}


def test_everything_survives_down_and_up(fresh_sandbox: Sandbox, clients: Any) -> None:
    write_everything(fresh_sandbox, clients)
    fresh_sandbox.down()
    fresh_sandbox.up()
    check_everything(fresh_sandbox, clients)
    # A bucket whose owner was forgotten would be wiped by the next CreateBucket.
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        clients(fresh_sandbox, "s3").create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)


def test_everything_acknowledged_survives_kill(fresh_sandbox: Sandbox, clients: Any) -> None:
    write_everything(fresh_sandbox, clients)
    kill(fresh_sandbox)
    fresh_sandbox.up()
    check_everything(fresh_sandbox, clients)


def test_kill_in_the_middle_of_many_writers_loses_nothing_acknowledged(fresh_sandbox: Sandbox, clients: Any) -> None:
    once = Config(retries={"total_max_attempts": 1}, max_pool_connections=8)
    s3, dynamodb = clients(fresh_sandbox, "s3", config=once), clients(fresh_sandbox, "dynamodb", config=once)
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)
    create_ledger(dynamodb)
    acknowledged: list[str] = []

    def write(writer: int) -> None:
        with contextlib.suppress(BotoCoreError):
            for number in itertools.count():
                name = f"{writer}-{number}"
                s3.put_object(Bucket="bucket", Key=name, Body=name.encode())
                dynamodb.put_item(TableName="ledger", Item={"pk": {"S": name}})
                acknowledged.append(name)

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, writer) for writer in range(8)]
        time.sleep(1)
        kill(fresh_sandbox)
        for writer in writers:
            writer.result()
    fresh_sandbox.up()
    assert len(acknowledged) > 20
    items = {item["pk"]["S"] for item in dynamodb.scan(TableName="ledger")["Items"]}
    assert set(acknowledged) <= items
    for name in items:  # an item is written after its object
        assert s3.get_object(Bucket="bucket", Key=name)["Body"].read() == name.encode()


def test_log_lines_survive_kill_after_a_second(fresh_sandbox: Sandbox, clients: Any) -> None:
    logs = clients(fresh_sandbox, "logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": "kept"}
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])
    time.sleep(1.5)
    kill(fresh_sandbox)
    fresh_sandbox.up()
    events = clients(fresh_sandbox, "logs").get_log_events(logGroupName="g", logStreamName="s")["events"]
    assert [each["message"] for each in events] == ["kept"]


def test_bodies_are_files_that_go_with_their_objects(fresh_sandbox: Sandbox, clients: Any) -> None:
    s3 = clients(fresh_sandbox, "s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)
    for body in (b"first", b"second"):
        s3.put_object(Bucket="bucket", Key="k", Body=body)
    assert [path.read_bytes() for path in bodies(fresh_sandbox)] == [b"second"]
    upload = s3.create_multipart_upload(Bucket="bucket", Key="big")["UploadId"]
    named = {"Bucket": "bucket", "Key": "big", "UploadId": upload}
    sizes = {1: PART_BYTES, 2: 10}
    tags = {n: s3.upload_part(PartNumber=n, Body=bytes(size), **named)["ETag"] for n, size in sizes.items()}
    assert sorted(path.stat().st_size for path in bodies(fresh_sandbox)) == [6, 10, PART_BYTES]
    fresh_sandbox.down()
    fresh_sandbox.up()  # an upload goes on after a restart
    parts = [{"PartNumber": n, "ETag": tag} for n, tag in tags.items()]
    s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)
    assert sorted(path.stat().st_size for path in bodies(fresh_sandbox)) == [6, PART_BYTES + 10]
    s3.copy_object(Bucket="bucket", Key="copy", CopySource={"Bucket": "bucket", "Key": "big"})
    s3.delete_object(Bucket="bucket", Key="big")
    assert s3.get_object(Bucket="bucket", Key="copy")["Body"].read() == bytes(PART_BYTES + 10)
    s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "copy"}, {"Key": "k"}]})
    assert bodies(fresh_sandbox) == []


def test_versions_and_markers_survive(fresh_sandbox: Sandbox, clients: Any) -> None:
    s3 = clients(fresh_sandbox, "s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    versions = [s3.put_object(Bucket="bucket", Key="k", Body=body)["VersionId"] for body in (b"1", b"2")]
    s3.delete_object(Bucket="bucket", Key="k")
    kill(fresh_sandbox)
    fresh_sandbox.up()
    found = [s3.get_object(Bucket="bucket", Key="k", VersionId=each)["Body"].read() for each in versions]
    assert found == [b"1", b"2"]
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="bucket", Key="k")
    s3.delete_object(Bucket="bucket", Key="k", VersionId=versions[0])
    assert [path.read_bytes() for path in bodies(fresh_sandbox)] == [b"2"]


def test_orphaned_bodies_are_swept(fresh_sandbox: Sandbox, clients: Any) -> None:
    s3 = clients(fresh_sandbox, "s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=IRELAND)
    s3.put_object(Bucket="bucket", Key="k", Body=b"kept")
    kept = bodies(fresh_sandbox)
    kill(fresh_sandbox)
    orphan = kept[0].with_name("0123456789abcdef")
    orphan.write_bytes(b"written, never acknowledged")
    fresh_sandbox.up()
    assert bodies(fresh_sandbox) == kept


def test_state_of_another_moto_is_refused(fresh_sandbox: Sandbox) -> None:
    fresh_sandbox.down()
    with sqlite3.connect(fresh_sandbox.settings.state / "services.sqlite") as file:
        file.execute("UPDATE written_by SET version = 'moto 4.0.0, format 2'")
    with pytest.raises(SandboxError, match=r"written by moto 4\.0\.0.*reset"):
        fresh_sandbox.up()
    fresh_sandbox.reset()
    fresh_sandbox.up()
    assert fresh_sandbox.status().healthy


def test_every_way_to_write_an_item_survives_kill(fresh_sandbox: Sandbox, clients: Any) -> None:
    dynamodb = clients(fresh_sandbox, "dynamodb")
    create_ledger(dynamodb, "ledger", ("pk", "HASH"), ("sk", "RANGE"))
    create_ledger(dynamodb, "again")
    dynamodb.put_item(TableName="again", Item={"pk": {"S": "of the earlier table"}})
    dynamodb.delete_table(TableName="again")
    create_ledger(dynamodb, "again")

    def key(pk: str, sk: str) -> dict[str, Any]:
        return {"pk": {"S": pk}, "sk": {"S": sk}}

    batch = [{"PutRequest": {"Item": key("batch", sk)}} for sk in ("1", "2", "3")]
    dynamodb.batch_write_item(RequestItems={"ledger": batch})
    dynamodb.delete_item(TableName="ledger", Key=key("batch", "2"))
    dynamodb.batch_write_item(RequestItems={"ledger": [{"DeleteRequest": {"Key": key("batch", "3")}}]})
    put = {"Put": {"TableName": "ledger", "Item": key("transaction", "1")}}
    values = {":n": {"N": "7"}}
    update = {"TableName": "ledger", "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": values}
    dynamodb.transact_write_items(TransactItems=[put, {"Update": {"Key": key("new", "1"), **update}}])
    dynamodb.update_item(Key=key("batch", "1"), **update)
    before = dynamodb.scan(TableName="ledger")["Items"]
    kill(fresh_sandbox)
    fresh_sandbox.up()
    expected = [key("batch", "1") | {"n": {"N": "7"}}, key("new", "1") | {"n": {"N": "7"}}, key("transaction", "1")]
    after = dynamodb.scan(TableName="ledger")["Items"]
    assert sorted(before, key=lambda item: item["pk"]["S"]) == expected
    assert sorted(after, key=lambda item: item["pk"]["S"]) == expected
    assert dynamodb.scan(TableName="again")["Items"] == []
