"""Sandbox and Airflow for as long as the story needs them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from demo.view import View
from laptop.airflow import COMPONENTS, LocalAirflow, default_airflow
from laptop.provision import provision
from sandbox.launcher import Sandbox


@contextmanager
def services(view: View) -> Iterator[LocalAirflow]:
    """Both of them, up; what was up before stays up afterwards, what was started here is stopped here.

    :raises laptop.airflow.AirflowError: Airflow, the provisioning or the job bundle failed
    :raises sandbox.launcher.SandboxError: the sandbox did not start
    """
    # Nobody edits a declaration meanwhile, and parsing all of them every 20 s takes a tenth of a core.
    airflow = default_airflow(parse_every=600)
    sandbox = Sandbox(airflow.sandbox)
    had_sandbox = sandbox.status().running
    had_airflow = any(airflow.process(component) for component in COMPONENTS)
    try:
        view.say(f"{'using' if had_sandbox else 'starting'} the sandbox at {airflow.sandbox.endpoint}")
        view.say(f"{'using' if had_airflow else 'starting'} Airflow at {airflow.address}")
        # Side by side: Airflow takes three times as long until its first task.
        with ThreadPoolExecutor(max_workers=1) as beside:
            started = beside.submit(airflow.up)
            sandbox.up()
            provision(airflow.environment)
            started.result()
        yield airflow
    finally:
        view.close()
        if not had_airflow:
            view.say("stopping Airflow")
            airflow.down()
        if not had_sandbox:
            view.say("stopping the sandbox")
            sandbox.down()
