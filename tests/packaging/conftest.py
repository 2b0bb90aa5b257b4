"""A sandbox of the tests' own."""

from __future__ import annotations

import pytest

from sandbox.launcher import Sandbox


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A running sandbox, named by the environment as on a laptop; gives what a boto3 client needs."""
    with Sandbox.temporary(tmp_path / "sandbox") as running:
        for name, value in running.settings.client_environment().items():
            monkeypatch.setenv(name, value)
        yield {"endpoint_url": running.settings.endpoint, "region_name": "eu-west-1"}
