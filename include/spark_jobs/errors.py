"""What makes a job fail, as against an outcome that it reports."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

SPARK_ERRORS = (PySparkException, Py4JJavaError)
"""What a failing Spark job raises: PySpark knows some of the JVM's errors by name and passes the others on."""


class JobError(Exception):
    """The job cannot do its work; the message says what is wrong and the mend. Nothing was published."""


def cause(error: BaseException) -> str:
    """One line that says what went wrong in Spark: the innermost cause, without its stack."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    return causes[-1].removeprefix("Caused by: ") if causes else lines[0] if lines else repr(error)
