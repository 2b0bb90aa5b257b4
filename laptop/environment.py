"""The settings of a local Airflow, all by environment variables and all from one function."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.settings import REPOSITORY, Settings

DEFAULT_PORT = 8080
# Who uses Groundwork, and what Airflow's simple auth manager lets each do: a viewer reads, a user also triggers runs
# and answers tasks that wait for a person, an op also changes variables, connections and pools.
PERSONAS = {
    "steward": "user",
    "consumer": "viewer",
    "scientist": "user",
    "approver": "user",
    "operator": "op",
    "engineer": "admin",
}


def airflow_environment(
    home: Path, port: int, sandbox: Settings, repository: Path = REPOSITORY, parse_every: int = 20
) -> dict[str, str]:
    """Variables that make Airflow run our DAGs against one sandbox.

    :param home: AIRFLOW_HOME; secrets and passwords are made in it when they are not there
    :param port: port of the API server and UI on 127.0.0.1
    :param sandbox: the sandbox that stands for AWS
    :param repository: checkout whose dags/ and plugins/ are used
    :param parse_every: seconds until a DAG file whose YAML may have changed is parsed again
    """
    keys = _secrets(home)
    # Airflow would make those it does not find, print them into its log, and let everybody read the file.
    passwords(home)
    address = f"http://127.0.0.1:{port}"
    return {
        **sandbox.client_environment(),
        "AIRFLOW_HOME": str(home),
        "GROUNDWORK_ENVIRONMENT": "sandbox",
        # Experiments are tracked under it; see trackingUri of the sandbox's environment file.
        "GROUNDWORK_HOME": str(home.parent),
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        "AIRFLOW__CORE__DAGS_FOLDER": str(repository / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(repository / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # SQLite takes one writer at a time: more parallel tasks only wait for it, or meet "database is locked".
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db?timeout=60",
        # A name that needs no look-up: a laptop's own name is often one that its resolver waits for.
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__API__SECRET_KEY": keys["api_secret_key"],
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__INSTANCE_NAME": "Groundwork on this machine",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in PERSONAS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_file(home)),
        # The pause between two looks of the scheduler is the wait between two tasks; 0.3 s costs 5 % of a core.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        # One parsing process, and changes of a DAG or its YAML seen within seconds.
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(parse_every),
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "5",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        # OpenLineage's events, one a line: several processes append, each event in one write.
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
            {"type": "file", "log_file_path": str(lineage_file(home)), "append": True}
        ),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "groundwork-sandbox",
        # Where credentials and endpoint come from is said once a client, and a task makes many.
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "airflow.providers.amazon.aws.hooks.base_aws=WARNING botocore=WARNING",
    }


def process_environment(additions: Mapping[str, str]) -> dict[str, str]:
    """A whole environment: the caller's own without what would reach into Airflow, Python or AWS, plus additions."""
    foreign = (
        "AIRFLOW",
        "AWS_",
        "PYTHON",
        "GROUNDWORK_ENVIRONMENT",
        "GROUNDWORK_INCLUDE",
        "OPENLINEAGE",
        "VIRTUAL_ENV",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    binaries = REPOSITORY / ".venv" / "bin"
    return {**kept, "PATH": f"{binaries}{os.pathsep}{kept.get('PATH', os.defpath)}", **additions}


def lineage_file(home: Path) -> Path:
    """Where the OpenLineage events of an Airflow lie, one JSON object a line.

    :param home: AIRFLOW_HOME
    """
    return home / "openlineage.jsonl"


def passwords(home: Path) -> dict[str, str]:
    """The personas' passwords, made at random the first time.

    :param home: AIRFLOW_HOME; the file in it can be read by its owner only
    """
    return _once(_passwords_file(home), lambda: {name: secrets.token_urlsafe(9) for name in PERSONAS})


def _passwords_file(home: Path) -> Path:
    return home / "passwords.json"


def _secrets(home: Path) -> dict[str, str]:
    """Keys of this Airflow alone, so that no token of one installation opens another."""

    def made() -> dict[str, str]:
        fernet = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        return {"fernet_key": fernet, "jwt_secret": secrets.token_hex(32), "api_secret_key": secrets.token_hex(32)}

    return _once(home / "secrets.json", made)


def _once(file: Path, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What a private file holds; made first when it is not there, by whoever comes first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    if not file.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(make(), output, indent=1)
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    content: dict[str, str] = json.loads(file.read_text())
    return content
