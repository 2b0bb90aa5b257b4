"""``python -m spark_jobs.profile FILE``: profiles a file on this machine; shows it here and as a page."""

from __future__ import annotations

import sys

from spark_jobs.profile.command import main

sys.exit(main(sys.argv[1:]))
