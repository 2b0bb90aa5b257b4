"""What CreateTransformJob may ask for here."""

from __future__ import annotations

from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.jobs.checks import check_cluster, check_source
from sandbox.sagemaker.transform.filters import CSV, FilterError, read_filter
from sandbox.sagemaker.validation import refuse, refuse_value


def check_transform(request: dict[str, Any]) -> None:
    """Hold a CreateTransformJob against what the sandbox transforms.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: it asks for what is not done here
    """
    refuse(request, ["DataCaptureConfig", "ExperimentConfig"])
    check_cluster(request["TransformResources"], "TransformResources.")
    source, output = request["TransformInput"], request["TransformOutput"]
    check_source(source["DataSource"]["S3DataSource"], "TransformInput.")
    refuse_value(source, "SplitType", ["None", "Line"], "TransformInput.")
    split, assemble = source.get("SplitType", "None"), output.get("AssembleWith", "None")
    if request.get("BatchStrategy") == "MultiRecord" and split == "None":
        raise ValidationException("BatchStrategy MultiRecord needs a SplitType; without one each object is one request")
    check_data_processing(request, split, assemble)


def check_data_processing(request: dict[str, Any], split: str, assemble: str) -> None:
    """Columns of CSV may be left out and joined; JSON is not filtered here."""
    wanted = request.get("DataProcessing", {})
    try:
        filters = [read_filter(wanted.get(name, "$")) for name in ("InputFilter", "OutputFilter")]
    except FilterError as error:
        raise NotImplementedError(f"DataProcessing: {error}") from error
    joined = wanted.get("JoinSource", "None") == "Input"
    if not joined and all(each.everything for each in filters):
        return
    types = {request["TransformInput"].get("ContentType"), request["TransformOutput"].get("Accept", CSV)}
    if types != {CSV}:
        raise NotImplementedError(f"DataProcessing of anything but {CSV} (ContentType and Accept)")
    if joined and (split, assemble) != ("Line", "Line"):
        raise ValidationException("DataProcessing.JoinSource Input needs SplitType Line and AssembleWith Line")
    if not joined and split != "Line":
        raise ValidationException("DataProcessing filters need SplitType Line")
