"""Queries whose searches are bound ask what was asked, and end where a text is too long to be searched."""

from __future__ import annotations

from typing import Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.quality_query import AGGREGATES, TABLE, WINDOWS, bounded_query, check_query, with_table
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked

GREEDY = "a" * 843
SCHEMA = "number int, ratio double, word string, kind string"
ROWS = [
    (1, 1.5, "ab", "x"),
    (2, 2.5, "b", "x"),
    (2, 4.0, None, "y"),
    (5, None, "a\\b it's", "y"),
    (None, 8.0, "", None),
]
TWO = "max_by min_by corr covar_pop covar_samp regr_count"
TRUE = "bool_and bool_or every some count_if"
PART = "percentile percentile_approx"
OVER = {
    "ntile": "ntile(2)",
    **{name: f"{name}(word)" for name in ("lag", "lead", "first_value", "last_value")},
    **{name: f"{name}()" for name in ("row_number", "rank", "dense_rank", "percent_rank", "cume_dist")},
}
SHAPES = r"""
with few as (select * from {object} where number < 5)
select count_if(word rlike '[a-z]+$') over () from few order by 1 limit 1

select count_if(a.word rlike '[a-z]+$') from {object} a left join {object} b using (number)
where b.word is null or a.ratio > 1

select count(*) from {object} o
where exists (select 1 from {object} t where t.word rlike '.*a.*b' and t.number = o.number)

select sum(n) from (
    select regexp_extract(word, '([a-z]+)$', 1) part, count(*) n from {object}
    group by regexp_extract(word, '([a-z]+)$', 1) having count(*) filter (where ratio between 1 and 9) > 0
)

select count(*) from (
    select word from {object} where word in ('ab', 'b')
    union select regexp_replace(word, '[a-z\\\\]+$', '\'') from {object}
    except select 'b' from {object}
)

select count(*) from {object}
where word not like any ('%a%b', 'x') or word ilike '%A!%%B' escape '!' or not like(word, '%a%b')

select min(case when regexp_instr(word, '[a-z]+$') > 1 then cast(number as string) || '%\\' else 'it\'s' end)
from {object} where word not like '%z\\_' or not word rlike '(?i)[A-Z]+$'
""".strip().split("\n\n")


def call(name: str) -> str:
    if name in TWO.split():
        return f"{name}(ratio, number)"
    if name in TRUE.split():
        return f"{name}(number > 1)"
    return f"{name}(ratio, 0.5)" if name in PART.split() else f"{name}(ratio)"


def plan(spark: Any, query: str) -> Any:
    return spark.sql(query)._jdf.queryExecution().optimizedPlan()


def test_a_query_with_bounds_says_what_it_said(spark: Any) -> None:
    """It is written again from its tree: Spark reads that as it reads the text, and the bounds change no answer."""
    aggregates = [f"round({call(name)}, 9)" if name not in TRUE.split() else call(name) for name in sorted(AGGREGATES)]
    assert OVER.keys() == WINDOWS
    window = "over (partition by kind order by ratio desc nulls last)"
    over = [f"{text} {window} w{number}" for number, text in enumerate(OVER.values())]
    queries = [
        f"select {', '.join(aggregates)} from {{object}}",
        f"select number, {', '.join(over)} from {{object}}",
        *SHAPES,
    ]
    rows = spark.createDataFrame(ROWS, SCHEMA).coalesce(1)
    rows.createOrReplaceTempView(TABLE)
    try:
        for query in queries:
            again = check_query(query, figure=False).sql(dialect="spark")
            assert plan(spark, again).sameResult(plan(spark, with_table(query))), again
        bounded = bounded_query(SHAPES[-1])
        assert bounded.count("RAISE_ERROR") == 2
        assert spark.sql(bounded).collect() == spark.sql(with_table(SHAPES[-1])).collect() == [("5%\\",)]
    finally:
        spark.catalog.dropTempView(TABLE)


def test_a_query_ends_where_a_text_is_too_long_to_be_searched(spark: Any) -> None:
    """``.*x.*y`` searches 843 bytes: one more, and what the query would say is not known."""
    words = ["xy", None, GREEDY[:-2] + "xy", GREEDY + "b"]
    rows = spark.createDataFrame([(word,) for word in words], "word string").coalesce(1)
    greedy = "word rlike '.*x.*y'"
    queries = [
        ("odcs_sql", f"select count(*) from ${{table}} where {greedy}"),
        ("odcs_sql", f"select count(*) from ${{table}} where not {greedy}"),
        ("odcs_sql", f"select count(*) from ${{table}} where case when octet_length(word) <= 843 then {greedy} end"),
        ("odcs_sql", "select count(*) from ${table} where word rlike '^xy?'"),
        ("unexpected_rows_expectation", f"select * from {{batch}} where {greedy}"),
    ]
    expectations = [
        Expectation(name=str(number), type=kind, kwargs={key: query} | ({"mustBe": 2} if key == "query" else {}))
        for number, (kind, query) in enumerate(queries)
        for key in ["query" if kind == "odcs_sql" else "unexpected_rows_query"]
    ]
    expectations[3] = expectations[3].model_copy(update={"kwargs": expectations[3].kwargs | {"mustBe": 1}})
    found = checked(expectations, Data(rows, rows, len(words), ("word",)), len(words))
    assert [result.success for result in found] == [False, False, True, True, False]
    for result in (found[0], found[1], found[4]):
        assert "a text of more than 843 bytes is not searched for '.*x.*y'" in str(result.exception)
        assert "case when octet_length(...) <= 843 then ... end" in str(result.exception)
