"""The command: preconditions, services, the story, its figures."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from demo.airflow_api import AirflowApi, AirflowApiError
from demo.deliveries import DELIVERIES, FIRST, JULY, JUNE
from demo.evidence import Evidence
from demo.facts import Ledger
from demo.figures import DeliveryFigures, Figures, summarise
from demo.jobs import Jobs
from demo.model_figures import ModelFigures
from demo.model_story import ModelStory, People
from demo.model_summary import show_model
from demo.requests import Requests
from demo.services import services
from demo.source_system import SourceSystem
from demo.story import STAGES, Story, StoryError
from demo.summary import show
from demo.view import View, view
from groundwork.spec import names
from groundwork.spec.contract import Contract
from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment, load_product
from groundwork.spec.model_file import DeclaredModel, load_model
from laptop.airflow import AirflowError, LocalAirflow, default_airflow
from laptop.doctor import checks
from sandbox.launcher import SandboxError
from sandbox.provision import clients
from sandbox.settings import REPOSITORY

PERSONA = "steward"
PEOPLE = ("scientist", "approver", "operator")
"""Who asks for a version, who approves it, who watches it."""
MODEL = "late_arrival"
MODEL_STAGES = ("train_model", "release_model", "score_data", "monitor_model")
INCLUDE = REPOSITORY / "include"
PLAIN_WIDTH = 120
FAILURES = (AirflowError, AirflowApiError, SandboxError, StoryError)


def home() -> Path:
    """Folder of everything that is made here."""
    return Path(os.environ.get("GROUNDWORK_HOME", REPOSITORY / ".groundwork")).resolve()


def landing_files() -> Path:
    """Folder with the files that will land, made by the jobs environment, which has the records.

    :raises StoryError: they cannot be made
    """
    command = [
        str(REPOSITORY / ".venv-jobs" / "bin" / "python"),
        "-m",
        "demo.landing",
        "--folder",
        str(home() / "landing"),
    ]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode:
        raise StoryError(f"the landing files were not made: {done.stderr.strip()}")
    return Path(done.stdout.strip())


@dataclass(frozen=True)
class World:
    """What a story is told in.

    :param client: makes boto3 clients of the sandbox
    :param api: Airflow, as the persona who triggers what the data need
    :param contracts: of the products that are delivered
    :param declared: the model
    """

    airflow: LocalAirflow
    environment: Environment
    client: Callable[[str], Any]
    ledger: Ledger
    api: AirflowApi
    contracts: dict[str, Contract]
    declared: DeclaredModel

    @classmethod
    def of(cls, airflow: LocalAirflow) -> World:
        """The checkout's declarations on a running Airflow."""
        environment = load_environment(INCLUDE, "sandbox")
        client = clients(airflow.sandbox, environment.region)
        return cls(
            airflow=airflow,
            environment=environment,
            client=client,
            ledger=Ledger(client, environment.ledger_table),
            api=AirflowApi(airflow.address, PERSONA, airflow.passwords[PERSONA]),
            contracts={each.product: load_product(INCLUDE, each.product).contract for each in DELIVERIES},
            declared=load_model(INCLUDE, MODEL),
        )

    @property
    def dag_ids(self) -> set[str]:
        """DAGs that the story needs."""
        refined = {name for name, contract in self.contracts.items() if not contract.refine_with_acquire}
        return {
            *(names.dag_id(STAGES[0], name) for name in self.contracts),
            *(names.dag_id(STAGES[1], name) for name in refined),
            *(names.dag_id(stage, MODEL) for stage in MODEL_STAGES),
            names.dag_id("build_features", self.declared.model.features.view),
        }


def tell(airflow: LocalAirflow, landing: Path, shown: View, seconds: float) -> Figures:
    """Run the story to its end and give its figures."""
    world = World.of(airflow)
    shown.say(f"waiting for the DAGs; to watch log in as {PERSONA}, password in {airflow.home / 'passwords.json'}")
    world.api.wait_for_dags(world.dag_ids)
    source = SourceSystem(world.client("s3"), world.environment, landing)
    requests = Requests(world.client, world.environment, MODEL)
    models = chapter(world, source, requests)
    story = Story(
        deliveries=DELIVERIES,
        contracts=world.contracts,
        source=source,
        ledger=world.ledger,
        airflow=world.api,
        models=models,
        view=shown,
        address=airflow.address,
    )
    story.run(seconds)
    return figures(world, story, models, requests)


def chapter(world: World, source: SourceSystem, requests: Requests) -> ModelStory:
    """The chapter about the model, with everybody logged in."""
    airflow = world.airflow
    batch = {each.name: source.batch_id(each) for each in DELIVERIES}
    return ModelStory(
        model=world.declared.model,
        environment=world.environment,
        ledger=world.ledger,
        people=People(*(AirflowApi(airflow.address, name, airflow.passwords[name]) for name in PEOPLE)),
        requests=requests,
        s3=world.client("s3"),
        first=batch[FIRST],
        watched={JUNE: (batch[JUNE], 6), JULY: (batch[JULY], 7)},
    )


def figures(world: World, story: Story, models: ModelStory, requests: Requests) -> Figures:
    """What both halves of a story that has ended have left."""
    evidence = Evidence(
        s3=world.client("s3"),
        endpoint=world.airflow.sandbox.endpoint,
        environment=world.environment,
        ledger=world.ledger,
        airflow=world.api,
        jobs=Jobs(world.client, world.environment),
    )
    deliveries = DeliveryFigures(evidence)
    told = summarise([deliveries.delivery(each, world.contracts[each.delivery.product]) for each in story.progress])
    return {**told, "model": ModelFigures(evidence, world.declared.model).chapter(models, requests)}


def run(shown: View, seconds: float) -> Figures:
    """Everything from the preconditions to the figures, which are also written to ``demo/story.json``."""
    lacking = [f"{check.name}: {check.found}. {check.mend}" for check in checks() if not check.passed]
    if lacking:
        raise StoryError("this machine lacks something:\n" + "\n".join(lacking))
    shown.say("making the landing files")
    with ThreadPoolExecutor(max_workers=1) as beside:
        landing = beside.submit(landing_files)
        with services(shown) as airflow:
            told = tell(airflow, landing.result(), shown, seconds)
    target = home() / "demo" / "story.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return told


def interrupt(*_: object) -> None:
    """End as Ctrl-C does, so that what was started is stopped."""
    raise KeyboardInterrupt


def main() -> int:
    """The entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="The whole story, watched live. Run again it does nothing twice."
    )
    parser.add_argument("--seconds", type=float, default=1800, help="how long the story may take (%(default).0f)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupt)
    shown = view()
    try:
        told = run(shown, arguments.seconds)
    except FAILURES as failure:
        print(f"\nThe story stopped: {failure}\nWhat there is can be looked at: make up", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    show(told, console)
    show_model(told["model"], console)
    print(f"\nThe same as data: {home() / 'demo' / 'story.json'}")
    print(f"Lineage of every run, as OpenLineage events: {default_airflow().lineage}. Everything is kept: make up")
    return 0
