"""What makes a job fail, as against an outcome that it reports."""

from __future__ import annotations


class JobError(Exception):
    """The job cannot do its work; the message says what is wrong and the mend. Nothing was published."""
