"""Parses one DAG file and prints the seconds of each part as JSON: ``parse_dag_file.py FILE PRODUCT``.

A program of its own, run by path in a fresh process under an Airflow's environment. Processor seconds: it is one thread
that computes, so on an idle machine they are the seconds on the clock, and on a busy one still the same.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path
from types import ModuleType


def load(file: Path) -> ModuleType:
    """Execute the file anew."""
    spec = importlib.util.spec_from_file_location(f"parsed_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(file: Path, product: str) -> dict[str, float]:
    """Seconds of each part, and the number of DAGs."""
    marks = [time.process_time()]
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.definitions.context import _AIRFLOW_PARSING_CONTEXT_DAG_ID as ASKED
    from airflow.serialization.serialized_objects import DagSerialization

    os.environ[ASKED] = f"{file.stem}__{product}"
    for _ in range(2):  # the first time it is the imports, those that are put off among them
        load(file)
        marks.append(time.process_time())
    del os.environ[ASKED]
    bag = DagBag(dag_folder=str(file), collect_dags=False)
    marks.append(time.process_time())
    bag.process_file(str(file), only_if_updated=False)
    marks.append(time.process_time())
    if bag.import_errors:
        sys.exit("\n".join(bag.import_errors.values()))
    for dag in bag.dags.values():
        DagSerialization.to_dict(dag)
    marks.append(time.process_time())
    took = [after - before for before, after in pairwise(marks)]
    return {"import": took[0], "one": took[1], "build": took[3], "serialise": took[4], "dags": len(bag.dags)}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
