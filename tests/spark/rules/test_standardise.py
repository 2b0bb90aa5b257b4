"""Text is cleaned as a rule says, and only then."""

from __future__ import annotations

from typing import Any

from spark_jobs.rules.builder import Builder
from spark_jobs.rules.standardise import standardised

# White space that reading, cleaning, both or neither pass over: NUL, US and DEL are control characters, and no-break,
# em and ideographic space are none to Java.
AROUND = ("", *" \t\n\r\f\v\0\x01\x1f\x7f\x85\u00a0\u2003\u3000\ufeff")
NUMBERS = (
    "7 +7 -7 -0 007 --7 +-7 7- 1e3 1E3 1e-3 1e 1.0 1. .5 -.5 12.345 12.344 999.99 999.995 1234.5 1e400 1e-400 0x1F "
    "7f 7d 7L 1_000 1,000 2147483647 2147483648 -2147483648 -2147483649 9223372036854775807 9223372036854775808 "
    "-9223372036854775808 -9223372036854775809 NaN Infinity NA na N/A null true - + . e ٧ ７ ² ½ ١.٥ -999"
)
BODIES = (*NUMBERS.split(" "), "", "7 7", "7\u00a07", "- 7", "9" * 38, "9" * 39, "0" * 60 + "7", "0." + "3" * 50)
TYPES = ("int", "bigint", "decimal(5,2)", "decimal(38,0)", "decimal(38,18)")
WAYS: tuple[tuple[dict[str, Any], ...], ...] = (
    (),
    ({},),
    ({"nullTokens": ["NA", "", "-", "+", ".", "e", "N/A"]},),
    ({"nullTokens": ["NA", " ", "\t"], "trim": False},),
    ({"nullTokens": ["e", "na"], "case": "lower"}, {"nullTokens": ["NA"], "trim": False}),
    ({"case": "upper", "trim": False}, {"nullTokens": ["NAN", "NA"]}),
    ({"nullTokens": ["-999", "7"]},),
    ({"nullTokens": ["NA"]}, {"nullTokens": ["٧", "²", "1e3"], "trim": False}),
)


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


def test_a_number_reads_the_same_whether_it_is_cleaned_before_or_not(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA", ""]}
    for type_ in ("int", "bigint", "decimal(5,2)"):
        judged = product(f"x {type_}", rules=[rule]).judge(
            ("7",), (" 7\t",), ("\u00a07\u00a0",), (" NA ",), ("\u00a0",), (None,), ("na",), ("7 7",)
        )
        assert [row["x"] for _, row in judged] == [7, 7, 7, None, None, None, None, None], type_
        assert [broken for broken, _ in judged] == [[]] * 6 + [["readable_x"]] * 2, type_


def test_a_token_that_is_a_number_is_null_and_no_number(product: Any) -> None:
    rule = {"name": "clean", "kind": "standardise", "columns": ["x"], "nullTokens": ["-999", "NA"]}
    judged = product("x int", rules=[rule]).judge(("-999",), (" -999 ",), ("-0999",), ("NA",))
    assert [(broken, row["x"]) for broken, row in judged] == [([], None), ([], None), ([], -999), ([], None)]


def test_a_token_of_a_later_rule_counts_as_well(product: Any) -> None:
    rules = [
        {"name": "first", "kind": "standardise", "columns": ["x"], "nullTokens": ["NA"]},
        {"name": "second", "kind": "standardise", "columns": ["x"], "nullTokens": ["0"]},
    ]
    assert product("x int", rules=rules).made("x", ("0",), ("5",), ("NA",)) == [None, 5, None]


def test_numbers_are_what_spark_reads_from_the_cleaned_text(product: Any) -> None:
    """Whatever stands around them, whatever their form and however they are cleaned."""
    from pyspark.sql import functions as F  # noqa: N812

    chosen = {f"x{way}_{place}": (type_, way) for way in range(len(WAYS)) for place, type_ in enumerate(TYPES)}
    rules = [
        {"name": f"clean_{way}_{number}", "kind": "standardise", "columns": [f"x{way}_{place}" for place in range(5)]}
        | rule
        for way, cleaning in enumerate(WAYS)
        for number, rule in enumerate(cleaning)
    ]
    p = product(*(f"{name} {type_}" for name, (type_, _) in chosen.items()), rules=rules)
    pairs = ((before, after) for before in AROUND for after in AROUND if before == after or not before or not after)
    texts = [None, *sorted({before + body + after for before, after in pairs for body in BODIES})]
    found = [
        ({name for name in chosen if f"readable_{name}" in broken}, row)
        for broken, row in p.judge(*((text,) * len(chosen) for text in texts))
    ]
    frame = p.spark.createDataFrame([(place, text) for place, text in enumerate(texts)], "place int, text string")
    frame = frame.select("place", *(F.col("text").alias(name) for name in chosen))
    builder = Builder(frame)
    standardised(builder, {name: name for name in chosen}, p.ruleset.rules)
    read = {f"read_{name}": F.col(name).try_cast(type_) for name, (type_, _) in chosen.items()}
    for text, (unreadable, row), expected in zip(
        texts, found, builder.frame.withColumns(read).orderBy("place").collect(), strict=True
    ):
        values = {name: expected[f"read_{name}"] for name in chosen}
        assert {name: row[name] for name in chosen} == values, repr(text)
        assert unreadable == {name for name in chosen if expected[name] and values[name] is None}, repr(text)
