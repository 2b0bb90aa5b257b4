"""A Spark driver: one Python process that runs one job's script, then ends with its JVM.

Run by path under ``python -I``, so that nothing of this repository can be imported by the job. The JVM is started by
PySpark through spark-submit when the script first asks for a session. With ``--spare`` it is started at once, warmed on
data of its own, and left without a session: the job's SparkContext is made new, with the job's whole conf.
"""

import json
import os
import select
import sys
import time
import traceback
import types
from pathlib import Path

JVM_SECONDS = 10


def main():
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


def use_properties(assignment):
    """Let PySpark start its JVM with these properties."""
    os.environ["PYSPARK_SUBMIT_ARGS"] = f'--properties-file "{assignment["properties"]}" pyspark-shell'


def run(assignment):
    """Run the script as ``__main__`` and return the exit status."""
    script = assignment["script"]
    sys.argv = [script, *assignment["arguments"]]
    sys.path[:0] = [str(Path(script).parent), *assignment["py_files"]]
    module = types.ModuleType("__main__")
    module.__file__ = script
    sys.modules["__main__"] = module
    try:
        exec(compile(Path(script).read_bytes(), script, "exec"), module.__dict__)
    except SystemExit as end:
        return exit_status(end.code)
    except BaseException as error:
        # the first frame is this function's
        traceback.print_exception(error.with_traceback(error.__traceback__.tb_next))
        return 1
    return 0


def exit_status(code):
    """What ``sys.exit(code)`` means to a shell."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def hand_over(assignment):
    """Make the warmed JVM the job's: its properties and nothing of the preheat in its log."""
    from pyspark import SparkContext

    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.ftruncate(stream.fileno(), 0)
    Path(assignment["taken"]).touch()
    if SparkContext._jvm is None:
        use_properties(assignment)
        return
    system = SparkContext._jvm.java.lang.System
    for key in list(system.getProperties().stringPropertyNames()):
        if key.startswith("spark."):
            system.clearProperty(key)
    for key, value in assignment["conf"].items():
        system.setProperty(key, value)


def warm_up(own):
    """Load and compile what every job uses, by harmless work on two rows; stop as soon as a job is waiting."""
    try:
        from pyspark import SparkContext
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
        SparkContext._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
        Path(own["ready"]).touch()
    except Exception:
        traceback.print_exc()
        end_jvm()
        raise SystemExit(1) from None


def warm_tables(session, own):
    """Read CSV, write and read an Iceberg table, all in the spare's own folder."""
    rows = Path(own["warm"]) / "rows.csv"
    rows.parent.mkdir(parents=True, exist_ok=True)
    rows.write_text("a,b\n1,x\n2,y\n")
    frame = session.read.option("header", True).csv(f"file:{rows}")
    frame = frame.selectExpr("cast(a as int) a", "upper(b) b")
    frame.writeTo("warm.spare.rows").using("iceberg").create()
    frame.writeTo("warm.spare.rows").append()
    session.table("warm.spare.rows").groupBy("b").count().collect()


def warm_catalogs(session, own):
    """List the namespaces of the catalogs that the application's conf names."""
    for name in own["catalogs"]:
        session.sql(f"SHOW NAMESPACES IN `{name}`").collect()


def assignment_is_waiting():
    """Whether standard input has something to say."""
    return bool(select.select([0], [], [], 0)[0])


def end_jvm(seconds=JVM_SECONDS):
    """Stop Spark and wait for its JVM, so that no process outlives this one."""
    if "pyspark" not in sys.modules:
        return
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    process = getattr(gateway, "proc", None)
    if process is None:
        return
    try:
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()
        gateway.shutdown()
    except Exception as error:  # the JVM may be gone already
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
