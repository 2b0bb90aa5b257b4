"""What ends a program of the container with a reason that a person reads in SageMaker."""

from __future__ import annotations


class ModelError(Exception):
    """The program cannot do its work; the message says what is wrong and the mend."""
