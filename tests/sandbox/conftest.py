"""Sandboxes and the clients that talk to them. Everything here is a real server process and plain boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from sandbox.launcher import Sandbox
from sandbox.settings import Settings

Clients = Callable[..., Any]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One running sandbox that the tests of a session share: use names of your own in it."""
    with Sandbox.temporary(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def fresh_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A running sandbox of the test's own, empty, which it may stop, kill and start again."""
    with Sandbox.temporary(tmp_path / "sandbox") as running:
        yield running


@pytest.fixture(scope="session")
def boto_loader() -> Any:
    """Reads each service's model once a session, and not once a client."""
    return botocore.session.Session().get_component("data_loader")


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch, boto_loader: Any) -> Clients:
    """Makes boto3 clients of a sandbox with nothing but the variables that it tells everybody to set."""

    def client(of: Sandbox | Settings, service: str, **options: Any) -> Any:
        settings = of if isinstance(of, Settings) else of.settings
        for name, value in settings.client_environment().items():
            monkeypatch.setenv(name, value)
        core = botocore.session.Session()
        core.register_component("data_loader", boto_loader)
        return boto3.Session(botocore_session=core).client(service, **options)

    return client


@pytest.fixture
def aws(sandbox: Sandbox, clients: Clients) -> Callable[..., Any]:
    """Makes boto3 clients of the shared sandbox: ``aws("s3")``."""
    return lambda service, **options: clients(sandbox, service, **options)
