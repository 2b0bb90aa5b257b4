"""Paths of the service; moto finds this module beside ``models``."""

from __future__ import annotations

from sandbox.emr_serverless.responses import EMRServerlessResponse

url_bases = [r"https?://emr-serverless\.(.+)\.amazonaws\.com"]

_APPLICATION = "{0}/applications/(?P<applicationId>[^/]+)"
_JOB_RUN = _APPLICATION + "/jobruns/(?P<jobRunId>[^/]+)"

url_paths = dict.fromkeys(
    [
        "{0}/applications$",
        _APPLICATION + "$",
        _APPLICATION + "/start$",
        _APPLICATION + "/stop$",
        _APPLICATION + "/jobruns$",
        _JOB_RUN + "$",
        _JOB_RUN + "/dashboard$",
        _JOB_RUN + "/attempts$",
    ],
    EMRServerlessResponse.dispatch,
)
