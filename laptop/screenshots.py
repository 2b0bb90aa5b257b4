"""Pictures of the Airflow UI for the docs: ``make screenshots``, after ``make demo`` and ``make up``."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeoutError

from laptop.airflow import AirflowError, LocalAirflow, default_airflow
from sandbox.settings import REPOSITORY

IMAGES = REPOSITORY / "docs" / "images"
SHOWN_DAG = "refine_data__flights"
TRAINING_DAG, QUESTION_DAG = "train_model__late_arrival", "release_model__late_arrival"
# The browser is the system's, and talks to nobody but the UI.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Api:
    """Airflow's REST API as the engineer.

    :param airflow: a running Airflow
    :raises AirflowError: it does not run
    """

    def __init__(self, airflow: LocalAirflow) -> None:
        self.port = airflow.port
        login = {"username": "engineer", "password": airflow.passwords["engineer"]}
        self.token = ""
        self.token = self.call("POST", "/auth/token", login)["access_token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError as error:
            raise AirflowError(f"Airflow does not answer on port {self.port}; mend: make up") from error
        finally:
            connection.close()
        if answer.status >= 300:
            raise AirflowError(f"{method} {path}: {answer.status} {content[:300].decode(errors='replace')}")
        return json.loads(content)


def newest_run(api: Api, dag_id: str, state: str) -> str:
    """Path of a DAG's newest run in a state.

    :raises AirflowError: there is none
    """
    listed = api.call("GET", f"/api/v2/dags/{dag_id}/dagRuns?state={state}&order_by=-run_after&limit=1")["dag_runs"]
    if not listed:
        raise AirflowError(f"{dag_id} has no run to show that is {state}; mend: make demo, then make up")
    return f"/dags/{dag_id}/runs/{quote(listed[0]['dag_run_id'], safe='')}"


def pages(api: Api, story: Mapping[str, Any]) -> dict[str, str]:
    """Path or address of every picture's page, by the picture's name.

    :param api: Airflow
    :param story: what the demo wrote
    :raises AirflowError: a shown DAG has no such run yet
    """
    run = newest_run(api, SHOWN_DAG, "success")
    question = f"{newest_run(api, QUESTION_DAG, 'running')}/tasks/approve_model/required_actions"
    tasks = api.call("GET", f"/api/v2{run.replace('/runs/', '/dagRuns/')}/taskInstances")["task_instances"]
    # The task that waited longest is the one that ran the Spark job.
    longest = max(tasks, key=lambda task: task["duration"] or 0)["task_id"]
    return {
        "airflow-home": "/",
        "airflow-dags": "/dags?limit=50",
        "airflow-run": run,
        "airflow-task-log": f"{run}/tasks/{longest}",
        "airflow-dag-docs": f"/dags/{SHOWN_DAG}/details",
        "airflow-assets": "/assets",
        "airflow-training": newest_run(api, TRAINING_DAG, "success"),
        "airflow-question": question,
        "evaluation": story["model"]["version"]["pages"]["evaluation"],
        "drift": story["model"]["looks"][-1]["page"],
    }


def take(page: Page, address: str, target: Path) -> None:
    """Save one picture, once the page has loaded and drawn."""
    page.goto(address)
    # A page that refreshes itself may never be idle; it has loaded by then.
    with contextlib.suppress(PageTimeoutError):
        page.wait_for_load_state("networkidle", timeout=15_000)
        page.wait_for_function("!document.querySelector('.chakra-skeleton')", timeout=15_000)
    page.wait_for_timeout(1_500)
    page.screenshot(path=target)


def take_all(airflow: LocalAirflow, images: Path) -> list[Path]:
    """Save every picture.

    :param airflow: a running Airflow with finished runs
    :param images: folder for the pictures
    :raises AirflowError: there is no Chromium, Airflow does not run, or there is nothing to show
    """
    file = airflow.home.parent / "demo" / "story.json"
    if not file.is_file():
        raise AirflowError(f"{file} is not there; mend: make demo, then make up")
    story = json.loads(file.read_text())
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise AirflowError("no chromium on PATH; mend: install it (Debian: chromium)")
    api = Api(airflow)
    images.mkdir(parents=True, exist_ok=True)
    taken = []
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=QUIET) as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
        context.add_cookies([{"name": "_token", "value": api.token, "url": airflow.address}])
        page = context.new_page()
        for name, path in pages(api, story).items():
            target = images / f"{name}.png"
            take(page, path if path.startswith("http") else f"{airflow.address}{path}", target)
            taken.append(target)
    return taken


def main() -> int:
    """The entry point."""
    try:
        for path in take_all(default_airflow(), IMAGES):
            print(path.relative_to(REPOSITORY))
    except AirflowError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
