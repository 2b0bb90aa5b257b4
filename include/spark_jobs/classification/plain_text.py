"""Letters without accents and case, so that Müller, MULLER and Muller are one."""

from __future__ import annotations

import functools
import unicodedata

# Letters that Unicode does not take apart.
_OTHERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "’": "'", "ʻ": "'",
})  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Lower case without accents; letters of other scripts stay."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_OTHERS))
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))
