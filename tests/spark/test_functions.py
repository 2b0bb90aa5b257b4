"""Every function that a rule may call is there in Spark, and means the same when the expression is written anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from groundwork.spec.expression import parse_expression
from groundwork.spec.functions import NAMES
from spark_jobs.rules.expressions import guarded

ROWS = """
    values ('ab-xcd', '-', -2.5D, 0.4D, 2, true, date '2013-03-31', timestamp '2013-07-01 12:34:56.789'),
           ('12.5', '2013-01-02', 12.5D, 3D, 7, false, date '2012-02-29', timestamp '1999-12-31 23:59:59'),
           ('4242', 'x', 1D, 1D, 1, true, date '2024-12-30', timestamp '2024-02-29 00:00:00'),
           (null, null, null, null, null, null, null, null)
    as rows(a, b, x, y, n, f, d, t)
"""
CALLS = """
    ascii(a) base64(a) bit_length(a) btrim(a) char(n) char_length(a) character_length(a) chr(n) concat(a,b)
    concat_ws('-',a,b) contains(a,b) elt(n,a,b) endswith(a,b) find_in_set(a,b) format_number(x,2) initcap(a) instr(a,b)
    lcase(a) left(a,2) len(a) length(a) levenshtein(a,b) locate('x',a) lower(a) lpad(a,5,'0') ltrim(a) mask(a)
    octet_length(a) overlay(a,b,1) position('x',a) regexp_count(a,'x') regexp_extract(a,'(x)',1) regexp_instr(a,'x')
    regexp_like(a,'x') regexp_replace(a,'x','y') regexp_substr(a,'x') replace(a,'x','y') reverse(a) right(a,2)
    rpad(a,5,'0') rtrim(a) soundex(a) split_part(a,'-',1) startswith(a,b) substr(a,1,2) substring(a,1,2)
    substring_index(a,'-',1) translate(a,'x','y') trim(a) try_to_number(a,'9999') ucase(a) upper(a) url_encode(a)
    abs(x) acos(y) acosh(x) asin(y) asinh(x) atan(x) atan2(x,y) atanh(y) bin(n) bit_count(n) bround(x,0) cbrt(x) ceil(x)
    ceiling(x) conv(a,16,10) cos(x) cosh(x) cot(x) degrees(x) e() exp(x) expm1(x) factorial(n) floor(x) greatest(x,y)
    hex(n) hypot(x,y) isnan(x) least(x,y) ln(x) log(y) log10(y) log1p(y) log2(y) mod(n,2) nanvl(x,y) negative(x) pi()
    pmod(n,2) pow(x,2) power(x,2) radians(x) rint(x) round(x,0) shiftleft(n,1) shiftright(n,1) sign(x) signum(x) sin(x)
    sinh(x) sqrt(y) tan(x) tanh(x) try_add(x,y) try_divide(x,y) try_mod(n,2) try_multiply(x,y) try_subtract(x,y)
    unhex(a) width_bucket(x,0,10,5)
    coalesce(a,b) decode(a,'4242',1,2) equal_null(a,b) if(f,a,b) ifnull(a,b) isnotnull(a) isnull(a) nullif(a,b)
    nullifzero(n) nvl(a,b) nvl2(a,a,b) zeroifnull(n)
    add_months(d,1) convert_timezone('UTC','Europe/Paris',t) date_add(d,1) date_diff(d,t) date_format(t,'yyyy.MM')
    date_from_unix_date(n) date_part('year',t) date_sub(d,n) date_trunc('hour',t) dateadd(d,1) datediff(t,d)
    datepart('month',t) day(d) dayname(d) dayofmonth(d) dayofweek(d) dayofyear(d) from_unixtime(n)
    from_utc_timestamp(t,'Europe/Paris') hour(t) last_day(d) make_date(2000+n,n,n) make_dt_interval(n,1)
    make_interval(0,n) make_timestamp(2000+n,n,n,n,n,y) make_ym_interval(1,n) minute(t) month(d) monthname(d)
    months_between(d,t) next_day(d,'MON') quarter(d) second(t) timestamp_micros(n) timestamp_millis(n)
    timestamp_seconds(n) timestampadd(MINUTE,n,t) timestampdiff(MINUTE,t,d) to_date(b) to_timestamp(b)
    to_unix_timestamp(b,'yyyy-MM-dd') to_utc_timestamp(t,'Europe/Paris') trunc(d,'MM') try_make_interval(0,n)
    try_make_timestamp(2000+n,n,n,n,n,y) try_to_timestamp(b,'yyyy-MM-dd') unix_date(d) unix_micros(t) unix_millis(t)
    unix_seconds(t) unix_timestamp(t) weekday(d) weekofyear(d) year(d)
    boolean(n) date(b) double(a) float(a) int(a) string(n) timestamp(b)
    crc32(a) hash(a) luhn_check(a) md5(a) sha(a) sha1(a) sha2(a,256) xxhash64(a)
"""
EXAMPLES = {call.partition("(")[0]: call for call in CALLS.split()} | {
    "extract": "extract(hour from t)",
    # Written anew it is log(10, …), which differs in the last digit.
    "log10": "round(log10(y), 12)",
    "cast": "cast(a as int)",
    "try_cast": "try_cast(a as int)",
}
MORE = [
    "date_add(d, n) - 1",
    "t + interval '1' day * n",
    "case when a like '%x%' escape '!' then n % 2 + 1 else -n end",
    "n between 1 and 3 or a in ('4242', 'it''s') and not f",
    "regexp_replace(a, '(\\\\d)', '[$1]') || cast(n as string)",
    "to_date(date_format(t, 'yyyyMMdd'), 'yyyyMMdd') + n",
    "unix_timestamp(b, 'yyyy-MM-dd') + 1",
    "cast(x as decimal(10, 2)) * 2",
    "a is distinct from b",
    "a <=> b",
    "n << 2 | 1 & 3 ^ n",
    "(a, n) in (('4242', 1))",
    "timestampadd(MINUTE, (n % 2400 div 100) * 60 + n % 100, date_trunc('DAY', t))",
]


@pytest.fixture(scope="module")
def evaluated(spark: Any) -> Any:
    """Values of expressions on the rows, as texts: intervals have no value in Python."""
    frame = spark.sql(f"select * from {ROWS}").repartition(1)

    def evaluate(expressions: list[str]) -> list[list[str | None]]:
        rows = frame.selectExpr(*[f"string({text}) as c{number}" for number, text in enumerate(expressions)]).collect()
        return [[row[number] for row in rows] for number in range(len(expressions))]

    return evaluate


def test_every_function_has_an_example() -> None:
    assert set(EXAMPLES) == NAMES


def test_every_function_is_there_and_gives_a_value(evaluated: Any) -> None:
    values = evaluated(list(EXAMPLES.values()))
    assert [call for call, found in zip(EXAMPLES.values(), values, strict=True) if set(found) == {None}] == []


def written_anew(text: str) -> str:
    return parse_expression(text).sql(dialect="spark")


@pytest.mark.parametrize("write", [written_anew, guarded])
def test_an_expression_written_anew_means_the_same(evaluated: Any, write: Callable[[str], str]) -> None:
    # A job gives null, not 12, where '12.5' is cast to a whole number.
    stricter = {"int(a)", "cast(a as int)"} if write is guarded else set()
    texts = [text for text in (*EXAMPLES.values(), *MORE) if text not in stricter]
    again = [write(text) for text in texts]
    before, after = evaluated(texts), evaluated(again)
    assert [
        (text, new, old_values, new_values)
        for text, new, old_values, new_values in zip(texts, again, before, after, strict=True)
        if old_values != new_values
    ] == []


@pytest.mark.parametrize("text", ["int(a)", "cast(a as int)"])
def test_a_cast_that_loses_something_gives_null(evaluated: Any, text: str) -> None:
    assert evaluated([text, guarded(text)]) == [[None, "12", "4242", None], [None, None, "4242", None]]


@pytest.mark.parametrize("text", ["date 'today'", "cast('now' as timestamp)", "t > 'yesterday'"])
def test_spark_does_read_the_clock_from_a_literal(evaluated: Any, text: str) -> None:
    """Why such literals are refused: the day Spark stops doing so, they need not be."""
    from groundwork.spec.errors import SpecError

    [values] = evaluated([text])
    assert values[0] == "false" or str(values[0]).startswith("20")
    with pytest.raises(SpecError, match="reads as the clock"):
        parse_expression(text)
