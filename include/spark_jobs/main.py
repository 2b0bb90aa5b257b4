"""Entry point that the engine starts: ``main.py --spec s3://…/spec.json``."""

from __future__ import annotations

import sys

from spark_jobs.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
