"""A model's archive: whole and plain, or refused with what is wrong with it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from sandbox.sagemaker import model_data
from sandbox.sagemaker.model_data import ModelDataError, unpack

ADDRESS = "s3://models/m.tar.gz"


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            info.size = len(content) if info.isfile() else 0
            tar.addfile(info, io.BytesIO(content))
    return path


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_files_and_folders_are_unpacked(tmp_path: Path) -> None:
    folder = tarfile.TarInfo("code")
    folder.type = tarfile.DIRTYPE
    whole = archive(
        tmp_path / "m.tar.gz",
        (tarfile.TarInfo("./model.json"), b"{}"),
        (folder, b""),
        (tarfile.TarInfo("code/a"), b"x"),
    )
    (tmp_path / "model").mkdir()
    unpack(whole, tmp_path / "model", ADDRESS)
    found = {path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*")}
    assert found == {"model.json", "code", "code/a"}


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (tarfile.TarInfo("../outside"), "outside"),
        (link("a", "/etc/passwd", tarfile.SYMTYPE), "a is a link or a device"),
        (link("a", "b", tarfile.LNKTYPE), "a is a link or a device"),
        (link("a", "", tarfile.CHRTYPE), "a is a link or a device"),
    ],
    ids=["parent", "symlink", "hardlink", "device"],
)
def test_what_has_no_place_in_an_archive_is_refused(tmp_path: Path, member: tarfile.TarInfo, said: str) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelDataError, match=said) as refused:
        unpack(archive(tmp_path / "m.tar.gz", (member, b"")), tmp_path / "model", ADDRESS)
    assert ADDRESS in str(refused.value)
    assert not (tmp_path / "outside").exists()
    assert list((tmp_path / "model").iterdir()) == []


def test_an_absolute_name_lands_inside(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    inside = archive(tmp_path / "m.tar.gz", (tarfile.TarInfo("/model.json"), b"{}"))
    unpack(inside, tmp_path / "model", ADDRESS)
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["model.json"]


def test_half_an_archive_is_refused(tmp_path: Path) -> None:
    whole = archive(tmp_path / "m.tar.gz", (tarfile.TarInfo("a"), bytes(range(256)) * 4000))
    whole.write_bytes(whole.read_bytes()[:-200])
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelDataError, match=r"not a whole \.tar\.gz"):
        unpack(whole, tmp_path / "model", ADDRESS)


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.tar.gz").write_bytes(b"not an archive")
    with pytest.raises(ModelDataError, match=r"not a whole \.tar\.gz"):
        unpack(tmp_path / "m.tar.gz", tmp_path / "model", ADDRESS)


def test_an_archive_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_data, "MOST_BYTES", 1000)
    large = archive(tmp_path / "m.tar.gz", (tarfile.TarInfo("a"), b"0" * 900), (tarfile.TarInfo("b"), b"0" * 900))
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelDataError, match="more than 1000 bytes"):
        unpack(large, tmp_path / "model", ADDRESS)
    assert not (tmp_path / "model" / "b").exists()
