"""A small product to break: every test changes one thing of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.contract import Contract
from groundwork.spec.contract_file import read_contract
from groundwork.spec.errors import SpecError, SpecErrors

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: shop.orders
version: 1.0.0
status: active
domain: shop
team:
  members:
    - {username: ada, role: owner}
servers:
  - server: landing
    type: s3
    location: s3://{landing}/shop/orders/orders*.csv
    customProperties:
      - {property: groundwork.completeness, value: {settleSeconds: 5}}
customProperties:
  - {property: groundwork.loadMode, value: append}
  - {property: groundwork.eventTime, value: ordered_at}
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: string, primaryKey: true}
      - {name: line, logicalType: integer, physicalType: int, primaryKey: true}
      - name: amount
        logicalType: number
        physicalType: decimal(10, 2)
        quality:
          - {metric: nullValues, mustBe: 0}
      - {name: ordered_at, logicalType: timestamp, required: true}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 0}
"""
RULES = """\
specVersion: 1
product: orders
version: 1.0.0
owner: ada
gate: {maximumQuarantined: 0.1}
rules:
  - name: clean
    kind: standardise
    columns: [order_id, line]
    nullTokens: [NA]
  - name: positive
    kind: require
    predicate: amount > 0
"""
ENVIRONMENT = """\
specVersion: 1
name: test
prefix: acme
region: eu-west-1
engine:
  kind: emr_serverless
  application: acme-test
  releaseLabel: emr-spark-8.0.0
executionRoles:
  acquire: arn:aws:iam::123456789012:role/acquire
  refine: arn:aws:iam::123456789012:role/refine
  publish: arn:aws:iam::123456789012:role/publish
  undo: arn:aws:iam::123456789012:role/undo
  acquire_and_refine: arn:aws:iam::123456789012:role/both
"""


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """An include folder with one product and one environment, all of it valid."""
    for name, text in {
        "contracts/orders.yaml": CONTRACT,
        "rules/orders.yaml": RULES,
        "environments/test.yaml": ENVIRONMENT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text)
    return tmp_path


@pytest.fixture
def change(include: Path) -> Callable[..., Path]:
    """Replaces a text that stands in a file exactly once; gives the file."""

    def replace(name: str, *changes: tuple[str, str]) -> Path:
        path = include / name
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        path.write_text(text)
        return path

    return replace


@pytest.fixture
def contract(include: Path) -> Contract:
    return read_contract(include / "contracts" / "orders.yaml")


@pytest.fixture
def contract_problems(change: Callable[..., Path]) -> Callable[..., list[tuple[int | None, str | None, str]]]:
    """Line, field and text of every problem that a changed contract has."""

    def read(*changes: tuple[str, str]) -> list[tuple[int | None, str | None, str]]:
        return problems_of(lambda: read_contract(change("contracts/orders.yaml", *changes)))

    return read


def problems_of(read: Callable[[], object]) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(SpecError) as caught:
        read()
    error = caught.value
    problems = error.problems if isinstance(error, SpecErrors) else (error,)
    return [(problem.line, problem.field, str(problem)) for problem in problems]
