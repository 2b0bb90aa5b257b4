"""What the sandbox offers: the services, the actions of each that are truly done, and how a request names its action.

Moto answers far more than this with a success that means nothing (a Glue job that "ran", a replication rule that never
copies). Only actions whose effect a caller can observe are let through; everything else is refused by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

EVERY_ACTION = r".*"
S3_ACTIONS = (
    r"(List|Create|Head|Delete)Bucket(s)?|ListObjects(V2)?|ListObjectVersions|(Get|Head|Put|Copy|Delete)Object|"
    r"DeleteObjects|GetObjectAttributes|(Get|Put|Delete)ObjectTagging|(Get|Put)ObjectAcl|(Get|Put)BucketAcl|"
    r"(Create|Complete|Abort)MultipartUpload|UploadPart(Copy)?|ListParts|ListMultipartUploads|GetBucketLocation|"
    r"(Get|Put)BucketVersioning|(Get|Put|Delete)BucketTagging|(Get|Put|Delete)BucketPolicy|"
    r"(Get|Put|Delete)BucketEncryption|(Get|Put|Delete)PublicAccessBlock|(Get|Put|Delete)BucketOwnershipControls|"
    r"(Get|Put)Object(LockConfiguration|Retention|LegalHold)"
)
GLUE_ACTIONS = (
    r"(Create|Get|Update|Delete)(Database|Table|Partition)|Get(Databases|Tables|Partitions|TableVersions?)|"
    r"DeleteTableVersion|Batch(Create|Get|Update|Delete)Partition|BatchDeleteTable|TagResource|UntagResource|GetTags"
)
LOGS_ACTIONS = (
    r"(Create|Delete)Log(Group|Stream)|DescribeLog(Groups|Streams)|PutLogEvents|GetLogEvents|FilterLogEvents|"
    r"(Put|Delete)RetentionPolicy|(Tag|Untag)(LogGroup|Resource)|ListTags(LogGroup|ForResource)"
)
SNS_ACTIONS = (
    r"(Create|Delete)Topic|ListTopics|(Get|Set)(Topic|Subscription)Attributes|Subscribe|Unsubscribe|"
    r"ListSubscriptions(ByTopic)?|Publish(Batch)?|(Tag|Untag)Resource|ListTagsForResource"
)
SECRETS_ACTIONS = (
    r"(Create|Get|Put|Update|Delete|Restore|Describe)Secret(Value)?|ListSecrets|ListSecretVersionIds|"
    r"BatchGetSecretValue|UpdateSecretVersionStage|(Tag|Untag)Resource|GetRandomPassword"
)
DYNAMODB_ACTIONS = (
    r"(Create|Describe|Update|Delete)Table|ListTables|(Put|Get|Update|Delete)Item|Query|Scan|Batch(Get|Write)Item|"
    r"Transact(Get|Write)Items|(Describe|Update)(TimeToLive|ContinuousBackups)|(Tag|Untag)Resource|"
    r"ListTagsOfResource|DescribeEndpoints|DescribeLimits"
)
SAGEMAKER_ACTIONS = (
    r"(Create|Describe|Stop)(Training|Processing|Transform|HyperParameterTuning)Job|"
    r"List(Training|Processing|Transform|HyperParameterTuning)Jobs|ListTrainingJobsForHyperParameterTuningJob|"
    r"(Create|Describe|Delete)Model(Package(Group)?)?|List(Models|ModelPackages|ModelPackageGroups)|UpdateModelPackage|"
    r"(Create|Describe|Delete)Endpoint(Config)?|List(Endpoints|EndpointConfigs)|UpdateEndpoint(WeightsAndCapacities)?|"
    r"(Create|Describe|Update|Delete)FeatureGroup|ListFeatureGroups|"
    r"(Add|List|Delete)Tags"
)
FEATURE_ACTIONS = r"(Put|Get|Delete|BatchGet)Record"
XML_SERVICES = {"route53", "cloudfront", "s3control"}  # not here, but their SDKs read no other error
READS = re.compile(r"(Get|List|Describe|Head|BatchGet|TransactGet|Query|Scan|Filter)")


@dataclass(frozen=True)
class Service:
    """One AWS service of the sandbox.

    :param moto: moto's name of the service; empty where moto has no part in it
    :param protocol: wire protocol of its errors
    :param group: services that share one lock, because one of them writes into the other; empty where its calls are
        carried out side by side
    :param actions: pattern of the actions that are done; the rest is refused
    """

    moto: str
    protocol: str
    group: str
    actions: str = EVERY_ACTION

    def does(self, action: str) -> bool:
        """Whether the action is done here."""
        return re.fullmatch(self.actions, action) is not None


# Keyed by the name a request is signed with.
SERVICES = {
    "s3": Service("s3", "rest-xml", "s3", S3_ACTIONS),
    "glue": Service("glue", "json", "glue", GLUE_ACTIONS),
    "emr-serverless": Service("emrserverless", "rest-json", "emr-serverless"),
    "dynamodb": Service("dynamodb", "json", "dynamodb", DYNAMODB_ACTIONS),
    "sts": Service("sts", "query", "identity"),
    "iam": Service("iam", "query", "identity"),
    "sns": Service("sns", "query", "messaging", SNS_ACTIONS),
    "sqs": Service("sqs", "json", "messaging"),
    "secretsmanager": Service("secretsmanager", "json", "secretsmanager", SECRETS_ACTIONS),
    "logs": Service("logs", "json", "logs", LOGS_ACTIONS),
    "sagemaker": Service("sagemaker", "json", "sagemaker", SAGEMAKER_ACTIONS),
    "sagemaker-runtime": Service("", "rest-json", "", "InvokeEndpoint"),
    "sagemaker-featurestore-runtime": Service("", "rest-json", "", FEATURE_ACTIONS),
}
# Services that sign with the name of another, by the beginning of their paths.
PATHS = {
    "/endpoints/": ("sagemaker", "sagemaker-runtime"),
    "/FeatureGroup/": ("sagemaker", "sagemaker-featurestore-runtime"),
    "/BatchGetRecord": ("sagemaker", "sagemaker-featurestore-runtime"),
    "/BatchWriteRecord": ("sagemaker", "sagemaker-featurestore-runtime"),
}


@dataclass(frozen=True)
class Call:
    """One request as AWS names it; ``protocol`` decides how its errors are written."""

    service: str
    action: str
    protocol: str

    @property
    def reads_only(self) -> bool:
        """Whether it leaves the state of every service as it was."""
        return READS.match(self.action) is not None

    @property
    def is_done_here(self) -> bool:
        """Whether the sandbox does this."""
        service = SERVICES.get(self.service)
        return service is not None and service.does(self.action)


def identify(environ: dict[str, Any], body: bytes) -> Call:
    """Name the service and action of a request from its signature, target header, form or path."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    service = signed_service(environ) or ("s3" if not target else target.split(".")[0])
    for path, (signed, meant) in PATHS.items():
        if service == signed and environ["PATH_INFO"].startswith(path):
            service = meant
    if service == "dynamodb" and target.startswith("DynamoDBStreams"):
        service = "dynamodbstreams"
    if service == "s3" and environ["PATH_INFO"].startswith("/v20180820/"):
        service = "s3control"
    if target:
        return Call(service, target.split(".")[-1], "json")
    form = form_action(environ, body)
    if form:
        return Call(service, form, "ec2" if service == "ec2" else "query")
    known = SERVICES.get(service)
    action = routed_action(service, environ) if known else ""
    protocol = known.protocol if known else "rest-xml" if service in XML_SERVICES else "rest-json"
    return Call(service, action or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}", protocol)


def signed_service(environ: dict[str, Any]) -> str:
    """The service in the credential scope of the header or of a presigned URL; empty when unsigned."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    match = re.search(r"Credential=[^,\s]*/([a-z0-9-]+)/aws4_request", header)
    if match:
        return match.group(1)
    credential = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    parts = credential.split("/")
    return parts[3] if len(parts) == 5 else ""


def form_action(environ: dict[str, Any], body: bytes) -> str:
    """The ``Action`` of the query protocol, sent as a form."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]


def routed_action(service: str, environ: dict[str, Any]) -> str:
    """The action that the service's model maps method and path to; empty when it maps none."""
    try:
        return str(get_service_router(service).match(Request(environ, populate_request=False))[0].name)
    except (NotFound, NotImplementedError):
        return ""


def object_path(environ: dict[str, Any]) -> tuple[str, str]:
    """Bucket and key of an S3 request; the key is empty for a request on the bucket."""
    path = environ.get("RAW_URI", environ["PATH_INFO"]).split("?", 1)[0]
    bucket, _, key = path.lstrip("/").partition("/")
    return unquote(bucket), unquote(key)
