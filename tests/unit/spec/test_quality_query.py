"""SQL of a quality entry: one SELECT of one table by named functions."""

from __future__ import annotations

import pytest

from groundwork.spec.quality_query import bounded_query, quality_query, query_columns


@pytest.mark.parametrize(
    ("text", "column", "columns"),
    [
        ("SELECT COUNT(*) FROM ${table} WHERE ${column} IS NOT NULL", "a", {"a"}),
        ("select count(*) from {object}", None, set()),
        ("select max(n) from (select count(*) n from ${table} group by a having count(*) > 1) x", None, {"a"}),
        (
            "with t as (select a, lag(b) over (order by a) r from {object}) select max(r) from t",
            None,
            {"a", "b"},
        ),
        ("select sum(case when a > 1 then 1 else 0 end) / count(*) from {table} where b in ('x')", None, {"a", "b"}),
        ("select count(*) from {object} t left join {object} u on t.a = u.b where u.b is null", None, {"a", "b"}),
        ("select count(distinct a) - count(a) from {object}", None, {"a"}),
        ("select avg(amount) > 5 from {object};", None, {"amount"}),
        ("select percentile(a, 0.5) from {object}", None, {"a"}),
        ("select count(*) filter (where length(a) > 1) from {object}", None, {"a"}),
    ],
)
def test_one_select_of_the_table_is_allowed(text: str, column: str | None, columns: set[str]) -> None:
    query = quality_query(text, column)
    assert "{" not in query
    assert query_columns(query) == columns


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("drop table x", "not one SELECT"),
        ("values (1)", "not one SELECT"),
        ("select count(*) from {object}; delete from {object}", "not one SELECT"),
        ("insert into {object} select 1", "not one SELECT"),
        ("select 1", "does not read the checked table"),
        ("select count(*) from other", "reads other; it may read"),
        ("select count(*) from lake.raw.checked_rows", "reads lake.raw.checked_rows"),
        ("select count(*) from {object} where a > (select max(a) from secret)", "reads secret"),
        (
            "select 1 from (with s as (select 1 from {object}) select * from s) join s",
            "WITH inside",
        ),
        ("select count(*) from parquet.`s3://bucket/key`", "reads parquet"),
        ("select reflect('a', 'b') from {object}", "calls reflect"),
        ("select `reflect`('a', 'b') from {object}", "calls reflect|holds"),
        ("select current_user() from {object}", "calls current_user"),
        ("select current_date from {object}", "holds 'CURRENT_DATE'"),
        ("select rand() from {object}", "calls rand"),
        ("select explode(array(1)) from {object}", "calls explode"),
        ("select count(*) from {object} tablesample (10 percent)", "calls tablesample"),
        ("select a, b from {object}", "gives 2 columns"),
        ("select count(*) from {object} where a rlike '(a+)+$'", "can search without end"),
        ("select count(*) from {object} where regexp_like(a, b)", "takes its pattern from b; write the pattern as"),
        ("select count(*) from {object} where a like '%' || b", "takes its pattern from b; write the pattern as"),
        ("select count(*) from {object} where a like any ('x', lower(b))", r"takes its pattern from LOWER\(b\)"),
        ("select * from {object}", "select the one figure"),
        ("select count(*) from {object} where ${column} > 1", r"holds \$\{column\}"),
        ("select /*+ broadcast(t) */ count(*) from {object}", "holds a comment"),
        ("select count(*) from {object} -- all", "holds a comment"),
        ("select transform(a) using 'cat' from {object}", "calls transform"),
        ("select (", "is no SQL"),
    ],
)
def test_everything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        quality_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "select  count(*) from {object} where a > 1",
        # As many steps as the text has characters: any text is searched.
        "select count(*) from {object}  where a rlike '^x[0-9]+'",
        "select count(*) from {object}  where a like '%x%' or not a like any ('x%', 'x%y')",
    ],
)
def test_a_query_that_needs_no_bound_is_carried_out_as_it_stands(text: str) -> None:
    assert bounded_query(text) == text.replace("{object}", "checked_rows")


def test_every_search_that_needs_one_has_its_bound() -> None:
    text = "select count(*) from {object} where regexp_replace(a, '[a-z]+$', '') rlike '.*x.*y' or b regexp '(a|b)*'"
    bounded = bounded_query(text).lower()
    inner = "case when octet_length(a) > 10000 then raise_error("
    # What is searched in the text that is searched is bound in both places that it stands in.
    assert bounded.count(inner) == 2
    assert "case when octet_length(regexp_replace(case when" in bounded
    assert bounded.count(") > 843 then raise_error(") == 1
    assert "case when octet_length(b) > 400 then raise_error(" in bounded


def test_a_like_with_several_wild_parts_has_the_strictest_bound_of_its_patterns() -> None:
    text = "select count(*) from {object} where a like any ('%a%b', '%a%b%c%') or b ilike '%a!%%c' escape '!'"
    bounded = bounded_query(text)
    assert "OCTET_LENGTH(a) > 843" in bounded
    assert "OCTET_LENGTH(b) > 10000" in bounded
    assert "ESCAPE '!'" in bounded
