"""Tags by ARN."""

from __future__ import annotations

from collections.abc import Iterable


class Tags:
    """The tags of everything; replaced and never changed in place, because it is pickled meanwhile."""

    def __init__(self) -> None:
        self._by_arn: dict[str, dict[str, str]] = {}

    def add(self, arn: str, tags: Iterable[dict[str, str]]) -> None:
        """Add tags, over those of the same keys."""
        added = {each["Key"]: each["Value"] for each in tags}
        self._by_arn = {**self._by_arn, arn: {**self._by_arn.get(arn, {}), **added}}

    def of(self, arn: str) -> list[dict[str, str]]:
        """The tags of one thing."""
        return [{"Key": key, "Value": value} for key, value in self._by_arn.get(arn, {}).items()]

    def remove(self, arn: str, keys: Iterable[str]) -> None:
        """Take away those of these keys."""
        gone = set(keys)
        kept = {key: value for key, value in self._by_arn.get(arn, {}).items() if key not in gone}
        self._by_arn = {**self._by_arn, arn: kept}

    def forget(self, arn: str) -> None:
        """The thing itself is gone."""
        self._by_arn = {key: value for key, value in self._by_arn.items() if key != arn}
