from __future__ import annotations

import pytest

from groundwork.spec.application import application_definition, worker_size
from groundwork.spec.environment import DriverSize
from groundwork.spec.include import load_environment
from sandbox.settings import REPOSITORY


@pytest.mark.parametrize(
    ("cores", "memory", "cpu", "worker"),
    [
        (1, "1g", "1 vCPU", "2 GB"),
        (2, "2g", "2 vCPU", "4 GB"),
        (2, "4g", "2 vCPU", "5 GB"),
        (3, "7g", "4 vCPU", "8 GB"),
        (8, "15g", "8 vCPU", "20 GB"),
        (16, "30g", "16 vCPU", "40 GB"),
    ],
)
def test_a_worker_is_the_smallest_of_emrs_sizes_that_holds_heap_and_a_tenth(
    cores: int, memory: str, cpu: str, worker: str
) -> None:
    assert worker_size(DriverSize(cores=cores, memory=memory)) == {"cpu": cpu, "memory": worker}


def test_the_definition_is_a_request_that_emr_takes() -> None:
    environment = load_environment(REPOSITORY / "include", "sandbox")
    definition = application_definition(environment)
    properties = definition["runtimeConfiguration"][0]["properties"]
    assert properties["spark.driver.memory"] == environment.engine.driver.memory
    assert properties["spark.sql.catalog.lake.type"] == "glue"
    assert definition["initialCapacity"]["Driver"]["workerCount"] == environment.engine.initial_drivers
    cold = environment.model_copy(update={"engine": environment.engine.model_copy(update={"initial_drivers": 0})})
    assert "initialCapacity" not in application_definition(cold)


def test_the_definition_has_the_shape_of_the_service() -> None:
    botocore = pytest.importorskip("botocore.session")
    model = botocore.get_session().get_service_model("emr-serverless")
    definition = application_definition(load_environment(REPOSITORY / "include", "sandbox"))
    from botocore.validate import ParamValidator

    shape = model.operation_model("CreateApplication").input_shape
    assert not ParamValidator().validate({**definition, "clientToken": "t"}, shape).has_errors()
