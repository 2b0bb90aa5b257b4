"""Images keep what was pushed, whoever pushes what afterwards."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.images.image import ImageError
from sandbox.images.registry import ImageChanged, ImageRegistry
from sandbox.launcher import Sandbox, SandboxError

ADDRESS = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/models:1"
PYTHON = Path(sys.executable)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "model").mkdir(parents=True)
    (folder / "train").write_text("print('trained')")
    (folder / "model" / "__init__.py").write_text("")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"this machine's")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> ImageRegistry:
    return ImageRegistry(tmp_path / "images")


def test_an_image_is_a_copy_named_by_its_content(registry: ImageRegistry, source: Path, tmp_path: Path) -> None:
    image = registry.push(ADDRESS, source, PYTHON)
    (source / "train").write_text("print('changed')")
    assert image.folder == tmp_path / "images" / image.digest
    assert (image.folder / "train").read_text() == "print('trained')"
    assert sorted(each.name for each in image.folder.iterdir()) == ["model", "train"]
    assert ImageRegistry(tmp_path / "images").find(ADDRESS) == image
    assert sorted(each.name for each in (tmp_path / "images").iterdir()) == sorted([image.digest, "index.json"])


def test_a_tag_keeps_its_content_and_the_same_may_come_again(registry: ImageRegistry, source: Path) -> None:
    first = registry.push(ADDRESS, source, PYTHON)
    (source / "__pycache__" / "x.pyc").write_bytes(b"another machine's")
    assert registry.push(ADDRESS, source, PYTHON) == first
    (source / "train").write_text("print('changed')")
    with pytest.raises(ImageChanged, match="tags are immutable, push it under a new one"):
        registry.push(ADDRESS, source, PYTHON)
    assert registry.push(ADDRESS.replace(":1", ":2"), source, PYTHON).digest != first.digest
    assert registry.find(ADDRESS) == first


def test_an_unknown_address_names_the_known_ones_and_the_mend(registry: ImageRegistry, source: Path) -> None:
    registry.push(ADDRESS, source, PYTHON)
    with pytest.raises(ImageError, match=rf"no image was pushed to other/x:1; known are: {ADDRESS}. Push it: sandbox"):
        registry.find("other/x:1")


@pytest.mark.parametrize("program", ["../../etc/passwd", "/bin/sh", "python3", "model", ""])
def test_only_programs_of_the_image_run(registry: ImageRegistry, source: Path, program: str) -> None:
    image = registry.push(ADDRESS, source, PYTHON)
    assert image.command("train", ["--x", "$HOME"]) == [str(PYTHON), str(image.folder / "train"), "--x", "$HOME"]
    with pytest.raises(ImageError, match=r"has no program .* its own files are train;"):
        image.command(program, [])


def test_what_cannot_be_an_image_is_refused_by_field(registry: ImageRegistry, source: Path, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="address: 'models' is not <registry>/<repository>:<tag>"):
        registry.push("models", source, PYTHON)
    with pytest.raises(ImageError, match="python: 'python3' is not the absolute path"):
        registry.push(ADDRESS, source, Path("python3"))
    with pytest.raises(ImageError, match=r"folder: .* is not the absolute path of a folder"):
        registry.push(ADDRESS, source / "train", PYTHON)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImageError, match="holds nothing to run"):
        registry.push(ADDRESS, tmp_path / "empty", PYTHON)
    (source / "secret").symlink_to("/etc/passwd")
    with pytest.raises(ImageError, match=r"folder: .*secret is a link or a device"):
        registry.push(ADDRESS, source, PYTHON)


def test_pushed_over_the_page_and_kept_over_a_restart(fresh_sandbox: Sandbox, source: Path) -> None:
    digest = fresh_sandbox.push_image(ADDRESS, source)
    fresh_sandbox.down()
    fresh_sandbox.up()
    (known,) = fresh_sandbox.ask("images")["images"]
    assert (known["address"], known["digest"]) == (ADDRESS, digest)
    assert Path(known["folder"]).joinpath("train").read_text() == "print('trained')"
    (source / "train").write_text("print('changed')")
    with pytest.raises(SandboxError, match="tags are immutable"):
        fresh_sandbox.push_image(ADDRESS, source)
    with pytest.raises(SandboxError, match="a push is an object with address, folder, python"):
        fresh_sandbox.ask("images", "PUT", {"address": ADDRESS})
    fresh_sandbox.reset()
    assert not fresh_sandbox.settings.images.exists()
