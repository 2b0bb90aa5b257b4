"""What the story asks of Airflow, by the REST API that anybody has."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

TAIL_LINES = 30


class AirflowApiError(Exception):
    """Airflow did not do what was asked; the message says why."""


class AirflowApi:
    """One person's view of a running Airflow.

    :param address: of the API server
    :param user: the person's login
    :param password: and password
    :raises AirflowApiError: the login is refused
    """

    def __init__(self, address: str, user: str, password: str) -> None:
        # A proxy of the environment is for other machines.
        self._http = httpx.Client(base_url=address, timeout=30, trust_env=False)
        answer = self._http.post("/auth/token", json={"username": user, "password": password})
        if answer.status_code != httpx.codes.CREATED:
            raise AirflowApiError(f"{address} does not let {user} in: {answer.status_code} {answer.text[:200]}")
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def wait_for_dags(self, wanted: Iterable[str], seconds: float = 90) -> None:
        """Wait until Airflow has parsed these DAGs, and switch them on.

        :param wanted: ids of DAGs
        :param seconds: how long it may take
        :raises AirflowApiError: a DAG file cannot be imported, or they do not all appear in time
        """
        missing = set(wanted)
        until = time.monotonic() + seconds
        while True:
            found = {dag["dag_id"]: dag for dag in self._pages("/api/v2/dags", "dags", exclude_stale=True)}
            for dag_id in missing & found.keys():
                if found[dag_id]["is_paused"]:
                    self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})
            missing -= found.keys()
            if not missing:
                return
            if time.monotonic() > until:
                raise AirflowApiError(f"Airflow has no DAG {', '.join(sorted(missing))}. {self._import_errors()}")
            time.sleep(0.5)

    def trigger(self, dag_id: str, note: str, conf: Mapping[str, str] | None = None) -> str:
        """Start a run and give its id.

        :param note: what people read beside the run
        :param conf: what the form of the DAG asks for
        """
        body: dict[str, Any] = {"logical_date": None, "conf": dict(conf or {}), "note": note}
        return str(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def runs(self, dag_id: str = "~", **filters: Any) -> list[dict[str, Any]]:
        """Runs of a DAG, oldest first; of every DAG where none is named.

        :param filters: query parameters of the API, such as ``state``
        """
        return self._pages(f"/api/v2/dags/{dag_id}/dagRuns", "dag_runs", order_by="id", **filters)

    def open_question(self, dag_id: str) -> dict[str, Any] | None:
        """The newest question of a DAG's runs that waits for a person's answer; None where none does."""
        asked = self._pages(
            f"/api/v2/dags/{dag_id}/dagRuns/~/hitlDetails", "hitl_details", response_received=False, state="deferred"
        )
        return max(asked, key=lambda each: str(each["created_at"]), default=None)

    def answer(self, question: Mapping[str, Any], option: str, comment: str) -> str:
        """Answer a question as this person.

        :return: why the answer is refused; empty where it is taken
        :raises AirflowApiError: Airflow does not answer, or by something else than a refusal of this person
        """
        task = question["task_instance"]
        path = (
            f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
            f"/{task['map_index']}/hitlDetails"
        )
        body = {"chosen_options": [option], "params_input": {"comment": comment}}
        answer = self._http.patch(path, json=body)
        if answer.status_code == httpx.codes.FORBIDDEN:
            return f"{answer.status_code}: {answer.json()['detail']}"
        if answer.is_error:
            raise AirflowApiError(f"Airflow answers PATCH {path} with {answer.status_code}: {answer.text[:500]}")
        return ""

    def is_active(self, dag_id: str) -> bool:
        """Whether a run of this DAG waits or goes on."""
        return bool(self.runs(dag_id, state=("queued", "running")))

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Task instances of a run."""
        return self._pages(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances")

    def explain_failure(self, run: dict[str, Any]) -> str:
        """Which tasks of a failed run failed, and the ends of their logs."""
        dag_id, run_id = run["dag_id"], run["dag_run_id"]
        parts = [f"run {run_id} of {dag_id} failed"]
        for task in self.tasks(dag_id, run_id):
            if task["state"] == "failed":
                path = (
                    f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
                )
                lines = self._call("GET", path, params={"full_content": True})["content"]
                parts += [f"task {task['task_id']}, the end of its log:", *_plain(lines)[-TAIL_LINES:]]
        return "\n".join(parts)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _import_errors(self) -> str:
        found = self._pages("/api/v2/importErrors", "import_errors")
        return (
            "\n".join(f"{error['filename']}: {error['stack_trace']}" for error in found) or "No import error is known."
        )

    def _pages(self, path: str, key: str, **filters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = self._call("GET", path, params={**filters, "limit": 100, "offset": len(found)})
            found += answer[key]
            if len(found) >= answer["total_entries"] or not answer[key]:
                return found

    def _call(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise AirflowApiError(f"Airflow does not answer {method} {path}: {error}") from error
        if answer.is_error:
            raise AirflowApiError(f"Airflow answers {method} {path} with {answer.status_code}: {answer.text[:500]}")
        return answer.json()


def _plain(lines: Iterable[Any]) -> list[str]:
    """Log lines as text: what happened and, of an exception, what it says."""
    found: list[str] = []
    for line in lines:
        if not isinstance(line, dict):
            found.append(str(line))
            continue
        found.append(str(line.get("event", line)))
        found += [f"{error['exc_type']}: {error['exc_value']}" for error in line.get("error_detail") or ()]
    return found
