"""The program ``serve``, as SageMaker and the sandbox start and ask it."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from model_code.serving.answer import Answerer
from tests.model_code.world import Box, line, stop, until

LINES = "application/jsonlines"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """A running serve program."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def invoke(self, *lines: str, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        body = "".join(f"{each}\n" for each in lines).encode()
        return self.ask("POST", "/invocations", body, **{"Content-Type": LINES, **headers})


@contextmanager
def serving(box: Box) -> Iterator[Server]:
    port = free_port()
    with box.start("serve", SAGEMAKER_BIND_TO_PORT=str(port), SAGEMAKER_BIND_HOST="127.0.0.1") as process:
        server = Server(process, port)
        try:
            until(process, "model ")
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    assert server.ask("GET", "/ping")[0] == 200
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            yield server
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(trained):
    with serving(trained) as running:
        yield running


def test_it_answers_line_by_line_in_order_with_the_keys_it_was_given(server, trained):
    status, text, headers = server.invoke(
        line(load=2.0, key={"flight": 7, "origin": "JFK"}), line(load=None, key={"a": "é"})
    )
    assert (status, headers["content-type"]) == (200, LINES)
    first, second = map(json.loads, text.splitlines())
    assert first["key"] == {"flight": 7, "origin": "JFK"}
    assert second["key"] == {"a": "é"}
    assert 0 < second["probability"] < first["probability"] < 1
    assert first["version"] == second["version"] == Answerer.load(trained.ml / "model").version
    assert set(first) == {"key", "probability", "version"}


def test_it_gives_as_many_reasons_as_are_asked_for(server):
    status, text, _ = server.invoke(
        line(load=3.0), line(load=None), **{"X-Amzn-SageMaker-Custom-Attributes": "trace=1, reasons=2"}
    )
    assert status == 200
    first, second = (json.loads(each)["reasons"] for each in text.splitlines())
    assert first[0]["feature"] == "load"
    assert first[0]["value"] == 3.0
    assert first[0]["contribution"] > 0
    assert abs(first[0]["contribution"]) >= abs(first[1]["contribution"])
    assert len(second) == 2
    status, text, _ = server.invoke(line(), **{"X-Amzn-SageMaker-Custom-Attributes": "reasons=many"})
    assert (status, "reasons is 'many'" in text) == (400, True)


def test_a_category_that_training_has_not_seen_is_missing_and_counted(server):
    _, unseen, headers = server.invoke(line(carrier="ZZ"), line(carrier="AA"), line(carrier="YY"))
    assert headers["X-Amzn-SageMaker-Custom-Attributes"] == "unseen-carrier=2"
    _, missing, headers = server.invoke(line(carrier=None))
    assert "X-Amzn-SageMaker-Custom-Attributes" not in headers
    probabilities = [json.loads(each)["probability"] for each in unseen.splitlines()]
    assert probabilities[0] == probabilities[2] == json.loads(missing)["probability"] != probabilities[1]


WRONG = {
    "unknown feature": ('{"key": {}, "features": {"load": 1, "noise": 1, "carrier": "AA", "x": 1}}', "unknown: x"),
    "missing feature": ('{"key": {}, "features": {"load": 1, "carrier": "AA"}}', "features: missing: noise"),
    "text for a number": (line(load="1"), "load: is a text; send a number or null"),
    "boolean for a number": (line(load=True), "load: is true or false; send a number or null"),
    "number for a category": (line(carrier=3), "carrier: is a number; send a text or null"),
    "NaN": (line(load=float("nan")), "NaN is no number of JSON"),
    "infinity": (line(load=1e300), "load: is too large for a number of 32 bits"),
    "huge": (
        '{"key": {}, "features": {"load": 1' + "0" * 400 + ', "noise": 1, "carrier": null}}',
        "load: is too large",
    ),
    "named twice": (
        '{"key": {}, "features": {"load": 1, "load": 2, "noise": 1, "carrier": null}}',
        "'load' is there twice",
    ),
    "cut off": ('{"key": {}, "features": {"load"', "not JSON"),
    "a list": ("[1, 2]", "is list; send an object with key and features"),
    "without key": ('{"features": {}}', "is ['features']; send an object with key and features"),
    "key that is no object": ('{"key": 1, "features": {}}', "key: is a number; send an object"),
    "deep": ("[" * 100_000, "not JSON"),
    "blank": ("", "not JSON"),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_line_that_cannot_be_answered_refuses_the_request_and_is_named(case, server):
    wrong, reason = WRONG[case]
    status, text, _ = server.invoke(line(), wrong, line())
    assert status == 400
    assert text.startswith("line 2")
    assert reason in text


def test_other_bodies_are_refused(server):
    assert server.invoke()[:2] == (400, "line 1: there is none; send one JSON object a line\n")
    assert server.ask("POST", "/invocations", b"\xff", **{"Content-Type": LINES})[0] == 400
    status, text, _ = server.ask("POST", "/invocations", b"a,b", **{"Content-Type": "text/csv"})
    assert (status, text) == (415, "content type 'text/csv' is not read; send application/jsonlines\n")
    assert server.ask("GET", "/invocations")[0] == 405
    assert server.ask("GET", "/elsewhere")[0] == 404


def test_many_at_once_are_answered_as_alone(server):
    alone = {load: server.invoke(line(load=load))[1] for load in range(-3, 4)}
    answers: dict[int, list[str]] = {load: [] for load in alone}

    def ask(load: int) -> None:
        answers[load].extend(server.invoke(line(load=load))[1] for _ in range(20))

    threads = [threading.Thread(target=ask, args=(load,)) for load in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {load: [text] * 20 for load, text in alone.items()}


def test_told_to_stop_it_answers_what_it_was_asked_and_ends_with_0(trained):
    with serving(trained) as server:
        body = f"{line()}\n".encode() * 30_000
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(server.ask("POST", "/invocations", body, **{"Content-Type": LINES}))
        )
        asking.start()
        time.sleep(0.3)
        assert asking.is_alive()
        assert stop(server.process) == 0
        asking.join()
        assert answers[0][0] == 200
        assert len(answers[0][1].splitlines()) == 30_000
        assert "stopped" in server.process.stdout.read()


def copy_of(trained: Box, tmp_path) -> Box:
    box = Box(trained.image, tmp_path / "ml")
    shutil.copytree(trained.ml / "model", box.ml / "model")
    return box


def swapped(folder) -> None:
    content = bytearray((folder / "model.ubj").read_bytes())
    content[-50] ^= 1
    (folder / "model.ubj").write_bytes(content)


def garbage(folder) -> None:
    (folder / "model.ubj").write_bytes(b"not a model")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["model.ubj"] = hashlib.sha256(b"not a model").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


BROKEN = {
    "swapped": (swapped, "model.ubj is not what was trained: its sha256 is"),
    "garbage": (garbage, "model.ubj does not load"),
    "lost": (
        lambda folder: (folder / "model.ubj").unlink(),
        "does not hold the files that its manifest names: model.ubj",
    ),
    "extra": (lambda folder: (folder / "x.pkl").touch(), "does not hold the files that its manifest names: x.pkl"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "the model has no manifest"),
    "other manifest": (lambda folder: (folder / "manifest.json").write_text("{}"), "manifest.json is no manifest"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_model_that_does_not_load_never_listens_and_says_why(case, trained, tmp_path):
    breaks, reason = BROKEN[case]
    box = copy_of(trained, tmp_path)
    breaks(box.ml / "model")
    done = box.run("serve", SAGEMAKER_BIND_TO_PORT=str(free_port()), SAGEMAKER_BIND_HOST="127.0.0.1")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("the model does not load: ")
    assert reason in last


def test_a_baseline_is_not_served(baseline):
    done = baseline.run("serve", SAGEMAKER_BIND_TO_PORT=str(free_port()), SAGEMAKER_BIND_HOST="127.0.0.1")
    assert done.returncode == 1
    assert "a logistic_regression model is a baseline: it is compared with and not served" in done.stderr


def test_a_start_imports_nothing_that_it_does_not_need(image):
    """Seconds that a release and every new instance would wait for."""
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "import model_code.serving.server as server; server.leave_out_sklearn(); import xgboost\n"
        "print(json.dumps([name for name in sys.modules if sys.modules[name]]))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(image)], capture_output=True, text=True, check=True)
    heavy = {"sklearn", "pandas", "pyarrow", "shap", "mlflow", "matplotlib", "sqlglot", "evidently", "boto3"}
    assert heavy & set(json.loads(done.stdout)) == set()
