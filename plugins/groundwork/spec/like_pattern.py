"""LIKE patterns, bound where a text can be long: Spark makes regular expressions of them."""

from __future__ import annotations

import re
from math import exp as e_to_the
from math import lgamma, log

from sqlglot import exp

from groundwork.spec.pattern import MAXIMUM_SEARCHED, MAXIMUM_WAYS

LIKE_CALLS = (exp.Like, exp.ILike)
"""What compares with a LIKE pattern, or with any or all of several, its second argument."""


def longest_compared(call: exp.Expr) -> int | None:
    """Bytes of the longest text that a LIKE call compares with its literal patterns; None: any text."""
    escape = call.parent.expression.this if isinstance(call.parent, exp.Escape) else "\\"
    found = [longest_liked(literal.this, escape) for literal in call.expression.find_all(exp.Literal)]
    return min((longest for longest in found if longest is not None), default=None)


def longest_liked(pattern: str, escape: str = "\\") -> int | None:
    """Bytes of the longest text that is held against a LIKE pattern; None: any text.

    Each ``%`` but those at the end tries every length, so that a text of n characters has up to n over k ways through k
    of them. Of one alone these are no more than the text has characters. ``MAXIMUM_WAYS`` take about a second: with
    ``%a%a%b``, of which Java makes ``.*a.*a.*b``, 2,000 characters took 5 s.

    :param escape: the character behind which ``%`` and ``_`` mean themselves
    """
    wild = re.sub(re.escape(escape) + ".", "", pattern, flags=re.DOTALL)
    tries = wild.rstrip("%").count("%")
    if tries < 2:
        return None
    # n to the power of k over k! ways, solved for n.
    return min(MAXIMUM_SEARCHED, int(e_to_the((log(MAXIMUM_WAYS) + lgamma(tries + 1)) / tries)))
