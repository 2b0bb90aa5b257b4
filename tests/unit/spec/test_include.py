"""Finding and loading what people declare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwork.spec.errors import SpecError
from groundwork.spec.include import (
    ENVIRONMENT,
    INCLUDE,
    include_folder,
    load_environment,
    load_product,
    product_names,
)
from tests.unit.conftest import ENVIRONMENT as ENVIRONMENT_TEXT
from tests.unit.conftest import problems_of


def test_the_include_folder_is_named_beside_or_inside_the_dags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dags = tmp_path / "home" / "dags"
    with pytest.raises(SpecError, match=f"no include folder .*home/include or .*dags/include. Set {INCLUDE} to it"):
        include_folder(dags)
    for folder in (dags / "include", dags.parent / "include", tmp_path / "other"):
        (folder / "contracts").mkdir(parents=True)
        if folder.name == "other":
            monkeypatch.setenv(INCLUDE, str(folder))
        assert include_folder(dags) == folder
    monkeypatch.setenv(INCLUDE, str(tmp_path / "gone"))
    with pytest.raises(SpecError, match=r"no include folder with contracts at .*/gone. Set"):
        include_folder(dags)


def test_products_are_named_by_their_files_alone(include: Path) -> None:
    for name in ("b.yaml", "a.yaml", "notes.txt", "c.yml"):
        (include / "contracts" / name).write_text("not: a contract")
    assert list(product_names(include)) == ["a", "b", "orders"]


def test_a_product_nobody_declared_says_how_to_register_it(include: Path) -> None:
    with pytest.raises(SpecError, match=r"contracts/shops.yaml: no contract for product 'shops'. Register it"):
        load_product(include, "shops")


@pytest.mark.parametrize("name", ["../orders", "/etc/passwd", "a/b", "..", ".hidden", ""])
def test_a_name_leads_to_no_other_folder(include: Path, name: str) -> None:
    with pytest.raises(SpecError, match="is no name of a file"):
        load_product(include, name)
    if name:
        with pytest.raises(SpecError, match="is no name of a file"):
            load_environment(include, name)


def test_an_environment_is_named_by_argument_or_variable(include: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SpecError, match=f"no environment is named. Set {ENVIRONMENT}"):
        load_environment(include)
    monkeypatch.setenv(ENVIRONMENT, "test")
    assert load_environment(include) == load_environment(include, "test")
    with pytest.raises(SpecError, match=r"environment 'production' is not declared. Write the file"):
        load_environment(include, "production")


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("name: test", "name: prod", "name", "is 'prod'. Write 'test', as the file is named"),
        ("prefix: acme", "prefix: Acme_", "prefix", "should match pattern"),
        ("prefix: acme", "prefix: acme-", "prefix", "should match pattern"),
        ("region: eu-west-1", "region: Ireland", "region", "should match pattern"),
        ("kind: emr_serverless", "kind: spark", "engine.kind", "'emr_serverless'"),
        ("releaseLabel", "release_label", "engine.release_label", "unknown key"),
        ("role/undo", "rolle/undo", "executionRoles.undo", "should match pattern"),
        ("  undo: arn", "  undoo: arn", "executionRoles.undoo", "'acquire_and_refine', 'publish' or 'undo'"),
        (
            "  undo: arn:aws:iam::123456789012:role/undo\n",
            "",
            "executionRoles",
            "has no role for undo. Add it, or switch the module off",
        ),
        (
            "  acquire_and_refine: arn:aws:iam::123456789012:role/both\n",
            "",
            "executionRoles",
            "has no role for acquire_and_refine. Add it, or switch the module off",
        ),
        ("region: eu-west-1", "region: eu-west-1\nobjectUrl: 'https://x/{secret}'", "objectUrl", "secret"),
        ("region: eu-west-1", "region: eu-west-1\nobjectUrl: 'javascript:{key}'", "objectUrl", "address"),
        ("region: eu-west-1", "region: eu-west-1\njobUrl: 'https://x/{job.__class__}'", "jobUrl", "job"),
    ],
)
def test_a_problem_of_an_environment_is_told_with_line_and_field(
    include: Path, change: Callable[..., Path], *, old: str, new: str, field: str, words: str
) -> None:
    path = change("environments/test.yaml", (old, new))
    found = [problem for problem in problems_of(lambda: load_environment(include, "test")) if words in problem[2]]
    [(line, told, message)] = found
    assert told == field
    assert message.startswith(f"{path}:{line}: {field}: ")
    last = field.rpartition(".")[2]
    assert path.read_text().splitlines()[(line or 0) - 1].strip().startswith(last)


def test_a_module_that_is_off_needs_no_roles(include: Path, change: Callable[..., Path]) -> None:
    roles = ENVIRONMENT_TEXT[ENVIRONMENT_TEXT.index("  refine: arn") :]
    change(
        "environments/test.yaml", (roles, ""), ("region: eu-west-1\n", "region: eu-west-1\nmodules: {refine: false}\n")
    )
    environment = load_environment(include, "test")
    assert environment.job_roles == ("acquire",)
    assert environment.execution_roles == {"acquire": "arn:aws:iam::123456789012:role/acquire"}
