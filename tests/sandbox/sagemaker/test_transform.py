"""Transform jobs: records to the model and answers to S3, in every way that is done, and how they fail."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, ROLE, SERVER, Jobs, until

STATUS = "TransformJobStatus"
LINE = {"SplitType": "Line", "ContentType": "text/csv"}


@pytest.fixture(scope="module")
def model_data(jobs: Jobs) -> str:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("factor")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"2"))
    return jobs.put("transform/model.tar.gz", packed.getvalue())


@pytest.fixture
def model(jobs: Jobs, model_data: str) -> str:
    return make_model(jobs, {"Image": SERVER, "ModelDataUrl": model_data})


def make_model(jobs: Jobs, container: dict[str, Any]) -> str:
    name = f"model-{uuid.uuid4().hex[:8]}"
    jobs.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    return name


def request(jobs: Jobs, model: str, content: str | bytes | dict[str, str], **more: Any) -> dict[str, Any]:
    """A CreateTransformJob over an object, or over several below a prefix.

    :param more: ``source`` and ``output`` go into TransformInput and TransformOutput
    """
    name = f"transform-{uuid.uuid4().hex[:8]}"
    for key, body in (content if isinstance(content, dict) else {"x.csv": content}).items():
        jobs.put(f"{name}/in/{key}", body)
    where = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{name}/in/"}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "TransformInput": {"DataSource": {"S3DataSource": where}, **more.pop("source", LINE)},
        "TransformOutput": {"S3OutputPath": f"s3://{BUCKET}/{name}/out", **more.pop("output", {})},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    }


def transform(jobs: Jobs, wanted: dict[str, Any]) -> dict[str, Any]:
    jobs.sagemaker.create_transform_job(**wanted)
    return jobs.wait("Transform", wanted["TransformJobName"])


def results(jobs: Jobs, job: dict[str, Any]) -> dict[str, str]:
    prefix = f"{job['TransformJobName']}/out/"
    return {key: jobs.read(f"s3://{BUCKET}/{prefix}{key}").decode() for key in jobs.keys(prefix)}


def test_each_object_has_its_answers(jobs: Jobs, model: str) -> None:
    job = transform(jobs, request(jobs, model, {"a.csv": "1,2\n3,4\n", "deep/b.csv": "5\n"}))
    assert job[STATUS] == "Completed", job
    assert results(jobs, job) == {"a.csv.out": "6.0,2\n14.0,2\n", "deep/b.csv.out": "10.0,1\n"}
    assert job["CreationTime"] <= job["TransformStartTime"] <= job["TransformEndTime"]
    streams = jobs.logs.describe_log_streams(
        logGroupName="/aws/sagemaker/TransformJobs", logStreamNamePrefix=job["TransformJobName"]
    )["logStreams"]
    assert len(streams) == 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"BatchStrategy": "SingleRecord"}, "2.0,1\n4.0,1\n6.0,1\n"),
        ({"BatchStrategy": "MultiRecord"}, "2.0,3\n4.0,3\n6.0,3\n"),
        ({"source": {"ContentType": "text/csv"}}, "2.0,3\n4.0,3\n6.0,3\n"),
        ({"output": {"AssembleWith": "Line"}}, "2.0,3\n4.0,3\n6.0,3\n"),
        ({"Environment": {"ORDER": "parameters"}}, "2.0,1\n4.0,1\n6.0,1\n"),
    ],
)
def test_records_go_together_or_one_by_one(jobs: Jobs, model: str, more: dict[str, Any], expected: str) -> None:
    job = transform(jobs, request(jobs, model, "1\n2\n3", **more))
    assert results(jobs, job) == {"x.csv.out": expected}, job


def test_a_request_holds_as_many_records_as_fit(jobs: Jobs, model: str) -> None:
    line = "0" * 1023 + "\n"  # 1 KB a record: 1024 of them fill a megabyte
    job = transform(jobs, request(jobs, model, line * 2500, MaxPayloadInMB=1))
    batch_sizes = [int(each.split(",")[1]) for each in results(jobs, job)["x.csv.out"].splitlines()]
    assert batch_sizes == [1024] * 2048 + [452] * 452


def test_gzip_and_manifest_inputs(jobs: Jobs, model: str) -> None:
    packed = request(jobs, model, gzip.compress(b"1\n"), source={**LINE, "CompressionType": "Gzip"})
    assert results(jobs, transform(jobs, packed)) == {"x.csv.out": "2.0,1\n"}
    torn = request(jobs, model, gzip.compress(b"1\n")[:-3], source={**LINE, "CompressionType": "Gzip"})
    assert "x.csv is not a whole gzip file" in transform(jobs, torn)["FailureReason"]
    listed = request(jobs, model, {"a.csv": "1\n", "b.csv": "2\n"})
    prefix = f"s3://{BUCKET}/{listed['TransformJobName']}/in/"
    manifest = jobs.put(f"{listed['TransformJobName']}/manifest", json.dumps([{"prefix": prefix}, "b.csv"]))
    listed["TransformInput"]["DataSource"]["S3DataSource"] = {"S3DataType": "ManifestFile", "S3Uri": manifest}
    assert results(jobs, transform(jobs, listed)) == {"b.csv.out": "4.0,1\n"}


@pytest.mark.parametrize(
    ("processing", "expected"),
    [
        ({"InputFilter": "$[1:]"}, "10.0,2\n14.0,2\n"),
        ({"InputFilter": "$[1:]", "JoinSource": "Input"}, '"a,1",2,3,10.0,2\nb,3,4,14.0,2\n'),
        ({"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-2]"}, '"a,1",10.0\nb,14.0\n'),
        ({"InputFilter": "$[2]", "OutputFilter": "$[:1]"}, "6.0\n8.0\n"),
    ],
)
def test_columns_are_left_out_and_joined(jobs: Jobs, model: str, processing: dict[str, str], expected: str) -> None:
    wanted = request(jobs, model, '"a,1",2,3\nb,3,4\n', output={"AssembleWith": "Line"}, DataProcessing=processing)
    job = transform(jobs, wanted)
    assert results(jobs, job) == {"x.csv.out": expected}, job


def test_what_the_model_is_given(jobs: Jobs, model_data: str) -> None:
    container = {"Image": SERVER, "ModelDataUrl": model_data, "Environment": {"ORDER": "sum", "OWN": "model"}}
    name = make_model(jobs, container)
    elsewhere = {"SAGEMAKER_BIND_HOST": "0.0.0.0", "SAGEMAKER_BIND_TO_PORT": "1"}
    wanted = request(
        jobs, name, "1\n", output={"Accept": "application/json"}, Environment={"ORDER": "echo", **elsewhere}
    )
    told = json.loads(results(jobs, transform(jobs, wanted))["x.csv.out"])
    assert told["body"] == "1\n"
    assert (told["headers"]["Content-Type"], told["headers"]["Accept"]) == ("text/csv", "application/json")
    variables = told["environment"]
    assert (variables["OWN"], variables["SAGEMAKER_BATCH"]) == ("model", "true")
    assert variables["SAGEMAKER_MAX_PAYLOAD_IN_MB"] == "6"
    assert variables["SAGEMAKER_BIND_HOST"] == "127.0.0.1"


def test_a_model_of_a_package_is_served_from_what_the_package_names(jobs: Jobs, model_data: str) -> None:
    jobs.sagemaker.create_model_package_group(ModelPackageGroupName="transformed")
    containers = [{"Image": SERVER, "ModelDataUrl": model_data}]
    arn = jobs.sagemaker.create_model_package(
        ModelPackageGroupName="transformed", InferenceSpecification={"Containers": containers}
    )["ModelPackageArn"]
    name = make_model(jobs, {"ModelPackageName": arn})
    assert results(jobs, transform(jobs, request(jobs, name, "4\n"))) == {"x.csv.out": "8.0,1\n"}


@pytest.mark.parametrize(
    ("content", "order", "says"),
    [
        (
            "1\nNaN\n",
            "sum",
            "ClientError: The model answered 400 to records 1–2 of s3://models/.*/in/x.csv: a feat",
        ),
        ("1\n", "die", "AlgorithmError: out of luck, exit code: 5"),
        ("1\n", "crash", "AlgorithmError: ValueError: the model was trained with another version, exit code: 1"),
        (
            "0" * (6 * 1024 * 1024 + 1),
            "sum",
            r"ClientError: record 1 has 6291457 bytes, more than MaxPayloadInMB \(6\)",
        ),
    ],
)
def test_a_failure_says_what_the_model_said(jobs: Jobs, model: str, content: str, order: str, says: str) -> None:
    job = transform(jobs, request(jobs, model, content, Environment={"ORDER": order}))
    assert (job[STATUS], results(jobs, job)) == ("Failed", {})
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(job["FailureReason"])


def test_answers_that_cannot_be_joined_fail(jobs: Jobs, model: str) -> None:
    wanted = request(
        jobs,
        model,
        "1\n2\n",
        output={"AssembleWith": "Line"},
        DataProcessing={"JoinSource": "Input"},
        Environment={"ORDER": "short"},
    )
    assert "answered with 1 lines to the 2 of records 1–2 of s3://" in transform(jobs, wanted)["FailureReason"]


def test_a_server_error_is_tried_again(jobs: Jobs, model: str) -> None:
    wanted = request(jobs, model, "1\n", Environment={"ORDER": "flaky"})
    assert results(jobs, transform(jobs, wanted)) == {"x.csv.out": "2.0,1\n"}
    once = request(jobs, model, "1\n", Environment={"ORDER": "flaky"}, ModelClientConfig={"InvocationsMaxRetries": 0})
    assert "AlgorithmError: The model answered 503 to record 1" in transform(jobs, once)["FailureReason"]


def test_an_answer_that_does_not_come_in_time_fails(jobs: Jobs, model: str) -> None:
    impatient = {"InvocationsMaxRetries": 0, "InvocationsTimeoutInSeconds": 1}
    wanted = request(jobs, model, "1\n", Environment={"ORDER": "slow"}, ModelClientConfig=impatient)
    assert "did not answer to record 1 of s3://" in transform(jobs, wanted)["FailureReason"]


def test_a_model_that_cannot_be_had_fails_the_job(jobs: Jobs, model_data: str) -> None:
    nobody = make_model(jobs, {"Image": "nobody/pushed:1"})
    assert "no image was pushed to nobody/pushed:1" in transform(jobs, request(jobs, nobody, "1"))["FailureReason"]
    gone = make_model(jobs, {"Image": SERVER, "ModelDataUrl": f"s3://{BUCKET}/none.tar.gz"})
    reason = transform(jobs, request(jobs, gone, "1"))["FailureReason"]
    assert reason.startswith(f"ClientError: model data s3://{BUCKET}/none.tar.gz cannot be read")
    with pytest.raises(ClientError, match=r'ValidationException.*Could not find model "none"'):
        transform(jobs, request(jobs, "none", "1"))


@pytest.mark.parametrize("order", ["slow", "deaf"])
def test_a_job_is_stopped(jobs: Jobs, model: str, order: str) -> None:
    wanted = request(jobs, model, "1\n", Environment={"ORDER": order})
    jobs.sagemaker.create_transform_job(**wanted)
    name = wanted["TransformJobName"]
    folder = jobs.sandbox.settings.sagemaker / "transform" / name
    until((folder / "stdout").exists)
    jobs.sagemaker.stop_transform_job(TransformJobName=name)
    job = jobs.wait("Transform", name)
    assert (job[STATUS], results(jobs, job)) == ("Stopped", {})


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"source": {"SplitType": "RecordIO"}}, "NotInSandbox", r"SplitType RecordIO \(there is None, Line\)"),
        (
            {"DataProcessing": {"InputFilter": "$.features"}},
            "NotInSandbox",
            r"DataProcessing: '\$.features' \(there",
        ),
        (
            {"DataProcessing": {"InputFilter": "$[1:]"}, "source": {"SplitType": "Line"}},
            "NotInSandbox",
            "DataProcessing of anything but text/csv",
        ),
        (
            {"DataProcessing": {"JoinSource": "Input"}},
            "ValidationException",
            "needs SplitType Line and Assem",
        ),
        ({"source": {}, "BatchStrategy": "MultiRecord"}, "ValidationException", "MultiRecord needs a SplitType"),
        ({"DataCaptureConfig": {"DestinationS3Uri": "s3://models/c"}}, "NotInSandbox", "DataCaptureConfig"),
    ],
)
def test_what_is_not_done_or_wrong_is_refused(
    jobs: Jobs, model: str, changes: dict[str, Any], code: str, says: str
) -> None:
    with pytest.raises(ClientError, match=rf"{code}.*{says}"):
        transform(jobs, request(jobs, model, "1\n", **changes))
