"""The properties with which the sandbox starts Spark, for a session outside it.

``python -m sandbox.driver_properties FOLDER`` reads the caller's properties as JSON from its standard input and prints
all of them as ``spark-submit --properties-file`` reads them; Spark's scratch files go into the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sandbox.emr_serverless.spark_conf import driver_conf, properties_text
from sandbox.settings import default_settings


def main(arguments: list[str]) -> int:
    """Print the properties."""
    [folder] = arguments
    print(properties_text(driver_conf(default_settings(), json.load(sys.stdin), Path(folder), [])), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
