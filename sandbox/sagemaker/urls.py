"""Paths of the service; moto finds this module beside ``models``."""

from __future__ import annotations

from sandbox.sagemaker.responses import SageMakerResponse

url_bases = [r"https?://api\.sagemaker\.(.+)\.amazonaws.com"]
url_paths = {"{0}/$": SageMakerResponse.dispatch}
