"""What jobs need in a sandbox: for runs whose jobs only sleep, and for a product whose jobs are real."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from deploy.bundle import collect, write_manifest
from groundwork.spec.application import application_definition
from groundwork.spec.contract import Column, Contract
from groundwork.spec.environment import Engine, Environment
from groundwork.spec.include import load_environment
from groundwork.spec.ledger import table_definition
from groundwork.spec.names import run_prefix
from groundwork.spec.ruleset import Ruleset
from groundwork.spec.run import Batch, FrozenRun, JobBundle, LandedFile
from sandbox.provision import provision
from sandbox.settings import ACCOUNT_ID, REGION, REPOSITORY, Settings
from tests.dags.conftest import DOMAIN, Include

JOB = """
import json, sys, time, urllib.parse, boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
place = urllib.parse.urlsplit(sys.argv[sys.argv.index("--spec") + 1])
bucket, key = place.netloc, place.path[1:]
order = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])["run"]["reason"]
print("the job was told to", order, flush=True)
if order == "fail":
    sys.exit("the job has failed as it was told")
while order == "wait":
    try:
        s3.head_object(Bucket=bucket, Key=key.rpartition("/")[0] + "/go")
        break
    except ClientError:
        time.sleep(0.2)
print("the job is done", flush=True)
"""


def environment() -> Environment:
    """An environment whose jobs are looked at every second."""
    checkouts = load_environment(REPOSITORY / "include", "sandbox")
    roles = {role: f"arn:aws:iam::{ACCOUNT_ID}:role/lifecycle-{role}" for role in checkouts.execution_roles}
    engine = Engine(
        kind="emr_serverless",
        application="lifecycle",
        release_label="emr-spark-8.0.0",
        execution_timeout_minutes=5,
        poll_seconds=1,
        spark_conf={
            **checkouts.engine.spark_conf,
            "spark.sql.catalog.lake.warehouse": "s3://lifecycle-sandbox-lake/",
        },
    )
    return Environment(
        spec_version=1,
        name="sandbox",
        prefix="lifecycle",
        region=REGION,
        engine=engine,
        execution_roles=roles,
        object_url="{endpoint}/_sandbox/objects/{bucket}/{key}",
        job_url="{endpoint}/_sandbox/emr-serverless/jobs/{job}",
    )


class Lake:
    """Buckets, ledger, application and job bundle in a running sandbox.

    :param settings: of the sandbox
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.environment = environment()
        self.emr, self.s3, self.dynamodb = (self.client(name) for name in ("emr-serverless", "s3", "dynamodb"))
        self.application = ""

    def client(self, service: str) -> Any:
        """A boto3 client of this sandbox."""
        keys = self.settings.client_environment()
        session = boto3.Session(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
        return session.client(service, endpoint_url=self.settings.endpoint)

    def make(self) -> None:
        """Make all of it."""
        for purpose in ("artifacts", "evidence"):
            self.s3.create_bucket(
                Bucket=self.environment.bucket(purpose),
                CreateBucketConfiguration={"LocationConstraint": REGION},
            )
        self.dynamodb.create_table(**table_definition(self.environment.ledger_table))
        definition = application_definition(self.environment)
        self.application = self.emr.create_application(**definition)["applicationId"]
        artifacts = self.environment.bucket("artifacts")
        self.s3.put_object(Bucket=artifacts, Key="bundle/main.py", Body=JOB)
        self.s3.put_object(Bucket=artifacts, Key="bundle/jobs.zip", Body=b"PK\5\6" + b"\0" * 18)

    def make_product(self, include: Path, product: str, rules: dict[str, Any], **changes: Any) -> None:
        """Declare a product in the include folder, and make what its DAGs need, the checkout's job bundle included."""
        Include(include).add(product, rules, **changes)
        list(provision(self.settings, include, self.environment.name))
        bundle = collect()
        write_manifest(bundle, include / "job_bundle.json")
        for path in bundle.write(include.parent / "bundle"):
            key = path.relative_to(include.parent / "bundle").as_posix()
            self.s3.put_object(Bucket=self.environment.bucket("artifacts"), Key=key, Body=path.read_bytes())

    def land(self, product: str, name: str, content: str) -> None:
        """Put a file where a product's files land."""
        bucket = self.environment.bucket("landing")
        self.s3.put_object(Bucket=bucket, Key=f"{DOMAIN}/{product}/{product}{name}", Body=content.encode())

    def freeze(self, order: str, dag_id: str, run_id: str) -> FrozenRun:
        """A frozen run whose job does what it is told: wait until it is let go, fail, or nothing."""
        landed = LandedFile(uri="s3://landing/a.csv", size=1, etag="e", sha256="a" * 64)
        run = FrozenRun(
            prefix=run_prefix(self.environment, dag_id, run_id),
            dag_id=dag_id,
            run_id=run_id,
            requested_by="operator",
            reason=order,
            frozen_at=datetime(2026, 1, 1, tzinfo=UTC),
            environment=self.environment,
            contract=Contract(
                product="things",
                id="things",
                version="1.0.0",
                title="Things",
                domain="test",
                status="active",
                owner="steward",
                columns=(Column(name="thing", header="thing", type="string"),),
            ),
            ruleset=Ruleset(spec_version=1, product="things", version="1.0.0", owner="steward"),
            bundle=JobBundle(spec_version=1, digest="a" * 64, archive="bundle/jobs.zip", entry_point="bundle/main.py"),
            batches=(Batch(batch_id="0123456789abcdef", files=(landed,), acquired_at=datetime.now(UTC), sequence=1),),
            fencing_token=1,
        )
        bucket, _, key = run.uri.removeprefix("s3://").partition("/")
        self.s3.put_object(Bucket=bucket, Key=key, Body=run.to_json().encode())
        return run

    def let_go(self, dag_id: str, run_id: str) -> None:
        """Let the job of a run go on that was told to wait."""
        bucket, _, prefix = run_prefix(self.environment, dag_id, run_id).removeprefix("s3://").partition("/")
        self.s3.put_object(Bucket=bucket, Key=f"{prefix}go", Body=b"")

    def jobs(self, run_id: str) -> list[dict[str, Any]]:
        """Every job that was ever started for a DAG run, oldest first."""
        pages = self.emr.get_paginator("list_job_runs").paginate(applicationId=self.application)
        ids = [job["id"] for page in pages for job in page["jobRuns"]]
        found = [self.emr.get_job_run(applicationId=self.application, jobRunId=job_id)["jobRun"] for job_id in ids]
        mine = [job for job in found if job["tags"]["groundwork:run"] == run_id]
        return sorted(mine, key=lambda job: job["createdAt"])

    def end_all(self) -> None:
        """Cancel every job that has not ended; the sandbox runs only a few at once."""
        unfinished = {"applicationId": self.application, "states": ["SUBMITTED", "PENDING", "SCHEDULED", "RUNNING"]}
        for page in self.emr.get_paginator("list_job_runs").paginate(**unfinished):
            for job in page["jobRuns"]:
                self.emr.cancel_job_run(applicationId=self.application, jobRunId=job["id"])

    def states(self, run_id: str) -> list[str]:
        """States of those jobs."""
        return [job["state"] for job in self.jobs(run_id)]


def write_include(folder: Path, declared: Environment) -> None:
    """An include folder that declares the environment and no product."""
    (folder / "contracts").mkdir(parents=True)
    (folder / "environments").mkdir()
    # JSON is YAML.
    (folder / "environments" / f"{declared.name}.yaml").write_text(declared.to_json())
