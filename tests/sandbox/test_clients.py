"""Other people's boto3 works unchanged: each service does what its callers rely on."""

from __future__ import annotations

import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.settings import ACCOUNT_ID, REGION

IRELAND = {"LocationConstraint": REGION}
PART_BYTES = 5 * 1024 * 1024


@pytest.fixture
def bucket(aws: Any, request: pytest.FixtureRequest) -> str:
    name = request.node.name.replace("_", "-").split("[")[0][:60]
    aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration=IRELAND)
    return name


ODD_KEYS = ["a b/ü%2F+x//y", "year=2013/month=1/part-0.csv", "q?a=b&c#d", "trailing/", "~'()*", "/leading"]


def test_s3_keeps_odd_keys(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"row-count": "7"}, ContentType="text/csv")
    assert sorted(each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]) == sorted(ODD_KEYS)
    for key in ODD_KEYS:
        found = s3.get_object(Bucket=bucket, Key=key)
        assert found["Body"].read() == key.encode()
        assert (found["Metadata"], found["ContentType"]) == ({"row-count": "7"}, "text/csv")


def test_s3_multipart_upload(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    first, second = b"a" * PART_BYTES, b"b" * 1000
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    parts = [
        {
            "PartNumber": n,
            "ETag": s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=n, Body=body)["ETag"],
        }
        for n, body in [(1, first), (2, second)]
    ]
    s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="big")["Body"].read() == first + second
    assert s3.head_object(Bucket=bucket, Key="big")["ContentLength"] == PART_BYTES + 1000
    border = s3.get_object(Bucket=bucket, Key="big", Range=f"bytes={PART_BYTES - 2}-{PART_BYTES + 1}")
    assert (border["Body"].read(), border["ResponseMetadata"]["HTTPStatusCode"]) == (b"aabb", 206)


def test_s3_lists_in_pages(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    keys = [f"in/{number:02}" for number in range(25)]
    for key in [*keys, "out/1"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="in/", PaginationConfig={"PageSize": 10})
    )
    assert [len(page["Contents"]) for page in pages] == [10, 10, 5]
    assert [each["Key"] for page in pages for each in page["Contents"]] == keys
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]
    assert folders == [{"Prefix": "in/"}, {"Prefix": "out/"}]


def test_s3_presigned_url_needs_no_other_credentials(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    s3.put_object(Bucket=bucket, Key="report.json", Body=b"{}")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "report.json"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"{}"


def test_s3_copies_and_deletes_many(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    s3.put_object(Bucket=bucket, Key="c&<d>", Body=b"3")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "c&<d>"}]})
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b"]
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket=bucket, Key="a")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"


def test_s3_keeps_versions(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="policy", Body=b"1")["VersionId"]
    s3.put_object(Bucket=bucket, Key="policy", Body=b"2")
    s3.delete_object(Bucket=bucket, Key="policy")
    assert s3.get_object(Bucket=bucket, Key="policy", VersionId=old)["Body"].read() == b"1"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_s3_answers_a_large_body_and_a_head_on_one_connection(aws: Any, bucket: str) -> None:
    s3 = aws("s3")
    body = bytes(range(256)) * 40_000
    s3.put_object(Bucket=bucket, Key="ten-megabytes", Body=body)
    assert s3.head_object(Bucket=bucket, Key="ten-megabytes")["ContentLength"] == len(body)
    assert s3.get_object(Bucket=bucket, Key="ten-megabytes")["Body"].read() == body


def test_glue_catalogue(aws: Any) -> None:
    glue = aws("glue")
    glue.create_database(DatabaseInput={"Name": "catalogue", "Description": "of flights"})
    columns = [{"Name": "carrier", "Type": "string", "Comment": "IATA code"}]
    glue.create_table(
        DatabaseName="catalogue", TableInput={"Name": "flights", "StorageDescriptor": {"Columns": columns}}
    )
    table = glue.get_table(DatabaseName="catalogue", Name="flights")["Table"]
    assert table["StorageDescriptor"]["Columns"] == columns
    glue.update_table(DatabaseName="catalogue", TableInput={"Name": "flights", "Parameters": {"owner": "ops"}})
    later = glue.get_table(DatabaseName="catalogue", Name="flights")["Table"]
    assert later["Parameters"] == {"owner": "ops"}
    assert int(later["VersionId"]) == int(table["VersionId"]) + 1
    versions = {"DatabaseName": "catalogue", "TableName": "flights"}
    assert [each["VersionId"] for each in glue.get_table_versions(**versions)["TableVersions"]] == ["1", "2"]
    glue.update_table(DatabaseName="catalogue", TableInput={"Name": "flights"}, VersionId="2", SkipArchive=True)
    assert [each["VersionId"] for each in glue.get_table_versions(**versions)["TableVersions"]] == ["1", "3"]


def test_dynamodb_conditional_put(aws: Any) -> None:
    dynamodb = aws("dynamodb")
    create_table(dynamodb, "conditional")
    put = {"TableName": "conditional", "ConditionExpression": "attribute_not_exists(pk)"}
    dynamodb.put_item(Item={"pk": {"S": "a"}, "owner": {"S": "first"}}, **put)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(Item={"pk": {"S": "a"}, "owner": {"S": "second"}}, **put)
    assert dynamodb.get_item(TableName="conditional", Key={"pk": {"S": "a"}})["Item"]["owner"] == {"S": "first"}


def create_table(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_sns_delivers_to_sqs(aws: Any) -> None:
    sns, sqs = aws("sns"), aws("sqs")
    topic = sns.create_topic(Name="decisions")["TopicArn"]
    queue = sqs.create_queue(QueueName="decisions")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="gate blocked")
    received = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(received[0]["Body"])["Message"] == "gate blocked"


def test_sqs_long_poll_lets_the_sender_in(aws: Any) -> None:
    sqs, sender = aws("sqs"), aws("sqs")
    queue = sqs.create_queue(QueueName="long-poll")["QueueUrl"]
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        time.sleep(0.3)
        sender.send_message(QueueUrl=queue, MessageBody="now")
        assert waiting.result()["Messages"][0]["Body"] == "now"
    assert time.monotonic() - started < 5


def test_secrets(aws: Any) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="source/password", SecretString="one")
    secrets.put_secret_value(SecretId="source/password", SecretString="two")
    assert secrets.get_secret_value(SecretId="source/password")["SecretString"] == "two"
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId="no/such")


def test_logs(aws: Any) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="/jobs")
    logs.create_log_stream(logGroupName="/jobs", logStreamName="driver")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + n, "message": f"line {n}"} for n in range(3)]
    logs.put_log_events(logGroupName="/jobs", logStreamName="driver", logEvents=events)
    found = logs.get_log_events(logGroupName="/jobs", logStreamName="driver", startFromHead=True)["events"]
    assert [event["message"] for event in found] == ["line 0", "line 1", "line 2"]


def test_sts_knows_who_calls(aws: Any) -> None:
    assert aws("sts").get_caller_identity()["Account"] == ACCOUNT_ID
    assumed = aws("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT_ID}:role/refine", RoleSessionName="run")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/refine/run"


def test_iam_roles(aws: Any) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="refine-job", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    assert iam.get_role(RoleName="refine-job")["Role"]["Arn"] == f"arn:aws:iam::{ACCOUNT_ID}:role/refine-job"
