"""Whatever ends, no server is left; and what was in service serves again."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox.launcher import Sandbox

from .conftest import CAPTURE, Endpoints, alive, make_endpoints, until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Endpoints]:
    with Sandbox.temporary(tmp_path) as running:
        yield make_endpoints(running)


def pid_of(endpoints: Endpoints, name: str) -> int:
    (server,) = endpoints.page()[name]["variants"].values()
    return int(server["pid"])


def test_down_ends_servers_and_up_brings_them_back(own: Endpoints) -> None:
    own.model("returns")
    own.model("fails", SERVE="exit")
    own.create("returns", {"returns": 1}, DataCaptureConfig=CAPTURE)
    own.create("fails", {"fails": 1})
    own.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="returns", DesiredWeightsAndCapacities=[{"VariantName": "returns", "DesiredWeight": 4}]
    )
    own.settled("returns")
    own.runtime.invoke_endpoint(EndpointName="returns", Body=b"1", ContentType="text/csv")
    before = pid_of(own, "returns")
    own.sandbox.down()
    assert not alive(before)
    own.sandbox.up()
    assert own.describe("returns")["EndpointStatus"] in ("SystemUpdating", "InService")
    found = own.settled("returns")
    assert found["EndpointStatus"] == "InService"
    assert found["ProductionVariants"][0]["CurrentWeight"] == 4.0
    assert own.ask("returns")["model"] == "returns"
    assert pid_of(own, "returns") != before
    assert own.describe("fails")["EndpointStatus"] == "Failed"
    assert [each["captureData"]["endpointInput"]["data"] for each in own.captured("returns")] == ["1"]


def test_a_killed_sandbox_leaves_no_server_and_takes_an_update_back(own: Endpoints) -> None:
    own.model("stays")
    own.model("deaf", SERVE="deaf")
    own.create("killed", {"stays": 1})
    own.config("killed-deaf", {"deaf": 1})
    own.sagemaker.update_endpoint(EndpointName="killed", EndpointConfigName="killed-deaf")
    folders = own.sandbox.settings.endpoints
    pids = until(lambda: len(found := list(folders.glob("*/pid"))) == 2 and found)
    left = [int(json.loads(each.read_text())["pid"]) for each in pids]
    os.kill(own.sandbox.status().pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in left))
    own.sandbox.down()
    own.sandbox.up()
    found = own.settled("killed")
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "killed")
    assert found["FailureReason"] == "The sandbox was restarted during the update, which was taken back."
    assert own.ask("killed")["model"] == "stays"


def test_an_endpoint_that_was_being_created_is_created_after_a_restart(own: Endpoints) -> None:
    own.model("slowly", SERVE="deaf")
    own.sagemaker.create_endpoint(EndpointName="slowly", EndpointConfigName=own.config("slowly", {"slowly": 1}))
    until(lambda: list(own.sandbox.settings.endpoints.glob("*/pid")))
    own.sandbox.down()
    assert list(own.sandbox.settings.endpoints.glob("*/pid")) == []
    own.sandbox.up()
    assert own.describe("slowly")["EndpointStatus"] == "Creating"
    with pytest.raises(ClientError, match="is Creating and cannot be invoked"):
        own.ask("slowly")
