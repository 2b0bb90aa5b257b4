"""``python -m demo``."""

from __future__ import annotations

import sys
from pathlib import Path

# Airflow puts plugins/ on the path of its own processes; here nobody else does.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "plugins"))

if __name__ == "__main__":
    from demo.command import main

    sys.exit(main())
