"""Text is cleaned as a rule says, and only then."""

from __future__ import annotations

from typing import Any


def test_text_is_trimmed_and_tokens_become_null(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA", ""]}
    made = product("x string", rules=[rule]).made("x", (" a b\t",), ("NA",), (" NA ",), ("  ",), ("na",), (None,))
    assert made == ["a b", None, None, None, "na", None]


def test_without_trim_the_token_has_to_be_exact(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA"], "trim": False}
    assert product("x string", rules=[rule]).made("x", (" NA",), ("NA",), (" a ",)) == [" NA", None, " a "]


def test_case_changes_after_the_tokens(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["na"], "case": "upper"}
    assert product("x string", rules=[rule]).made("x", ("na",), ("NA",), ("äö",)) == [None, "NA", "ÄÖ"]


def test_columns_that_are_not_named_stay(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA"]}
    assert product("x string", "y string", rules=[rule]).made("y", ("a", " NA ")) == [" NA "]


def test_tokens_are_gone_before_the_type_is_read(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA"]}
    assert product("x int", rules=[rule]).judge(("NA",))[0][0] == []
