"""docker-compose.yaml, held against the Compose Specification's schema; no Docker runs it here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from laptop.airflow import COMPONENTS

REPOSITORY = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((Path(__file__).parent / "compose" / "compose-spec.json").read_text())


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text())


def test_it_is_a_compose_file(compose):
    jsonschema.validate(compose, SCHEMA)


def test_the_schema_refuses_what_is_not_one(compose):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "services": {"sandbox": {"portz": []}}}, SCHEMA)


def test_every_part_of_make_up_is_there(compose):
    assert set(compose["services"]) == {"postgres", "sandbox", "init", *COMPONENTS}
    for name in ("init", *COMPONENTS):
        assert compose["services"][name]["command"] == [".venv/bin/python", "-m", "laptop.container", name]


def test_ports_are_published_on_this_machine_only(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8080:8080"]


def test_passwords_are_asked_for_and_not_written_down(compose):
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|TOKEN", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value)


def test_services_wait_for_what_they_need(compose):
    services = compose["services"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed]
    assert set(services["init"]["depends_on"]) == {"postgres", "sandbox"}


def test_a_component_without_the_password_says_so(monkeypatch):
    from laptop.airflow import AirflowError
    from laptop.container import container_environment

    with pytest.raises(AirflowError, match="GROUNDWORK_POSTGRES_PASSWORD"):
        container_environment()


def test_a_password_with_any_character_reaches_the_database(monkeypatch, tmp_path):
    from sqlalchemy.engine import make_url

    from laptop import container

    monkeypatch.setattr(container, "REPOSITORY", tmp_path)
    monkeypatch.setenv("GROUNDWORK_POSTGRES_PASSWORD", "p@ss/w:rd#%")
    url = make_url(container.container_environment()["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    assert (url.password, url.host, url.database) == ("p@ss/w:rd#%", "postgres", "airflow")


def test_the_image_copies_only_what_is_there():
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    for source in re.findall(r"^COPY --chown=groundwork (\S+) ", dockerfile, re.MULTILINE):
        assert (REPOSITORY / source).exists()
    assert {".git", ".env", ".groundwork"} <= set((REPOSITORY / ".dockerignore").read_text().split())
