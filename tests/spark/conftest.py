"""One Spark session with Iceberg in a folder and S3 of a moto server; no test needs more of AWS than that.

Tests of two writers at once and of services that refuse use a sandbox, whose Glue compares and swaps.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.class_archive import archive_option
from sandbox.jars import JARS_BY_SPARK, jar_paths
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY, Settings
from tests.spark.products import BUCKET, SECRET, Product, columns

# Where laptop.setup and laptop.spark_4_0 put the jars of the Spark that runs these tests.
JARS = {"4.1": REPOSITORY / ".jars", "4.0": REPOSITORY / ".jars-spark-4.0"}
# As the sandbox's drivers have them, see sandbox.emr_serverless.spark_conf; but the driver lives on when its memory is
# full, as a test looks at what the job says then.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:-DontCompileHugeMethods -XX:ReservedCodeCacheSize=192m -XX:+UseSerialGC"
KEY = "a key that no report may ever show"
ICEBERG = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.type": "hadoop",
}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A moto server, and this process's AWS variables pointed at it."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    settings = Settings(home=Path(os.devnull))
    os.environ.update(settings.client_environment() | {"AWS_ENDPOINT_URL": address})
    place = {"LocationConstraint": settings.client_environment()["AWS_REGION"]}
    for bucket in (BUCKET, "groundwork-sandbox-evidence", "groundwork-sandbox-artifacts"):
        boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY)
    yield address
    server.stop()


@pytest.fixture(scope="session")
def spark(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The session, settled as a job's."""
    import pyspark
    from pyspark.sql import SparkSession

    from spark_jobs.session import FIXED, settle

    # Python's workers are the tests' own interpreter, which has the libraries that rules and checks use.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    folder = tmp_path_factory.mktemp("spark")
    version = pyspark.__version__.rpartition(".")[0]
    conf = {
        **ICEBERG,
        **FIXED,
        "spark.driver.extraClassPath": ":".join(map(str, jar_paths(JARS[version], JARS_BY_SPARK[version]))),
        "spark.driver.extraJavaOptions": f"{archive_option(JARS[version])} {JVM_OPTIONS}".strip(),
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.catalog.lake.warehouse": f"file:{folder}/lake",
        "spark.sql.warehouse.dir": f"file:{folder}/warehouse",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": "eu-west-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for key, value in conf.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    # Hadoop starts a process to set the rights of each file on the local disk, and so for the file of its checksum.
    files = getattr(session._jvm, "org.apache.hadoop.fs.FileSystem")
    files.getLocal(session._jsc.hadoopConfiguration()).setWriteChecksum(False)
    settle(session)
    yield session
    session.stop()


class GlueLake:
    """Sessions whose catalogue ``lake`` is a sandbox's Glue, with their tables in its S3.

    :param spark: the tests' session
    """

    bucket = "groundwork-sandbox-lake"

    def __init__(self, spark: Any, sandbox: Sandbox) -> None:
        import boto3

        self.sandbox = sandbox
        self._spark = spark
        boto3.client("s3", endpoint_url=sandbox.settings.endpoint).create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def session(self) -> Any:
        """A session of its own, as of another job."""
        from spark_jobs.session import settle

        made = self._spark.newSession()
        settle(made)
        endpoint = self.sandbox.settings.endpoint
        lake = {
            "type": "glue",
            "warehouse": f"s3://{self.bucket}/",
            "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
            "s3.endpoint": endpoint,
            "glue.endpoint": endpoint,
            "s3.path-style-access": "true",
            # As often as in AWS, but without its pauses.
            "s3.retry.min-wait-ms": "10",
            "s3.retry.max-wait-ms": "50",
        }
        for key, value in lake.items():
            made.conf.set(f"spark.sql.catalog.lake.{key}", value)
        return made


@pytest.fixture(scope="session")
def glue_lake(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GlueLake]:
    """One for all tests that need another job's catalogue, or a service that refuses."""
    with Sandbox.temporary(tmp_path_factory.mktemp("glue") / "sandbox") as sandbox:
        yield GlueLake(spark, sandbox)


@pytest.fixture
def product(spark: Any, request: pytest.FixtureRequest) -> Callable[..., Product]:
    """Makes a product named after the test: ``product("id* bigint", "name string", rules=[…])``."""
    stem = "".join(letter if letter.isalnum() else "_" for letter in request.node.name.lower())[:40].strip("_")
    digest = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:6]
    made = 0

    def make(
        *declared: str, fields: tuple[str, ...] = (), more: dict[str, Any] | None = None, **options: Any
    ) -> Product:
        nonlocal made
        made += 1
        more = more or {}
        return Product(
            spark,
            f"p{made}_{digest}_{stem}",
            columns(*declared, **more),
            columns(*fields, **{name: more[name] for name in more}) if fields else (),
            **options,
        )

    return make
