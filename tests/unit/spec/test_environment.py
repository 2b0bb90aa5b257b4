"""Environments: read from their files, refused where something would not be filled in, the same after a round trip."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment

INCLUDE = Path(__file__).parents[3] / "include"


@pytest.mark.parametrize("name", ["sandbox", "aws"])
def test_a_frozen_run_reads_the_environment_that_was_written(name: str) -> None:
    environment = load_environment(INCLUDE, name)
    assert Environment.from_json(environment.to_json()) == environment


@pytest.mark.parametrize(
    ("field", "value"),
    [("objectUrl", "ftp://x/{bucket}/{key}"), ("objectUrl", "https://x/{secret}"), ("jobUrl", "https://x/{key}")],
)
def test_an_address_that_cannot_be_filled_in_is_refused(field: str, value: str) -> None:
    content = load_environment(INCLUDE, "sandbox").model_dump(by_alias=True)
    with pytest.raises(ValidationError, match=field):
        Environment.model_validate({**content, field: value})


@pytest.mark.parametrize(
    ("notifications", "words"),
    [
        ({"topic": "groundwork-batches"}, "notifications.topic"),
        ({"topic": "arn:aws:sqs:eu-west-1:123456789012:batches"}, "notifications.topic"),
        ({"topic": "arn:aws:sns:eu-west-1:123456789012:b", "outcomes": []}, "notifications.outcomes"),
        ({"topic": "arn:aws:sns:eu-west-1:123456789012:b", "outcomes": ["late"]}, "notifications.outcomes"),
    ],
)
def test_notifications_that_would_reach_nobody_are_refused(notifications: dict[str, object], words: str) -> None:
    content = load_environment(INCLUDE, "sandbox").model_dump(by_alias=True)
    with pytest.raises(ValidationError, match=words):
        Environment.model_validate({**content, "notifications": notifications})
    assert Environment.model_validate({**content, "notifications": None}).notifications is None
