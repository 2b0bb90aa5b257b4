"""What every group of actions has: the request, the records and the runtime."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.core.responses import BaseResponse
from moto.sagemaker.models import sagemaker_backends

from sandbox.sagemaker.models import SageMakerBackend
from sandbox.sagemaker.runtime import Runtime
from sandbox.sagemaker.validation import refuse, validate


class Actions(BaseResponse):
    """A group of actions; moto finds a method by the action's name. ``runtime`` is set once by ``install``."""

    runtime: ClassVar[Runtime]

    @property
    def backend(self) -> SageMakerBackend:
        """The records of the caller's account and region."""
        backend: SageMakerBackend = sagemaker_backends[self.current_account][self.region]
        return backend

    def request(self, *not_here: str) -> dict[str, Any]:
        """The members of the request, held against the service model.

        :param not_here: members that this action does not honour
        :raises ValidationException: one is missing or malformed
        :raises NotImplementedError: one is not done here
        """
        members = dict(self.params)
        validate(self._get_action(), members)
        refuse(members, not_here)
        return members
