"""What a feature group may be, and which values its features may have."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from sandbox.featurestore.event_time import microseconds
from sandbox.featurestore.group import FeatureGroup
from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.validation import refuse, refuse_value

# The offline store adds columns of these names.
RESERVED = ("is_deleted", "write_time", "api_invocation_time")
LEAST_INTEGRAL, MOST_INTEGRAL = -(2**63), 2**63 - 1


def check_definition(request: dict[str, Any]) -> None:
    """Hold a CreateFeatureGroup against what may be, and against what is here.

    :raises ValidationException: it contradicts itself
    :raises NotImplementedError: names what the sandbox does not do
    """
    refuse(request, ("ThroughputConfig",))
    online, offline = request.get("OnlineStoreConfig"), request.get("OfflineStoreConfig")
    if not (online or {}).get("EnableOnlineStore") and offline is None:
        raise ValidationException(
            "A feature group needs OnlineStoreConfig with EnableOnlineStore, OfflineStoreConfig, or both."
        )
    check_features(request["FeatureDefinitions"], known=())
    types = {each["FeatureName"]: each["FeatureType"] for each in request["FeatureDefinitions"]}
    for member, allowed in (
        ("RecordIdentifierFeatureName", ("String", "Integral", "Fractional")),
        ("EventTimeFeatureName", ("String", "Fractional")),
    ):
        found = types.get(request[member])
        if found is None:
            raise ValidationException(f"{member} {request[member]} is none of the FeatureDefinitions.")
        if found not in allowed:
            raise ValidationException(f"{member} {request[member]} is {found}, and must be {' or '.join(allowed)}.")
    if online is not None:
        check_online(online)
    if offline is not None:
        check_offline(offline, request)


def check_features(definitions: list[dict[str, Any]], known: Iterable[str]) -> None:
    """Hold feature definitions against each other.

    :param known: names that are taken
    """
    taken = set(known)
    for each in definitions:
        name = each["FeatureName"]
        refuse(each, ("CollectionType", "CollectionConfig"), f"FeatureDefinitions.{name}.")
        if name in RESERVED:
            raise ValidationException(f"FeatureName {name} is reserved: {', '.join(RESERVED)} are the offline store's.")
        if name in taken:
            raise ValidationException(f"FeatureName {name} is defined twice.")
        taken.add(name)


def check_online(config: dict[str, Any]) -> None:
    """Hold an OnlineStoreConfig against what is here."""
    refuse(config, ("SecurityConfig",), "OnlineStoreConfig.")
    refuse_value(config, "StorageType", ["Standard"], "OnlineStoreConfig.")


def check_offline(config: dict[str, Any], request: dict[str, Any]) -> None:
    """Hold an OfflineStoreConfig against what is here."""
    refuse(config, ("DataCatalogConfig",), "OfflineStoreConfig.")
    refuse(config["S3StorageConfig"], ("KmsKeyId",), "OfflineStoreConfig.S3StorageConfig.")
    refuse_value(config, "TableFormat", ["Default", "Glue"], "OfflineStoreConfig.")
    if not config.get("DisableGlueTableCreation"):
        raise NotImplementedError(
            "OfflineStoreConfig.DisableGlueTableCreation false (set it to true: no table is made)"
        )
    address = urlsplit(config["S3StorageConfig"]["S3Uri"])
    if address.scheme != "s3" or not address.netloc:
        raise ValidationException(f"S3Uri {config['S3StorageConfig']['S3Uri']} must be s3://bucket/prefix.")
    if not request.get("RoleArn"):
        raise ValidationException("RoleArn is needed for an offline store.")


def check_values(group: FeatureGroup, values: dict[str, str]) -> int:
    """Hold a record against its group and return its event time.

    :param values: value by feature
    :raises ValueError: names the feature that is wrong
    """
    types = group.types
    for name in (group.identifier, group.event_time):
        if not values.get(name):
            raise ValueError(f"feature {name} must have a value")
    for name, value in values.items():
        if name not in types:
            raise ValueError(f"feature {name} is none of the feature group {group.name}")
        check_value(name, value, types[name])
    return microseconds(values[group.event_time], types[group.event_time])


def check_value(name: str, value: str, feature_type: str) -> None:
    """Hold one value against its type.

    :raises ValueError: names the feature
    """
    if feature_type == "Integral":
        try:
            fits = LEAST_INTEGRAL <= int(value) <= MOST_INTEGRAL
        except ValueError:
            fits = False
    elif feature_type == "Fractional":
        try:
            fits = math.isfinite(float(value))
        except ValueError:
            fits = False
    else:
        fits = True
    if not fits:
        raise ValueError(f"feature {name}: {value[:50]!r} is not {feature_type}")
