"""Faults of jobs wait for the service that they name."""

from __future__ import annotations

import json

import pytest

from sandbox.processes.job_faults import JobFault, JobFaults


def add(faults: JobFaults, **wanted: object) -> int:
    return faults.answer("POST", "/_sandbox/job-faults", json.dumps(wanted).encode())[0]


def test_each_service_takes_its_own_as_often_as_asked_for() -> None:
    faults = JobFaults()
    assert add(faults, kind="die", service="sagemaker", times=2) == 200
    assert add(faults, kind="out_of_memory") == 200
    assert faults.take("emr-serverless") == JobFault("out_of_memory")
    assert faults.take("emr-serverless") is None
    assert [fault.times for fault in (faults.take("sagemaker"), faults.take("sagemaker")) if fault] == [2, 1]
    assert faults.take("sagemaker") is None


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"kind": "die", "service": "glue"}, "service: 'glue' is none of emr-serverless, sagemaker"),
        ({"kind": "out_of_memory", "service": "sagemaker"}, "kind: 'out_of_memory' is none of die, hang"),
        ({"kind": "die", "times": 0}, "times: 0 is not"),
        ({"kind": "die", "after_seconds": -1}, "after_seconds: -1 is not"),
        ({"kind": "die", "often": 1}, "often"),
    ],
)
def test_a_wrong_fault_is_refused_by_field(wanted: dict[str, object], says: str) -> None:
    status, body, _ = JobFaults().answer("POST", "/_sandbox/job-faults", json.dumps(wanted).encode())
    assert status == 400
    assert says in json.loads(body)["error"]


def test_faults_are_listed_and_forgotten() -> None:
    faults = JobFaults()
    add(faults, kind="hang", service="sagemaker", after_seconds=0.5)
    waiting = {"kind": "hang", "service": "sagemaker", "times": 1, "after_seconds": 0.5}
    assert json.loads(faults.answer("GET", "", b"")[1]) == {"faults": [waiting]}
    assert json.loads(faults.answer("DELETE", "", b"")[1]) == {"faults": []}
    assert faults.take("sagemaker") is None
    assert faults.answer("PUT", "", b"")[0] == 405
