"""``python -m sandbox``: the sandbox's commands, from either environment."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sandbox.launcher import Sandbox, SandboxError
from sandbox.settings import REPOSITORY, Settings, default_settings

FOLLOW_SECONDS = 0.3
TAIL_LINES = 50


def parser(defaults: Settings) -> argparse.ArgumentParser:
    """The command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, default=defaults.home, help="folder of the sandbox (%(default)s)")
    common.add_argument("--port", type=int, default=defaults.port, help="port on 127.0.0.1 (%(default)s)")
    common.add_argument("--jars", type=Path, default=defaults.jars, help="folder of the Spark jars (%(default)s)")
    top = argparse.ArgumentParser(prog="python -m sandbox", description="AWS on a laptop, for development and tests.")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("up", parents=[common], help="start it and wait until it answers")
    commands.add_parser("down", parents=[common], help="end its jobs, keep its state, stop it")
    commands.add_parser("status", parents=[common], help="say how it is; exit 1 when it does not run")
    commands.add_parser("reset", parents=[common], help="stop it and delete its state, jobs and logs")
    commands.add_parser("serve", parents=[common], help="run it in this process (needs the jobs environment)")
    made = commands.add_parser("provision", parents=[common], help="make in it what an environment file names")
    made.add_argument("--environment", default="sandbox", help="the environment file's stem (%(default)s)")
    commands.add_parser("messages", parents=[common], help="show what was sent to SNS topics")
    logs = commands.add_parser("logs", parents=[common], help="show its log, or that of a job")
    logs.add_argument("job_run_id", nargs="?", help="a job run or a SageMaker job; without it the server's log")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until interrupted")
    return top


def show_status(sandbox: Sandbox) -> int:
    """Print how it is; the exit code says whether it runs."""
    status = sandbox.status()
    if status.healthy:
        print(f"up: {status.endpoint}, pid {status.pid}, {status.home}")
        return 0
    print(f"pid {status.pid} holds {status.home} but does not answer" if status.running else f"down: {status.home}")
    return 1


def show_messages(sandbox: Sandbox) -> int:
    """Print what was sent to SNS topics, the newest at the end."""
    messages = sandbox.ask("messages")["messages"]
    for message in messages:
        print(f"--- {message['topic']}: {message['subject']}\n{message['text']}\n")
    print(f"{len(messages)} message{'' if len(messages) == 1 else 's'}")
    return 0


def log_files(settings: Settings, job_run_id: str | None) -> list[Path]:
    """The files to show.

    :raises SandboxError: there is no such job, or more than one
    """
    if job_run_id is None:
        return [settings.logs / "server.log"]
    folders = {each.name: each for each in settings.jobs.glob("*")}
    folders |= {f"{each.parent.name}/{each.name}": each for each in settings.sagemaker.glob("*/*")}
    found = [name for name in folders if job_run_id in (name, name.rpartition("/")[2])]
    if not found:
        raise SandboxError(f"no job {job_run_id!r} under {settings.jobs} or {settings.sagemaker}")
    if len(found) > 1:
        raise SandboxError(f"there are several jobs {job_run_id!r}: say {' or '.join(sorted(found))}")
    return [folders[found[0]] / "stdout", folders[found[0]] / "stderr"]


def new_text(files: list[Path], offsets: dict[Path, int]) -> Iterator[str]:
    """What was written since the offsets, which move on; a file that shrank (rotated) is read from its start."""
    for path in files:
        if not path.exists():
            continue
        if path.stat().st_size < offsets.get(path, 0):
            offsets[path] = 0
        with path.open("rb") as file:
            file.seek(offsets.get(path, 0))
            yield file.read().decode(errors="replace")
            offsets[path] = file.tell()


def show_logs(settings: Settings, job_run_id: str | None, follow: bool) -> int:
    """Print the last lines, and with ``follow`` every new one."""
    files = log_files(settings, job_run_id)
    offsets: dict[Path, int] = {}
    for text in new_text(files, offsets):
        print("\n".join(text.splitlines()[-TAIL_LINES:]))
    while follow:
        time.sleep(FOLLOW_SECONDS)
        for text in new_text(files, offsets):
            print(text, end="", flush=True)
    return 0


def make_environment(settings: Settings, environment: str) -> int:
    """Make what an environment file names, and print a line for each thing.

    :raises SandboxError: groundwork.spec cannot be imported, a declaration cannot be used, or the sandbox refused
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError

        from groundwork.spec.errors import SpecError
        from sandbox.provision import provision
    except ModuleNotFoundError as missing:
        raise SandboxError(f"{missing}: set PYTHONPATH=plugins and use .venv/bin/python") from missing
    try:
        for what, outcome in provision(settings, REPOSITORY / "include", environment):
            print(f"{outcome:9} {what}", flush=True)
    except (SpecError, ClientError, BotoCoreError) as reason:
        raise SandboxError(str(reason)) from reason
    return 0


def serve_here(settings: Settings) -> int:
    """Run the server in this process."""
    from sandbox import server
    from sandbox.http_server import PortBusy
    from sandbox.journal import StateMismatch

    try:
        server.serve(replace(settings, jobs_python=Path(sys.executable)))
    except (server.HomeTaken, PortBusy, StateMismatch) as reason:
        raise SandboxError(str(reason)) from reason
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Carry out one command and return its exit code."""
    settings = replace(default_settings(), home=arguments.home, port=arguments.port, jars=arguments.jars)
    sandbox = Sandbox(settings)
    if arguments.command == "serve":
        return serve_here(settings)
    if arguments.command == "provision":
        return make_environment(settings, arguments.environment)
    if arguments.command == "logs":
        return show_logs(settings, arguments.job_run_id, arguments.follow)
    if arguments.command == "messages":
        return show_messages(sandbox)
    if arguments.command == "status":
        return show_status(sandbox)
    {"up": sandbox.up, "down": sandbox.down, "reset": sandbox.reset}[arguments.command]()
    show_status(sandbox)
    return 0


def main() -> int:
    """The entry point."""
    try:
        return run(parser(default_settings()).parse_args())
    except SandboxError as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
