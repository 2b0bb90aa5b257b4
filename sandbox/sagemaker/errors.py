"""The errors that SageMaker answers, with the codes of its service model."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ValidationException(ServiceException):
    """The request is not one that can be done; also what SageMaker answers when a job or a model is not there."""

    code = "ValidationException"


class ResourceInUse(ServiceException):
    """The name was used before."""

    code = "ResourceInUse"


class ResourceNotFound(ServiceException):
    """There is no such thing."""

    code = "ResourceNotFound"


class ResourceLimitExceeded(ServiceException):
    """More than the machine shall carry."""

    code = "ResourceLimitExceeded"


class ConflictException(ServiceException):
    """Something else stands in the way."""

    code = "ConflictException"


class JobFailure(Exception):
    """A job that was accepted cannot go on; the message becomes its ``FailureReason``."""
