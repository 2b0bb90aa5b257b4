"""A Spark driver: one Python process that runs one job's script, then ends with its JVM.

Run by path under ``python -I``, so that nothing of this repository can be imported by the job. The JVM is started by
PySpark through spark-submit when the script first asks for a session. With ``--spare`` it is started at once, warmed on
data of its own, and left without a session: the job's SparkContext is made new, with the job's whole conf.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
import traceback
import types
from pathlib import Path
from typing import Any

JVM_SECONDS = 10


def main() -> int:
    """Take an assignment, from the command line or (a spare) from standard input, and run it."""
    spare = sys.argv[1] == "--spare"
    own = json.loads(Path(sys.argv[-1]).read_text())
    Path(os.environ["TMPDIR"]).mkdir(exist_ok=True)
    if spare:
        use_properties(own)
        warm_up(own)
        line = sys.stdin.readline()
        if not line:
            end_jvm()
            return 0
        assignment = json.loads(Path(line.strip()).read_text())
        hand_over(assignment)
    else:
        assignment = own
        use_properties(assignment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(assignment["work"])
    os.environ["HOME"] = assignment["work"]
    status = run(assignment)
    sys.stdout.flush()
    end_jvm(assignment.get("jvm_seconds", JVM_SECONDS))
    return status


def use_properties(assignment: dict[str, Any]) -> None:
    """Let PySpark start its JVM with these properties."""
    os.environ["PYSPARK_SUBMIT_ARGS"] = f'--properties-file "{assignment["properties"]}" pyspark-shell'


def run(assignment: dict[str, Any]) -> int:
    """Run the script as ``__main__`` and return the exit status."""
    script = assignment["script"]
    sys.argv = [script, *assignment["arguments"]]
    sys.path[:0] = [str(Path(script).parent), *assignment["py_files"]]
    module = types.ModuleType("__main__")
    module.__file__ = script
    sys.modules["__main__"] = module
    try:
        exec(compile(Path(script).read_bytes(), script, "exec"), module.__dict__)  # noqa: S102 - running the caller's script is the task
    except SystemExit as end:
        return exit_status(end.code)
    except BaseException as error:  # noqa: BLE001 - whatever the script raised is its failure
        # the first frame is this function's
        traceback.print_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
        return 1
    return 0


def exit_status(code: object) -> int:
    """What ``sys.exit(code)`` means to a shell."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def hand_over(assignment: dict[str, Any]) -> None:
    """Make the warmed JVM the job's: its properties and nothing of the preheat in its log."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.ftruncate(stream.fileno(), 0)
    Path(assignment["taken"]).touch()
    jvm = running("_jvm")
    if jvm is None:
        use_properties(assignment)
        return
    system = jvm.java.lang.System
    for key in list(system.getProperties().stringPropertyNames()):
        if key.startswith("spark."):
            system.clearProperty(key)
    for key, value in assignment["conf"].items():
        system.setProperty(key, value)


def warm_up(own: dict[str, Any]) -> None:
    """Load and compile what every job uses, by harmless work on two rows; stop as soon as a job is waiting."""
    try:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.config("spark.sql.catalog.warm", "org.apache.iceberg.spark.SparkCatalog")
        builder = builder.config("spark.sql.catalog.warm.type", "hadoop")
        session = builder.config("spark.sql.catalog.warm.warehouse", f"file:{own['warm']}").getOrCreate()
        for step in (warm_tables, warm_catalogs):
            if assignment_is_waiting():
                break
            step(session, own)
        session.stop()
        # file systems are cached by address: the job's must be made with the job's conf
        running("_jvm").org.apache.hadoop.fs.FileSystem.closeAll()
        Path(own["ready"]).touch()
    except Exception:  # noqa: BLE001 - a spare that cannot warm up ends, whatever the reason
        traceback.print_exc()
        end_jvm()
        raise SystemExit(1) from None


def warm_tables(session: Any, own: dict[str, Any]) -> None:
    """Read CSV, write and read an Iceberg table, all in the spare's own folder."""
    rows = Path(own["warm"]) / "rows.csv"
    rows.parent.mkdir(parents=True, exist_ok=True)
    rows.write_text("a,b\n1,x\n2,y\n")
    frame = session.read.option("header", True).csv(f"file:{rows}")
    frame = frame.selectExpr("cast(a as int) a", "upper(b) b")
    frame.writeTo("warm.spare.rows").using("iceberg").create()
    frame.writeTo("warm.spare.rows").append()
    session.table("warm.spare.rows").groupBy("b").count().collect()


def warm_catalogs(session: Any, own: dict[str, Any]) -> None:
    """List the namespaces of the catalogs that the application's conf names."""
    for name in own["catalogs"]:
        session.sql(f"SHOW NAMESPACES IN `{name}`").collect()


def running(what: str) -> Any:
    """What PySpark keeps of its JVM (``_jvm``, ``_gateway``, ``_active_spark_context``); None before it was started."""
    core = sys.modules.get("pyspark.core.context")
    return getattr(core.SparkContext, what) if core else None


def assignment_is_waiting() -> bool:
    """Whether standard input has something to say."""
    return bool(select.select([0], [], [], 0)[0])


def end_jvm(seconds: float = JVM_SECONDS) -> None:
    """Stop Spark and wait for its JVM, so that no process outlives this one."""
    gateway = running("_gateway")
    process = getattr(gateway, "proc", None)
    if process is None:
        return
    try:
        context = running("_active_spark_context")
        if context is not None:
            context.stop()
        gateway.shutdown()
    except Exception as error:  # noqa: BLE001 - the JVM may be gone already
        print(f"stopping Spark: {error}", file=sys.stderr)
    process.stdin.close()
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    if process.poll() is None:
        process.kill()
        process.wait()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads that the script left must not hold the driver
