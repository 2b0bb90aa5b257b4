"""What the sandbox and each component of Airflow hold in memory, idle and while a small product is published."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import BenchmarkError, Table
from demo.airflow_api import AirflowApi
from demo.deliveries import DELIVERIES
from demo.facts import Ledger
from demo.source_system import SourceSystem
from groundwork.spec import names
from groundwork.spec.include import load_environment, load_product
from laptop.airflow import LocalAirflow
from laptop.processes import Process
from laptop.provision import provision
from sandbox.launcher import Sandbox
from sandbox.provision import clients
from sandbox.settings import REPOSITORY

AIRLINES = DELIVERIES[0]
PERSONA = "steward"
DAG_ID = names.dag_id("acquire_data", AIRLINES.product)
IDLE_SECONDS = 10.0
WAIT_SECONDS = 180.0
SAMPLE_SECONDS = 0.3
Memory = Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """A sandbox and an Airflow of the benchmark's own, both up."""

    sandbox: Sandbox
    airflow: LocalAirflow


def measure() -> list[Table]:
    """Starts both in a folder of their own, and lets them publish the airlines."""
    with tempfile.TemporaryDirectory() as folder, _place(Path(folder)) as place:
        airflow = place.airflow
        api = AirflowApi(airflow.address, PERSONA, airflow.passwords[PERSONA])
        api.wait_for_dags([DAG_ID], WAIT_SECONDS)
        _wait(lambda: any(spare["ready"] for spare in place.sandbox.ask("emr-serverless")["spares"]), "a spare driver")
        time.sleep(IDLE_SECONDS)
        idle = sample(place)
        peak = _peak(place, lambda: _publish(place, api, Path(folder) / "landing"))
    return [memory_table(idle, peak)]


def memory_table(idle: Memory, peak: Memory) -> Table:
    """One line a part, and their sum.

    :param idle: part → bytes while nothing is to do
    :param peak: part → bytes at the moment of the largest sum
    """
    rows = [(part, _megabytes(idle.get(part, 0)), _megabytes(peak.get(part, 0))) for part in {**idle, **peak}]
    rows.append(("all", _megabytes(sum(idle.values())), _megabytes(sum(peak.values()))))
    note = (
        "PSS: pages that several processes share are divided among them. Idle: a spare driver is ready, no run. Peak: "
        "the moment of the largest sum while the airlines are acquired and refined."
    )
    return Table("Memory", ("part", "idle, MB", "peak, MB"), tuple(rows), note)


def sample(place: Place) -> dict[str, int]:
    """Part → bytes, now."""
    server = place.sandbox.status().pid
    tree = descendants(server)
    drivers = [process for process in tree if "driver.py" in process.title() or "java" in process.title()]
    rest = [process for process in tree if process not in drivers]
    return {
        "sandbox: server and spawner": sum(process.memory() for process in rest),
        "sandbox: Spark drivers": sum(process.memory() for process in drivers),
        **{f"Airflow: {part.name}": part.memory for part in place.airflow.status()},
    }


def descendants(pid: int) -> list[Process]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    found = [pid]
    for parent in found:  # grows while it is gone through
        found += [child for child, of in parents.items() if of == parent]
    return [process for each in found if (process := Process.of(each))]


@contextmanager
def _place(folder: Path) -> Iterator[Place]:
    sandbox = Sandbox.temporary(folder / "sandbox")
    airflow = LocalAirflow(folder / "airflow", Sandbox.temporary(folder).settings.port, sandbox.settings)
    with sandbox:
        provision(airflow.environment)
        try:
            airflow.up()
            yield Place(sandbox, airflow)
        finally:
            airflow.down()


def _publish(place: Place, api: AirflowApi, landing: Path) -> None:
    """Let the airlines land, and wait until they are published."""
    environment = load_environment(REPOSITORY / "include", "sandbox")
    client = clients(place.sandbox.settings, environment.region)
    (landing / AIRLINES.product).mkdir(parents=True)
    (landing / AIRLINES.product / AIRLINES.files[0]).write_text("carrier,name\nAA,American Airlines Inc.\n")
    source = SourceSystem(client("s3"), environment, landing)
    source.deliver(AIRLINES, load_product(REPOSITORY / "include", AIRLINES.product).contract)
    ledger, batch = Ledger(client, environment.ledger_table), source.batch_id(AIRLINES)
    api.trigger(DAG_ID, "triggered by a benchmark")
    _wait(lambda: ledger.facts(AIRLINES.product, batch).publication is not None, "the publication of the airlines")


def _peak(place: Place, work: Callable[[], None]) -> dict[str, int]:
    """The sample with the largest sum while the work is done."""
    samples = [sample(place)]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_SECONDS):
            samples.append(sample(place))

    watcher = threading.Thread(target=watch, name="memory")
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(samples, key=lambda each: sum(each.values()))


def _wait(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not true():
        if time.monotonic() > until:
            raise BenchmarkError(f"{what} did not come within {WAIT_SECONDS:.0f} s")
        time.sleep(SAMPLE_SECONDS)


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f}"
