"""``python -m spark_jobs.dry_run``."""

import sys

from spark_jobs.dry_run.command import main

sys.exit(main(sys.argv[1:]))
