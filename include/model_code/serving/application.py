"""The HTTP side of SageMaker's serving contract: ``GET /ping`` and ``POST /invocations``."""

from __future__ import annotations

import re

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from model_code.errors import ModelError
from model_code.serving.answer import Answerer, say_unseen
from model_code.serving.request import RequestError

LINES = "application/jsonlines"
ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
# SageMaker sends no more to an endpoint (25 MB) or in a batch transform (100 MB).
MOST_BYTES = 100 * 1024 * 1024


def application(answerer: Answerer) -> Starlette:
    """The application that serves one model, which is loaded."""

    async def ping(_: Request) -> Response:
        return PlainTextResponse("\n")

    async def invocations(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != LINES:
            return PlainTextResponse(f"content type {kind!r} is not read; send {LINES}\n", 415)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return PlainTextResponse(f"the body is larger than {MOST_BYTES // 2**20} MB\n", 413)
        try:
            reasons = wanted_reasons(request.headers.get(ATTRIBUTES, ""))
            answer, unseen = await run_in_threadpool(answerer.answer, bytes(body), reasons)
        except RequestError as error:
            return PlainTextResponse(f"{error}\n", 400)
        except ModelError as error:
            return PlainTextResponse(f"{error}\n", 500)
        say_unseen(unseen)
        headers = {ATTRIBUTES: ",".join(f"unseen-{name}={count}" for name, count in sorted(unseen.items()))}
        return Response(answer, media_type=LINES, headers=headers if unseen else None)

    return Starlette(routes=[Route("/ping", ping), Route("/invocations", invocations, methods=["POST"])])


def wanted_reasons(attributes: str) -> int:
    """How many reasons a caller asks for: ``reasons=5`` among attributes that may be anything else too.

    :param attributes: the header, ``name=value`` with commas between
    :raises RequestError: it is no such number
    """
    for part in attributes.split(","):
        name, _, value = part.strip().partition("=")
        if name == "reasons":
            if not re.fullmatch(r"[0-9]{1,3}", value):
                raise RequestError(f"header {ATTRIBUTES}: reasons is {value!r}; send a number of 0 to 999")
            return int(value)
    return 0
