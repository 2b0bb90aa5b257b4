"""The errors that EMR Serverless answers, with the codes and statuses of its service model."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ValidationException(ServiceException):
    """The request is not one that can be done."""

    code = "ValidationException"


class ResourceNotFoundException(ServiceException):
    """No such application or job run."""

    code = "ResourceNotFoundException"


class ConflictException(ServiceException):
    """A client token that was used before comes with another request."""

    code = "ConflictException"


class SubmissionError(Exception):
    """A job run that was accepted cannot be started; the message becomes its ``stateDetails``."""
