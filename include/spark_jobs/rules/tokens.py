"""Keyed tokens in place of values."""

from __future__ import annotations

from collections.abc import Callable


def tokeniser(secret: str) -> Callable[[str | None], str | None]:
    """A function for Spark's Python workers: keyed HMAC-SHA-256 in hexadecimal digits.

    Each worker fetches the key itself, so that it stands in no plan, closure, log or report. The function carries its
    imports inside and is pickled by value, so that workers need none of our modules. A plain Python function, not a
    pandas one: importing pandas costs a worker more than hashing 100,000 values.

    :param secret: name of the Secrets Manager secret
    """
    keys: list[bytes] = []

    def fetch() -> bytes:
        import boto3

        answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret)
        key = answer.get("SecretBinary") or answer["SecretString"].encode()
        if len(key) < 16:
            raise ValueError(f"the key in secret {secret!r} has {len(key)} bytes; at least 16 are asked for")
        return key

    def tokenise(value: str | None) -> str | None:
        import hashlib
        import hmac

        if value is None:
            return None
        if not keys:
            keys.append(fetch())
        return hmac.digest(keys[0], value.encode(), hashlib.sha256).hex()

    return tokenise
