"""How long Airflow takes to build the DAGs of many products: each DAG file in a fresh process, as Airflow parses it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from benchmarks.table import BenchmarkError, Table
from laptop.airflow import LocalAirflow
from sandbox.settings import REPOSITORY, Settings

COUNTS = (10, 100, 1000)
TARGET_SECONDS = 5.0
PROBE = Path(__file__).with_name("parse_dag_file.py")
Figures = Mapping[str, float]


def measure() -> list[Table]:
    """Declares products in a temporary folder and parses every DAG file that has a DAG for each of them."""
    measured = {}
    with tempfile.TemporaryDirectory() as scratch:
        for count in COUNTS:
            include = Path(scratch) / str(count)
            asked = next(name for name in declare(include, count) if name.startswith("flights"))
            files = sorted((REPOSITORY / "dags").glob("*.py"))
            measured[count] = {file.stem: parse(file, include, asked, Path(scratch)) for file in files}
    return [summary_table(measured), file_table(measured[COUNTS[-1]], COUNTS[-1])]


def declare(include: Path, count: int) -> list[str]:
    """Write contracts and rules of so many products, made in turn from those of this checkout.

    :param include: folder to make
    :param count: number of products
    :return: their names
    """
    declared = REPOSITORY / "include"
    originals = sorted(path.stem for path in (declared / "contracts").glob("*.yaml"))
    shutil.copytree(declared / "environments", include / "environments")
    for kind in ("contracts", "rules"):
        (include / kind).mkdir()
    names = [f"{originals[number % len(originals)]}_{number:04d}" for number in range(count)]
    for number, name in enumerate(names):
        original = originals[number % len(originals)]
        for kind, renamed in (("contracts", _contract), ("rules", _rules)):
            text = (declared / kind / f"{original}.yaml").read_text(encoding="utf-8")
            (include / kind / f"{name}.yaml").write_text(renamed(text, original, name, number), encoding="utf-8")
    return names


def _contract(text: str, original: str, name: str, _: int) -> str:
    """The contract with the product's own name replaced."""
    return re.sub(rf"(?m)^(name: |  - name: ){original}$", rf"\g<1>{name}", text)


def _rules(text: str, original: str, name: str, number: int) -> str:
    """The rules of another product: no expression is that of any other, since those are parsed once a process."""
    rules = re.sub(rf"(?m)^product: {original}$", f"product: {name}", text)
    content = yaml.safe_load(rules)
    for rule in content["rules"]:
        for key in {"expression", "predicate"} & rule.keys():
            rule[key] = f"case when {number} = {number} then {rule[key]} end"
    return json.dumps(content, indent=1)  # JSON is YAML


def parse(dag_file: Path, include: Path, product: str, scratch: Path) -> Figures:
    """Seconds of the parts of one parse, in a process of its own.

    :param dag_file: the DAG file
    :param include: folder of the declarations
    :param product: one of the products, which is asked for alone
    :param scratch: folder for an Airflow home
    :raises BenchmarkError: a DAG file cannot be parsed
    """
    airflow = LocalAirflow(scratch / "airflow", 0, Settings(home=scratch / "sandbox"))
    variables = {"GROUNDWORK_INCLUDE": str(include), "PYTHONPATH": str(REPOSITORY / "plugins")}
    python = str(REPOSITORY / ".venv" / "bin" / "python")
    done = subprocess.run(
        [python, str(PROBE), str(dag_file), product],
        env={**airflow.environment, **variables},
        cwd=scratch,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchmarkError(f"{dag_file} was not parsed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def summary_table(measured: Mapping[int, Mapping[str, Figures]]) -> Table:
    """One line for each number of products.

    :param measured: number of products → DAG file → its figures
    """
    rows: list[tuple[str, ...]] = []
    for count, files in measured.items():
        slowest = max(figures["build"] for figures in files.values())
        total = {part: sum(figures[part] for figures in files.values()) for part in next(iter(files.values()))}
        rows.append(
            (
                f"{count:,}",
                f"{total['dags']:,.0f}",
                f"{slowest:.2f}",
                f"{slowest / count * 1000:.2f}",
                f"{slowest / count * 1000 / TARGET_SECONDS:.2f}",
                f"{total['build']:.2f}",
                f"{max(figures['import'] for figures in files.values()):.2f}",
                f"{total['serialise']:.2f}",
                f"{max(figures['one'] for figures in files.values()) * 1000:.0f}",
            )
        )
    header = (
        "products",
        "DAGs",
        "build the slowest file, s",
        "per 1,000 products",
        f"of the target, {TARGET_SECONDS:.0f} s",
        "build all files, s",
        "imports of one file, s",
        "serialise all, s",
        "build one asked for, ms",
    )
    note = (
        "Airflow parses each DAG file in a fresh process. Processor seconds of one thread. Build: contracts and rules "
        "read and checked, DAGs made; without imports and serialisation, which stand apart. One asked for: what a "
        "task's process does before it runs."
    )
    return Table("Parsing", header, tuple(rows), note)


def file_table(files: Mapping[str, Figures], count: int) -> Table:
    """One line for each DAG file.

    :param files: DAG file → its figures
    :param count: number of products
    """
    rows = [
        (name, f"{figures['dags']:,.0f}", *(f"{figures[part]:.2f}" for part in ("import", "build", "serialise")))
        for name, figures in files.items()
    ]
    header = ("DAG file", "DAGs", "imports, s", "build, s", "serialise, s")
    return Table(f"Parsing {count:,} products, file by file", header, tuple(rows))
