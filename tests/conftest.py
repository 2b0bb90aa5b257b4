"""What every test starts from: no configuration, credentials or state of the person at the keyboard."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache

import botocore.session
from hypothesis import settings

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "AWS_", "GROUNDWORK_", "OPENLINEAGE"))]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

# Airflow makes its home where this points, the first time any part of it is imported.
_airflow_home = tempfile.mkdtemp(prefix="groundwork-tests-airflow-")
atexit.register(shutil.rmtree, _airflow_home, ignore_errors=True)
os.environ["AIRFLOW_HOME"] = _airflow_home
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"

# The same examples in every run: a red run here is red everywhere.
settings.register_profile("groundwork", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("groundwork")

# A hook has a session of its own, and a session reads what it needs to know of AWS's services anew: nine tenths of the
# processor time of a client. A task's own process does that once.
botocore.session.create_loader = cache(botocore.session.create_loader)
