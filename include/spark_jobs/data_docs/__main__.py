"""``python -m spark_jobs.data_docs``: the Data Docs of an environment, on this machine and in its evidence bucket."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from spark_jobs.data_docs.site import SITE, build


def main() -> int:
    """The entry point."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.data_docs", description=__doc__)
    parser.add_argument("bucket", help="the environment's evidence bucket")
    parser.add_argument("folder", type=Path, help="where the site is written on this machine")
    arguments = parser.parse_args()
    new = build(arguments.bucket, arguments.folder)
    print(f"{len(new)} new page{'' if len(new) == 1 else 's'} in s3://{arguments.bucket}/{SITE}")
    print(f"open {(arguments.folder / 'index.html').resolve().as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
