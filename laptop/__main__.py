"""``python -m laptop``: sandbox, Airflow and the experiment tracker together."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

from laptop.airflow import AirflowError, LocalAirflow, default_airflow
from laptop.environment import PERSONAS
from laptop.provision import provision
from laptop.tracking import default_tracking
from sandbox.launcher import Sandbox, SandboxError
from sandbox.settings import REPOSITORY


def bundle(airflow: LocalAirflow) -> int:
    """Start the sandbox, make in it what is missing, and put the job code there as it stands now."""
    Sandbox(airflow.sandbox).up()
    provision(airflow.environment)
    return 0


def up(airflow: LocalAirflow) -> int:
    """Start all, wait until they are healthy, and say where they are."""
    bundle(airflow)
    seconds = airflow.up()
    tracking = default_tracking()
    tracking.up()
    print(f"sandbox  {airflow.sandbox.endpoint}")
    print(f"airflow  {airflow.address}  (healthy after {seconds:.1f} s)")
    print(f"mlflow   {tracking.address}")
    print("logins:")
    for name, role in PERSONAS.items():
        print(f"  {name:10} {airflow.passwords[name]}   ({role})")
    return 0


def down(airflow: LocalAirflow) -> int:
    """Stop all; what they hold is kept."""
    default_tracking().down()
    airflow.down()
    Sandbox(airflow.sandbox).down()
    return 0


def reset(airflow: LocalAirflow) -> int:
    """Stop all and forget what they hold."""
    tracking = default_tracking()
    tracking.down()
    shutil.rmtree(tracking.home, ignore_errors=True)
    airflow.reset()
    Sandbox(airflow.sandbox).reset()
    return 0


def status(airflow: LocalAirflow) -> int:
    """Say what runs; 1 when something does not."""
    sandbox = Sandbox(airflow.sandbox).status()
    print(f"{'up  ' if sandbox.healthy else 'down'} {'sandbox':14} {airflow.sandbox.endpoint}")
    if sandbox.healthy and (sent := Sandbox(airflow.sandbox).ask("messages")["messages"]):
        print(f"{len(sent)} sent to people, the last one: {sent[-1]['subject']} (.venv/bin/python -m sandbox messages)")
    components = airflow.status()
    health = airflow.health()
    for part in components:
        reported = health.get(part.name.replace("-", "_"), "healthy" if health else "no answer")
        if part.process:
            print(f"up   {part.name:14} pid {part.process.pid}, {part.memory / 1024**2:.0f} MB, {reported}")
        else:
            print(f"down {part.name:14} log: {part.log}")
    tracking = default_tracking()
    found = tracking.process()
    told = f"{tracking.address}, {found.memory() / 1024**2:.0f} MB" if found else f"log: {tracking.log}"
    print(f"{'up  ' if found else 'down'} {'mlflow':14} {told}")
    if health:
        print(f"UI: {airflow.address}")
    return 0 if sandbox.healthy and all(part.process for part in components) else 1


def shell(airflow: LocalAirflow, command: str | None) -> int:
    """Run a command, or bash, where the airflow command works against the sandbox."""
    bundle(airflow)
    airflow.migrate()
    path = f"{REPOSITORY / 'laptop' / 'commands'}{os.pathsep}{airflow.environment['PATH']}"
    environment = {**airflow.environment, "GROUNDWORK_SHELL": "1", "PATH": path}
    if command:
        return subprocess.run(["bash", "-c", command], env=environment, cwd=REPOSITORY).returncode
    print(f"airflow works here, against {airflow.sandbox.endpoint}; leave with exit")
    prompt = {"PS1": "(groundwork) \\w \\$ ", "PROMPT_COMMAND": ""}
    os.chdir(REPOSITORY)
    return subprocess.run(["bash", "--norc", "-i"], env={**environment, **prompt}).returncode


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m laptop", description="The sandbox and Airflow on this machine.")
    commands = top.add_subparsers(dest="name", required=True)
    for function in (up, down, status, reset, bundle):
        commands.add_parser(function.__name__, help=function.__doc__).set_defaults(run=function)
    opened = commands.add_parser("shell", help=shell.__doc__)
    opened.add_argument("--command", help="run this and leave")
    return top


def main() -> int:
    """The entry point."""
    arguments = parser().parse_args()
    airflow = default_airflow()
    try:
        if arguments.name == "shell":
            return shell(airflow, arguments.command)
        return int(arguments.run(airflow))
    except (AirflowError, SandboxError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
