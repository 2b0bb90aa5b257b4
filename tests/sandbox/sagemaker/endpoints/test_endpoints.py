"""Endpoints from creation to deletion, as boto3 sees them."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT_ID, CAPTURE, IMAGE, REGION, Endpoints, alive, until, variant


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_endpoint_lives_from_creating_to_gone(endpoints: Endpoints) -> None:
    endpoints.model("lives")
    config = endpoints.config("lives", {"lives": 1}, Tags=[{"Key": "team", "Value": "models"}])
    created = endpoints.sagemaker.create_endpoint(
        EndpointName="lives", EndpointConfigName=config, Tags=[{"Key": "stage", "Value": "test"}]
    )
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT_ID}:endpoint/lives"
    assert created["EndpointArn"] == arn
    assert endpoints.describe("lives")["EndpointStatus"] == "Creating"
    endpoints.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="lives", WaiterConfig={"Delay": 1})
    found = endpoints.describe("lives")
    assert found["EndpointConfigName"] == "lives"
    (served,) = found["ProductionVariants"]
    assert (served["VariantName"], served["CurrentWeight"], served["CurrentInstanceCount"]) == ("lives", 1.0, 1)
    digest = {each["address"]: each["digest"] for each in endpoints.sandbox.ask("images")["images"]}[IMAGE]
    assert served["DeployedImages"][0]["SpecifiedImage"] == IMAGE
    assert served["DeployedImages"][0]["ResolvedImage"] == f"{IMAGE}@{digest}"
    assert endpoints.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "test"}]
    assert endpoints.ask("lives")["model"] == "lives"
    pid = endpoints.page()["lives"]["variants"]["lives"]["pid"]
    endpoints.sagemaker.delete_endpoint(EndpointName="lives")
    endpoints.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="lives", WaiterConfig={"Delay": 1})
    assert not alive(pid)
    with pytest.raises(ClientError, match=r"Endpoint lives of account 123456789012 not found\.") as gone:
        endpoints.ask("lives")
    assert refusal(gone) == ("ValidationError", 400)


def test_a_configuration_is_kept_as_it_was_given(endpoints: Endpoints) -> None:
    sagemaker = endpoints.sagemaker
    endpoints.model("kept-a")
    endpoints.model("kept-b")
    endpoints.config("kept", {"kept-a": 1, "kept-b": 0}, DataCaptureConfig=CAPTURE)
    found = sagemaker.describe_endpoint_config(EndpointConfigName="kept")
    assert [each["InitialVariantWeight"] for each in found["ProductionVariants"]] == [1.0, 0.0]
    assert found["DataCaptureConfig"] == CAPTURE
    listed = sagemaker.list_endpoint_configs(NameContains="kept", SortBy="Name")["EndpointConfigs"]
    assert [each["EndpointConfigName"] for each in listed] == ["kept"]
    with pytest.raises(ClientError, match="Cannot create already existing endpoint configuration"):
        endpoints.config("kept", {"kept-a": 1})
    sagemaker.delete_endpoint_config(EndpointConfigName="kept")
    with pytest.raises(ClientError, match="Could not find endpoint configuration") as gone:
        sagemaker.describe_endpoint_config(EndpointConfigName="kept")
    assert refusal(gone) == ("ValidationException", 400)


def test_what_is_not_there_or_contradicts_itself_is_refused(endpoints: Endpoints) -> None:
    sagemaker = endpoints.sagemaker
    endpoints.model("there")
    for call, arguments, said in (
        (sagemaker.describe_endpoint, {"EndpointName": "nothing"}, 'Could not find endpoint "arn:aws:sagemaker'),
        (sagemaker.delete_endpoint, {"EndpointName": "nothing"}, "Could not find endpoint"),
        (sagemaker.update_endpoint, {"EndpointName": "nothing", "EndpointConfigName": "x"}, "Could not find endpoint"),
        (sagemaker.create_endpoint, {"EndpointName": "x", "EndpointConfigName": "nothing"}, "endpoint configuration"),
        (
            sagemaker.create_endpoint_config,
            {"EndpointConfigName": "x", "ProductionVariants": [variant("nothing")]},
            "Could not find model",
        ),
        (
            sagemaker.create_endpoint_config,
            {"EndpointConfigName": "x", "ProductionVariants": [variant("there"), variant("there")]},
            "same name",
        ),
        (
            sagemaker.create_endpoint_config,
            {"EndpointConfigName": "x_y", "ProductionVariants": [variant("there")]},
            "regular expression",
        ),
    ):
        with pytest.raises(ClientError, match=said) as refused:
            call(**arguments)
        assert refusal(refused) == ("ValidationException", 400)


NOT_HERE = {
    "serverless": {
        "ProductionVariants": [{**variant("here"), "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}]
    },
    "async": {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://x/y"}}},
    "shadow": {"ShadowProductionVariants": [variant("here", VariantName="shadow")]},
    "key": {"DataCaptureConfig": {**CAPTURE, "KmsKeyId": "alias/x"}},
    "isolation": {"EnableNetworkIsolation": True},
}


@pytest.mark.parametrize("more", NOT_HERE.values(), ids=NOT_HERE)
def test_what_would_have_no_effect_is_not_in_the_sandbox(endpoints: Endpoints, more: dict[str, Any]) -> None:
    request = {"EndpointConfigName": "refused", "ProductionVariants": [variant("here")], **more}
    with pytest.raises(ClientError) as refused:
        endpoints.sagemaker.create_endpoint_config(**request)
    assert refusal(refused) == ("NotInSandbox", 501)


def test_weights_share_the_requests_and_a_name_overrides_them(endpoints: Endpoints) -> None:
    endpoints.model("blue")
    endpoints.model("green")
    endpoints.create("shared", {"blue": 3, "green": 1})
    endpoints.sandbox.ask("endpoints", "POST", {"seed": 5})
    counted = Counter(endpoints.ask("shared")["model"] for _ in range(200))
    assert 130 <= counted["blue"] <= 170
    answer = endpoints.runtime.invoke_endpoint(EndpointName="shared", Body=b"1,2", TargetVariant="green")
    assert answer["InvokedProductionVariant"] == "green"
    wishes = [{"VariantName": "blue", "DesiredWeight": 0}]
    endpoints.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="shared", DesiredWeightsAndCapacities=wishes
    )
    found = endpoints.settled("shared")
    weights = {
        each["VariantName"]: (each["CurrentWeight"], each["DesiredInstanceCount"])
        for each in found["ProductionVariants"]
    }
    assert weights == {"blue": (0.0, 1), "green": (1.0, 1)}
    assert {endpoints.ask("shared")["model"] for _ in range(20)} == {"green"}
    assert endpoints.ask("shared", TargetVariant="blue")["model"] == "blue"
    with pytest.raises(ClientError, match=r"not present within endpoint configuration"):
        endpoints.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="shared", DesiredWeightsAndCapacities=[{"VariantName": "red", "DesiredWeight": 1}]
        )
    with pytest.raises(ClientError, match="Variant red not found: there are blue, green"):
        endpoints.ask("shared", TargetVariant="red")


def test_an_update_moves_the_requests_when_the_new_server_answers_and_drops_none(endpoints: Endpoints) -> None:
    endpoints.model("old")
    endpoints.model("new")
    endpoints.create("moves", {"old": 1})
    endpoints.config("moves-new", {"new": 1})
    old = endpoints.page()["moves"]["variants"]["old"]["pid"]
    with ThreadPoolExecutor(3) as pool:
        slow = pool.submit(endpoints.ask, "moves", {"sleep": 3})
        until(lambda: endpoints.page()["moves"]["in_flight"] == 1)
        endpoints.sagemaker.update_endpoint(EndpointName="moves", EndpointConfigName="moves-new")
        pending = endpoints.describe("moves")
        assert pending["EndpointStatus"] == "Updating"
        assert pending["PendingDeploymentSummary"]["EndpointConfigName"] == "moves-new"
        with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
            endpoints.sagemaker.delete_endpoint(EndpointName="moves")
        heard = []
        while not slow.done():
            heard.append(endpoints.ask("moves")["model"])
            if heard[-1] == "new":
                assert endpoints.describe("moves")["EndpointStatus"] == "Updating"
                assert alive(old)
                break
        assert slow.result()["model"] == "old"
    assert heard == sorted(heard, reverse=True)
    assert heard[-1] == "new"
    found = endpoints.settled("moves")
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "moves-new")
    assert not alive(old)


def test_an_update_that_does_not_come_up_is_taken_back(endpoints: Endpoints) -> None:
    endpoints.model("good")
    endpoints.model("broken", SERVE="exit")
    endpoints.create("back", {"good": 1})
    endpoints.config("back-broken", {"good": 1, "broken": 1})
    endpoints.sagemaker.update_endpoint(EndpointName="back", EndpointConfigName="back-broken")
    found = endpoints.settled("back")
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "back")
    assert found["FailureReason"] == (
        "The primary container for production variant broken ended with exit code 1 before it answered /ping. "
        "It said last: the model does not load"
    )
    assert "PendingDeploymentSummary" not in found
    assert endpoints.ask("back")["model"] == "good"
    assert len(list(endpoints.sandbox.settings.endpoints.iterdir())) == 1


def test_retained_properties_come_along(endpoints: Endpoints) -> None:
    endpoints.model("stays")
    endpoints.create("retains", {"stays": 1}, DataCaptureConfig=CAPTURE)
    endpoints.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="retains", DesiredWeightsAndCapacities=[{"VariantName": "stays", "DesiredWeight": 7}]
    )
    endpoints.settled("retains")
    endpoints.config("retains-new", {"stays": 1})
    endpoints.sagemaker.update_endpoint(
        EndpointName="retains", EndpointConfigName="retains-new", RetainAllVariantProperties=True
    )
    found = endpoints.settled("retains")
    assert found["EndpointConfigName"] == "retains-new"
    assert found["ProductionVariants"][0]["CurrentWeight"] == 7.0
    assert found["DataCaptureConfig"]["DestinationS3Uri"] == CAPTURE["DestinationS3Uri"]


def test_all_at_once_is_done_and_canary_is_refused(endpoints: Endpoints) -> None:
    endpoints.model("way")
    endpoints.create("ways", {"way": 1})
    endpoints.config("ways-new", {"way": 1})
    routing: dict[str, Any] = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    way = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 1}}
    canary = {"Type": "CANARY", "WaitIntervalInSeconds": 60, "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10}}
    alarms = {**way, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "late"}]}}
    for refused in ({"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": canary}}, alarms):
        with pytest.raises(ClientError) as lacking:
            endpoints.sagemaker.update_endpoint(
                EndpointName="ways", EndpointConfigName="ways-new", DeploymentConfig=refused
            )
        assert refusal(lacking) == ("NotInSandbox", 501)
    endpoints.sagemaker.update_endpoint(EndpointName="ways", EndpointConfigName="ways-new", DeploymentConfig=way)
    found = endpoints.settled("ways")
    assert (found["EndpointConfigName"], found["LastDeploymentConfig"]) == ("ways-new", way)


FAILURES = {
    "no image": ({"image": f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/nobody:1"}, f"known are: {IMAGE}"),
    "no archive": (
        {"data": b"nonsense"},
        "model data s3://serving/models/fails-no-archive.tar.gz: not a whole .tar.gz",
    ),
    "no ping": ({"SERVE": "deaf"}, "did not pass the ping health check within 2 seconds"),
    "exit": (
        {"SERVE": "exit"},
        "ended with exit code 1 before it answered /ping. It said last: the model does not load",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_endpoint_that_does_not_come_up_fails_with_the_reason(endpoints: Endpoints, failure: str) -> None:
    more, said = FAILURES[failure]
    name = f"fails-{failure.replace(' ', '-')}"
    endpoints.model(name, **more)
    endpoints.sandbox.ask("endpoints", "POST", {"startup_seconds": 2})
    found = endpoints.create(name, {name: 1})
    endpoints.sandbox.ask("endpoints", "POST", {"startup_seconds": None})
    assert found["EndpointStatus"] == "Failed"
    assert said in found["FailureReason"]
    assert list(endpoints.sandbox.settings.endpoints.iterdir()) == []
    with pytest.raises(ClientError, match="is Failed and cannot be invoked") as out:
        endpoints.ask(name)
    assert refusal(out) == ("ServiceUnavailable", 503)
    with pytest.raises(ClientError, match="Cannot update failed endpoint"):
        endpoints.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=name)


def test_there_is_an_end_of_room(endpoints: Endpoints) -> None:
    for number in range(9):
        endpoints.model(f"room-{number}", SERVE="exit")
    endpoints.config("room", {f"room-{number}": 1 for number in range(9)})
    with pytest.raises(ClientError, match="service limit for serving processes is 8, in use are 0") as full:
        endpoints.sagemaker.create_endpoint(EndpointName="room", EndpointConfigName="room")
    assert refusal(full) == ("ResourceLimitExceeded", 400)


def test_the_output_of_a_server_is_in_its_log_group(endpoints: Endpoints) -> None:
    endpoints.model("talks")
    endpoints.create("talks", {"talks": 1})
    group = "/aws/sagemaker/Endpoints/talks"
    endpoints.sagemaker.delete_endpoint(EndpointName="talks")
    until(lambda: "talks" not in endpoints.page())
    (stream,) = endpoints.logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("talks/i-")
    events = endpoints.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    assert [each["message"] for each in events] == ["serving talks"]


def wait_for_restart(endpoints: Endpoints, number: int) -> None:
    again = {"up": True, "restarts": number}
    until(lambda: again.items() <= endpoints.page()["crashes"]["variants"]["crashes"].items())


def test_a_crashed_server_is_started_again_until_it_is_given_up(endpoints: Endpoints) -> None:
    endpoints.model("crashes")
    endpoints.create("crashes", {"crashes": 1})
    for crash in range(4):
        with pytest.raises(ClientError, match="ended, or closed the connection") as broken:
            endpoints.ask("crashes", {"exit": 3})
        assert refusal(broken) == ("ModelError", 424)
        if crash < 3:
            wait_for_restart(endpoints, crash + 1)
            assert endpoints.ask("crashes")["model"] == "crashes"
    until(lambda: not endpoints.page()["crashes"]["variants"]["crashes"]["up"])
    found = endpoints.describe("crashes")
    assert found["EndpointStatus"] == "InService"
    assert found["ProductionVariants"][0]["CurrentInstanceCount"] == 0
    with pytest.raises(ClientError, match="No serving process of variant crashes is up") as out:
        endpoints.ask("crashes")
    assert refusal(out) == ("ServiceUnavailable", 503)


def test_a_container_gets_what_its_model_asks_for_and_little_else(endpoints: Endpoints) -> None:
    endpoints.model("variables", THRESHOLD="0.4", SAGEMAKER_BIND_HOST="0.0.0.0")
    endpoints.create("variables", {"variables": 1})
    wanted = ["THRESHOLD", "AWS_ENDPOINT_URL", "AWS_REGION", "SM_MODEL_DIR", "GROUNDWORK_ML_PREFIX", "HOME"]
    wanted += ["PYTHONPATH", "SAGEMAKER_BIND_HOST"]
    told = endpoints.ask("variables", {"variables": wanted})["variables"]
    settings = endpoints.sandbox.settings
    assert told["THRESHOLD"] == "0.4"
    assert (told["AWS_ENDPOINT_URL"], told["AWS_REGION"]) == (settings.endpoint, REGION)
    assert told["SM_MODEL_DIR"] == f"{told['GROUNDWORK_ML_PREFIX']}/model"
    assert told["HOME"].startswith(str(settings.endpoints))
    assert told["PYTHONPATH"] is None
    assert told["SAGEMAKER_BIND_HOST"] == "127.0.0.1"


def test_requests_are_captured_in_batches_and_none_is_lost_by_an_update(endpoints: Endpoints) -> None:
    endpoints.model("captured")
    endpoints.model("after")
    endpoints.create("captured", {"captured": 1}, DataCaptureConfig=CAPTURE)
    endpoints.config("captured-off", {"after": 1})
    for number in range(30):
        endpoints.runtime.invoke_endpoint(
            EndpointName="captured",
            Body=f"{number},2".encode(),
            ContentType="text/csv",
            Accept="text/csv",
            InferenceId=f"flight-{number}",
        )
    endpoints.sagemaker.update_endpoint(EndpointName="captured", EndpointConfigName="captured-off")
    assert "DataCaptureConfig" not in endpoints.settled("captured")
    lines = endpoints.captured("captured")
    assert sorted(each["eventMetadata"]["inferenceId"] for each in lines) == sorted(f"flight-{n}" for n in range(30))
    assert {each["captureData"]["endpointInput"]["data"] for each in lines} == {f"{n},2" for n in range(30)}
    files = endpoints.s3.list_objects_v2(Bucket="serving", Prefix="captures/captured/captured/")["KeyCount"]
    assert 1 <= files <= 3
    endpoints.ask("captured")
    assert len(endpoints.captured("captured")) == 30


def test_connections_to_a_server_are_kept_and_those_that_it_closed_are_replaced(endpoints: Endpoints) -> None:
    endpoints.model("connects", IDLE="1")
    endpoints.create("connects", {"connects": 1})
    first = endpoints.ask("connects")["connections"]
    assert [endpoints.ask("connects")["connections"] for _ in range(10)] == [first] * 10
    time.sleep(1.5)
    assert endpoints.ask("connects")["connections"] == first + 1


def test_twenty_clients_wait_for_the_model_and_not_for_each_other(endpoints: Endpoints) -> None:
    endpoints.model("thinks")
    endpoints.create("thinks", {"thinks": 1})
    started = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(endpoints.ask, "thinks", {"sleep": 1.0, "number": number}) for number in range(20)]
        time.sleep(0.3)
        asked = time.monotonic()
        endpoints.describe("thinks")
        assert time.monotonic() - asked < 0.6
        assert [each.result()["asked"]["number"] for each in answers] == list(range(20))
    assert time.monotonic() - started < 8


def test_lists_are_filtered_and_paged(endpoints: Endpoints) -> None:
    endpoints.model("listed", SERVE="exit")
    for name in ("listed-a", "listed-b", "listed-c"):
        endpoints.create(name, {"listed": 1})
    first = endpoints.sagemaker.list_endpoints(SortBy="Name", SortOrder="Ascending", MaxResults=2)
    assert [each["EndpointName"] for each in first["Endpoints"]] == ["listed-a", "listed-b"]
    rest = endpoints.sagemaker.list_endpoints(SortBy="Name", SortOrder="Ascending", NextToken=first["NextToken"])
    assert [each["EndpointName"] for each in rest["Endpoints"]] == ["listed-c"]
    assert endpoints.sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"] == []
    assert rest["Endpoints"][0]["EndpointStatus"] == "Failed"
