"""What the sandbox lacks says so in the caller's protocol, and changes nothing."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.launcher import Sandbox
from sandbox.settings import REGION

ONCE = Config(retries={"total_max_attempts": 1})
REPLICATION = {"Role": "arn:aws:iam::123456789012:role/r", "Rules": []}
REFUSED = [
    ("athena", "list_work_groups", {}, "athena.ListWorkGroups"),  # json, no such service here
    ("sagemaker", "list_notebook_instances", {}, "sagemaker.ListNotebookInstances"),
    ("lambda", "list_functions", {}, "lambda.GET /2015-03-31/functions"),  # rest-json
    ("cloudformation", "list_stacks", {}, "cloudformation.ListStacks"),  # query
    ("ec2", "describe_instances", {}, "ec2.DescribeInstances"),  # ec2
    ("route53", "list_hosted_zones", {}, "route53.GET /2013-04-01/hostedzone"),  # rest-xml
    ("dynamodbstreams", "list_streams", {}, "dynamodbstreams.ListStreams"),
    ("glue", "start_job_run", {"JobName": "refine"}, "glue.StartJobRun"),  # moto would pretend that it ran
    ("glue", "start_crawler", {"Name": "c"}, "glue.StartCrawler"),
    ("sns", "create_platform_endpoint", {"PlatformApplicationArn": "a", "Token": "t"}, "sns.CreatePlatformEndpoint"),
    ("secretsmanager", "rotate_secret", {"SecretId": "s"}, "secretsmanager.RotateSecret"),
    ("logs", "start_query", {"startTime": 0, "endTime": 1, "queryString": "fields @message"}, "logs.StartQuery"),
    ("dynamodb", "list_backups", {}, "dynamodb.ListBackups"),
    (
        "s3",
        "put_bucket_replication",
        {"Bucket": "any", "ReplicationConfiguration": REPLICATION},
        "s3.PutBucketReplication",
    ),
    ("sqs", "start_message_move_task", {"SourceArn": "arn:aws:sqs:eu-west-1:1:q"}, "sqs.StartMessageMoveTask"),
    ("iam", "generate_service_last_accessed_details", {"Arn": "arn:aws:iam::1:role/x"}, "iam.GenerateServiceLast"),
]


@pytest.mark.parametrize(
    ("service", "action", "arguments", "name"), REFUSED, ids=[each[3].replace("/", "_") for each in REFUSED]
)
def test_an_action_that_is_not_done_is_refused(aws: Any, service: str, action: str, arguments: Any, name: str) -> None:
    client = aws(service, config=ONCE)
    with pytest.raises(ClientError) as refused:
        getattr(client, action)(**arguments)
    problem = refused.value.response["Error"]
    assert problem["Code"] == "NotInSandbox"
    assert problem["Message"].startswith(name)
    assert "is not in the sandbox: " in problem["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_subscription_that_nobody_delivers_is_refused_and_not_kept(aws: Any) -> None:
    sns = aws("sns", config=ONCE)
    topic = sns.create_topic(Name="mail")["TopicArn"]
    with pytest.raises(ClientError, match=r"NotInSandbox.*sns.Subscribe with protocol email \(only sqs is delivered\)"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_a_checksum_that_cannot_be_computed_is_refused(aws: Any) -> None:
    s3 = aws("s3", config=ONCE)
    s3.create_bucket(Bucket="checksums", CreateBucketConfiguration={"LocationConstraint": REGION})
    source = {"Bucket": "checksums", "Key": "k"}
    s3.put_object(Body=b"x", **source)
    copied = s3.copy_object(CopySource=source, Bucket="checksums", Key="sha", ChecksumAlgorithm="SHA256")
    assert copied["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(ClientError, match=r"s3.CopyObject with checksum CRC64NVME .* is not in the sandbox"):
        s3.copy_object(CopySource=source, Bucket="checksums", Key="crc", ChecksumAlgorithm="CRC64NVME")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:1"}, 200),
        ({"Host": "localhost", "Origin": "http://localhost:8080"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost.evil.example"}, 421),
        ({"Host": "localhost", "Origin": "https://evil.example"}, 421),
    ],
)
def test_no_web_page_from_elsewhere_is_answered(sandbox: Sandbox, headers: dict[str, str], status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.port)
    connection.request("GET", "/_sandbox/health", headers=headers)
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.getheader("Access-Control-Allow-Origin") is None
    connection.close()
