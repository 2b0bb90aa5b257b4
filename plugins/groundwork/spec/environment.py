"""Where Groundwork runs: names, engine, roles, sizes and the modules switched on."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from groundwork.spec.base import Declared, Frozen, Identifier, problem_at

Stage = Literal["acquire", "refine", "publish", "undo"]
"""What Spark does with a data product's batches."""
ModelStage = Literal["build_features", "select_examples", "select_requests", "publish_predictions", "measure_drift"]
"""What Spark does for a model."""
ContainerStage = Literal["train", "evaluate", "serve", "report_drift"]
"""What a model's container does on SageMaker."""
MODEL_STAGES: tuple[ModelStage | ContainerStage, ...] = (
    "build_features", "select_examples", "select_requests", "publish_predictions", "measure_drift",
    "train", "evaluate", "serve", "report_drift",
)  # fmt: skip
JobRole = Literal["acquire", "refine", "acquire_and_refine", "publish", "undo"] | ModelStage | ContainerStage
"""What a job's rights are named after: its stages. One that does two has a role of its own, so that no job of one stage
has the rights of another."""
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$")]

TopicArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$")]
BatchOutcome = Literal["blocked", "warned", "overridden", "published"]
"""What people are told of a batch: held back, published with warnings, published by a person's word, or just so."""


class DriverSize(Frozen):
    """Driver of a Spark job, in EMR Serverless's own units."""

    cores: int = Field(default=1, ge=1, le=16, description="vCPU.")
    memory: str = Field(default="2g", pattern=r"^\d+g$", description="Memory, as 2g.")


class Engine(Frozen):
    """The Spark engine.

    :param application: name of the EMR Serverless application; its id is looked up
    :param release_label: EMR release; the sandbox runs its own Spark and ignores it
    :param spark_conf: the application's Spark defaults, the catalogue ``lake`` among them
    :param initial_drivers: pre-initialised drivers kept warm; 0 costs nothing while idle
    :param poll_seconds: pause between two looks at a running job
    """

    kind: Literal["emr_serverless"]
    application: str = Field(pattern=r"^[A-Za-z0-9._/#-]{1,64}$", description="Application name.")
    release_label: str = Field(pattern=r"^[a-z0-9.-]+$", description="EMR release label.")
    execution_timeout_minutes: int = Field(default=60, ge=5, le=2880, description="The engine ends a longer job.")
    initial_drivers: int = Field(default=0, ge=0, le=8, description="Pre-initialised drivers kept warm.")
    poll_seconds: int = Field(default=30, ge=1, le=300, description="Pause between two looks at a running job.")
    driver: DriverSize = Field(default=DriverSize(), description="Driver size.")
    spark_conf: dict[str, str] = Field(default_factory=dict, description="Spark defaults of the application.")


class Notifications(Frozen):
    """Who is told what became of a batch; left out, nobody is.

    :param topic: the SNS topic that mail, chat or a pager subscribe to
    :param outcomes: what is worth a message
    """

    topic: TopicArn = Field(description="SNS topic that people subscribe to.")
    outcomes: tuple[BatchOutcome, ...] = Field(
        default=("blocked", "warned", "overridden"),
        min_length=1,
        description="Outcomes of a batch that are worth a message.",
    )


class Modules(Frozen):
    """What is switched on; a module left out has no DAGs."""

    acquire: bool = Field(default=True, description="acquire_data DAGs.")
    refine: bool = Field(default=True, description="DAGs that refine, publish, undo and replay.")
    models: bool = Field(default=False, description="Everything about models: features to monitoring.")


def _address(*known: str) -> Callable[[str], str]:
    """Refuses what is no web address, and every placeholder that is not filled in."""

    def check(value: str) -> str:
        if not value.startswith(("https://", "http://", "{endpoint}/")):
            raise ValueError(f"{value!r} is no web address")
        for _, name, form, conversion in Formatter().parse(value):
            if name is not None and (name not in known or form or conversion):
                raise ValueError(f"{{{name}}} is not filled in; use {', '.join(f'{{{item}}}' for item in known)}")
        return value

    return check


class Environment(Declared):
    """One environment, named by ``GROUNDWORK_ENVIRONMENT``."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,19}$")] = Field(description="Short name.")
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}[a-z0-9]$")] = Field(
        description="First part of every bucket name."
    )
    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="AWS region.")
    engine: Engine = Field(description="The Spark engine.")
    execution_roles: dict[JobRole, RoleArn] = Field(
        description="IAM role of each stage's jobs, and of those that do two stages at once (refineWithAcquire)."
    )
    tokenise_secret: Identifier | None = Field(
        default=None, description="Secrets Manager secret (name) that holds the key of comply rules that tokenise."
    )
    notifications: Notifications | None = Field(
        default=None, description="Who is told what became of a batch; nobody where left out."
    )
    modules: Modules = Field(default=Modules(), description="Modules on or off.")
    model_image: Annotated[str, StringConstraints(pattern=r"^[a-z0-9./-]+$")] | None = Field(
        default=None,
        description="Image repository of the models' container, without a tag: the tag is the image's content.",
    )
    tracking_uri: str | None = Field(
        default=None,
        description="MLflow tracking: the ARN of a SageMaker-managed server, or sqlite:///{home}/…, where {home} is "
        "GROUNDWORK_HOME. Experiments are not tracked where left out.",
    )
    landing_poll_seconds: int = Field(default=60, ge=1, le=3600, description="Pause between two looks for files.")
    landing_wait_minutes: int = Field(default=60, ge=1, le=1440, description="How long an acquisition waits for files.")
    capture_delay_seconds: int = Field(
        default=900,
        ge=0,
        le=7200,
        description="How long an endpoint's captured request may take to S3; a look at a model waits so long for them.",
    )
    object_url: Annotated[str, AfterValidator(_address("endpoint", "region", "bucket", "key"))] = Field(
        default="https://{region}.console.aws.amazon.com/s3/object/{bucket}?prefix={key}",
        description="Where a person opens an object; {endpoint} (AWS_ENDPOINT_URL, the sandbox's address), {region}, "
        "{bucket} and {key} are filled in.",
    )
    job_url: Annotated[str, AfterValidator(_address("endpoint", "region", "application", "job"))] | None = Field(
        default=None,
        description="Where a person sees a Spark job; {endpoint}, {region}, {application} and {job} are filled in. "
        "Its log object where left out.",
    )

    container_job_url: Annotated[str, AfterValidator(_address("endpoint", "region", "kind", "page", "job"))] = Field(
        default="https://{region}.console.aws.amazon.com/sagemaker/home?region={region}#/{page}/{job}",
        description="Where a person sees a SageMaker job; {endpoint}, {region}, {job}, its {kind} (training, tuning, "
        "processing, transform) and the console's {page} for that are filled in.",
    )

    @model_validator(mode="after")
    def _models_have_an_image(self) -> Environment:
        if self.modules.models and self.model_image is None:
            raise problem_at(
                "modules.models is on and no modelImage is named; add it, or switch the module off", "modules"
            )
        return self

    def bucket(self, purpose: Literal["landing", "lake", "artifacts", "evidence"]) -> str:
        """Name of one of the environment's four buckets."""
        return f"{self.prefix}-{self.name}-{purpose}"

    @property
    def job_roles(self) -> tuple[JobRole, ...]:
        """The execution roles that the jobs of the modules that are switched on need."""
        acquire: tuple[JobRole, ...] = ("acquire",) if self.modules.acquire else ()
        refine: tuple[JobRole, ...] = ("refine", "publish", "undo") if self.modules.refine else ()
        both: tuple[JobRole, ...] = ("acquire_and_refine",) if acquire and refine else ()
        return acquire + refine + both + (MODEL_STAGES if self.modules.models else ())

    @property
    def ledger_table(self) -> str:
        """Name of the DynamoDB table that is the ledger."""
        return f"groundwork-{self.name}"
