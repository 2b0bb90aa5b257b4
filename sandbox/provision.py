"""Makes in a sandbox what infrastructure code makes in an account: everything that an environment file names.

Every step looks first and changes only what differs, so it can be run at any time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from groundwork.spec import names
from groundwork.spec.application import application_definition
from groundwork.spec.environment import Environment
from groundwork.spec.errors import SpecError
from groundwork.spec.include import load_environment, load_product, product_names
from groundwork.spec.ledger import table_definition
from groundwork.spec.model_file import load_model, model_names
from sandbox.settings import Settings

BUCKETS = ("landing", "lake", "artifacts", "evidence")
LAYERS: tuple[names.Layer, ...] = ("raw", "refined", "quarantine")
MODEL_LAYERS: tuple[names.ModelLayer, ...] = ("feature", "prediction")
SERVICES = ["emr-serverless.amazonaws.com", "sagemaker.amazonaws.com"]
CHANGEABLE = ("releaseLabel", "runtimeConfiguration", "initialCapacity", "autoStartConfiguration")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}],
}

Client = Callable[[str], Any]
Line = tuple[str, str]
"""What it is, and whether it was created, changed or left unchanged."""


def provision(settings: Settings, include: Path, environment_name: str) -> Iterator[Line]:
    """Make everything, one line for each thing as it is done.

    :param settings: a running sandbox
    :param include: the include folder
    :param environment_name: an environment declared in it
    :raises groundwork.spec.errors.SpecError: a declaration cannot be used
    :raises botocore.exceptions.ClientError: the sandbox refused
    """
    environment = load_environment(include, environment_name)
    client = clients(settings, environment.region)
    yield from _buckets(client, environment)
    yield _ledger(client, environment)
    yield from _databases(client, environment, include)
    yield from _roles(client, environment)
    if environment.tokenise_secret:
        yield _secret(client, environment.tokenise_secret)
    if environment.notifications:
        yield _topic(client, environment.notifications.topic)
    yield _application(client, environment)


def clients(settings: Settings, region: str) -> Client:
    """Makes boto3 clients of this sandbox, whatever the process's own variables say."""
    variables = settings.client_environment()
    session = boto3.Session(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], region_name=region)
    return lambda service: session.client(service, endpoint_url=settings.endpoint)


def _done(what: str, create: Callable[[], Any], present: str) -> Line:
    """Create something unless the service says that it is there.

    :param present: the service's error code for that
    """
    try:
        create()
    except ClientError as error:
        if error.response["Error"]["Code"] != present:
            raise
        return what, "unchanged"
    return what, "created"


def _buckets(client: Client, environment: Environment) -> Iterator[Line]:
    s3 = client("s3")
    # us-east-1 is where buckets go that name no place; to name it is an error.
    place = {"CreateBucketConfiguration": {"LocationConstraint": environment.region}}
    options = {} if environment.region == "us-east-1" else place
    for purpose in BUCKETS:
        bucket = environment.bucket(purpose)  # type: ignore[arg-type]
        yield _done(
            f"bucket {bucket}",
            lambda name=bucket: s3.create_bucket(Bucket=name, **options),  # type: ignore[misc]
            "BucketAlreadyOwnedByYou",
        )


def _ledger(client: Client, environment: Environment) -> Line:
    definition = table_definition(environment.ledger_table)
    dynamodb = client("dynamodb")
    return _done(
        f"ledger {environment.ledger_table}", lambda: dynamodb.create_table(**definition), "ResourceInUseException"
    )


def _databases(client: Client, environment: Environment, include: Path) -> Iterator[Line]:
    glue = client("glue")
    contracts = [load_product(include, product).contract for product in product_names(include)]
    found = {names.database(environment, contract, layer) for contract in contracts for layer in LAYERS}
    if environment.modules.models:
        models = [load_model(include, model).model for model in model_names(include)]
        found |= {names.model_database(environment, model, layer) for model in models for layer in MODEL_LAYERS}
    for database in sorted(found):
        location = f"s3://{environment.bucket('lake')}/{database}/"
        content = {"Name": database, "LocationUri": location}
        yield _done(
            f"database {database}",
            lambda wanted=content: glue.create_database(DatabaseInput=wanted),  # type: ignore[misc]
            "AlreadyExistsException",
        )


def _roles(client: Client, environment: Environment) -> Iterator[Line]:
    iam = client("iam")
    for arn in sorted(set(environment.execution_roles.values())):
        role = arn.rpartition("/")[2]
        yield _done(
            f"role {role}",
            lambda name=role: iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)),  # type: ignore[misc]
            "EntityAlreadyExists",
        )


def _secret(client: Client, name: str) -> Line:
    manager = client("secretsmanager")
    # Tokens of one key stay comparable, so an existing key is never replaced.
    return _done(
        f"secret {name}",
        lambda: manager.create_secret(Name=name, SecretString=secrets.token_hex(32)),
        "ResourceExistsException",
    )


def _topic(client: Client, arn: str) -> Line:
    sns = client("sns")
    topics = [topic["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for topic in page["Topics"]]
    if arn in topics:
        return f"topic {arn}", "unchanged"
    made = sns.create_topic(Name=arn.rpartition(":")[2])["TopicArn"]
    if made != arn:
        raise SpecError(
            f"topic {arn} is of another account or region than the sandbox, which made {made}",
            field="notifications.topic",
            mend=f"Write {made} into the environment's file",
        )
    return f"topic {arn}", "created"


def _application(client: Client, environment: Environment) -> Line:
    """The application, started: it would start with its first job, but then that one would wait for its driver."""
    emr = client("emr-serverless")
    wanted = application_definition(environment)
    what = f"application {wanted['name']}"
    pages = emr.get_paginator("list_applications").paginate()
    listed = [each for page in pages for each in page["applications"]]
    found = [each["id"] for each in listed if each["name"] == wanted["name"] and each["state"] != "TERMINATED"]
    if not found:
        identifier, outcome = emr.create_application(**wanted)["applicationId"], "created"
    else:
        identifier = found[0]
        outcome = "changed" if _update(emr, identifier, wanted) else "unchanged"
    emr.start_application(applicationId=identifier)
    return what, outcome


def _update(emr: Any, identifier: str, wanted: dict[str, Any]) -> bool:
    now = emr.get_application(applicationId=identifier)["application"]
    changes = {key: wanted[key] for key in CHANGEABLE if key in wanted and now.get(key) != wanted[key]}
    if changes:
        emr.stop_application(applicationId=identifier)
        emr.update_application(applicationId=identifier, **changes)
    return bool(changes)
