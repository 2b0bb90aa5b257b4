"""What may stand in a rule, and that nothing else does, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundwork.spec.errors import SpecError
from groundwork.spec.expression import MAXIMUM_LENGTH, columns_of, parse_expression
from groundwork.spec.functions import FUNCTIONS, NAMES

ALLOWED = """
    to_utc_timestamp(make_timestamp(year, month, day, hour, minute, 0), 'America/New_York')
    from_utc_timestamp(x, tz)
    a between 1 and 2 and b in ('x')
    (a, b) in ((1, 2))
    make_dt_interval(0, 0, delay)
    lower(x) rlike '^[a-z]+$'
    case when a then 1 else 2 end
    case a when 1 then 'x' end
    cast(a as timestamp) + interval '1' day
    a * interval '1' minute
    cast(a as decimal(10, 2))
    a::int
    date '2013-01-01'
    timestamp '2013-01-01 00:00:00'
    floor(clock / 100) * 60 + clock % 100
    a div b
    -a
    not a
    !a
    a || b
    a <=> b
    a == b
    a <> b
    a is not null
    a is distinct from b
    a like 'x%'
    a like 'x%' escape '/'
    a ilike 'X%'
    extract(hour from a)
    timestampadd(MINUTE, delay, s)
    timestampdiff(MINUTE, a, b)
    dateadd(MINUTE, a, b)
    lpad(a, 2, '0')
    'it''s'
    a & 1 | 2 ^ 3
    n << 1
    if(a, 1, 2)
    nvl(a, b)
    string(a)
    `a`
    1.5BD + 1L
"""
REFUSED = """
    a + (select 1)
    a in (select 1)
    exists (select 1)
    java_method('a', 'b')
    reflect('a', 'b')
    try_reflect('a', 'b')
    `reflect`('a', 'b')
    current_timestamp()
    current_timestamp
    current_date
    now()
    curdate()
    localtimestamp()
    unix_timestamp()
    current_timezone()
    date 'today'
    timestamp 'now'
    cast(' Now' as timestamp)
    to_timestamp('yesterday')
    day < 'tomorrow UTC'
    uuid()
    rand()
    randn()
    randstr(5)
    shuffle(array(1))
    monotonically_increasing_id()
    spark_partition_id()
    input_file_name()
    current_user()
    session_user()
    session_user
    current_catalog()
    version()
    secret('a', 'b')
    read_files('/etc/passwd')
    aes_encrypt(a, b)
    raise_error('x')
    assert_true(a)
    sum(x)
    max(a)
    count(*)
    any(a)
    collect_list(a)
    row_number() over (order by a)
    explode(a)
    sequence(1, 100000000000)
    repeat(a, 1000000000)
    space(1000000000)
    lpad(a, 1000000000, 'x')
    rpad(a, b)
    transform(a, x -> x + 1)
    array(a)
    split(a, ',')
    struct(a)
    from_json(a, 'x int')
    xpath('<a/>', 'a')
    to_char(a, '999')
    to_number(a, '999')
    safe_divide(a, b)
    bigint(a)
    decimal(a)
    cast(a as struct<x:int>)
    cast(a as array<int>)
    cast(a as interval day)
    cast(a as variant)
    t.a
    a.*
    a['x']
    a[0]
    *
    a, b
    a as b
    a b
    a; drop table x
    a; b
    drop table x
    select 1
    with x as (select 1) select 1
    values (1)
    set x = 1
    a -- b
    /* a */ b
    /*+ broadcast(a) */ b
    r'\\' || a
    X'1F'
    @x
    :x
    ?
    ${x}
    {{x}}
    concat(*)
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", lines(ALLOWED))
def test_plain_scalar_expressions_are_allowed(text: str) -> None:
    assert parse_expression(text).sql()


@pytest.mark.parametrize("text", ["", "   ", "a +", "(a", "'open", "case when a", "a between 1", *lines(REFUSED)])
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_expression(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum(x)", r"'sum\(x\)' calls sum\(\), which may not stand in a rule. Use .* lists the functions"),
        ("t.a", "'t.a' reads t.a. Name the column alone, without a table"),
        ("a -- why", "holds a comment. Say it in the rule's description"),
        ("d < 'today'", "holds 'today', which Spark reads as the clock. Use a column"),
        ("lpad(a, n)", "pads without a limit. Pad to a number up to 1000"),
        ("cast(a as map<int, int>)", r"casts to MAP<INT, INT>. Cast to a plain type"),
        ("a; b", "is more than one expression. Remove the semicolon"),
        ("", "'' is empty. Write one expression"),
        ("a +", "is not a Spark SQL expression"),
        ("(" * 1500 + "a" + ")" * 1500, "… is nested too deeply. Split it into two rules".replace("…", ".*")),
        ("a" * (MAXIMUM_LENGTH + 1), f"longer than {MAXIMUM_LENGTH} characters"),
    ],
)
def test_a_refusal_says_what_and_the_mend(text: str, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        parse_expression(text)
    assert len(str(caught.value)) < 500


def test_columns_are_named_in_lower_case_and_each_once() -> None:
    assert columns_of("upper(Name) = `NAME` and extract(hour from at) > 1 and d = date '2013-01-01'") == {
        "name",
        "at",
        "d",
    }
    assert columns_of("1 + 1") == frozenset()


def test_every_function_stands_in_one_group_and_none_can_be_called_unlisted() -> None:
    assert sum(len(names) for names in FUNCTIONS.values()) == len(NAMES)
    for dangerous in ("reflect", "java_method", "rand", "uuid", "now", "repeat", "space", "raise_error", "sum"):
        assert dangerous not in NAMES


WORDS = """
    a 1 'x' ( ) , + - * / % case when then else end cast as int interval day in is not null between and or like escape
    extract from select :: [ ] { } ? @ $ ` ' " ; -- /* */ -> => : with over upper( try_cast( date_add( trim(both
    position( overlay( decode( struct( map( array( lpad( if( date timestamp x' r' 0x 1e 1. \\ \x00 é 😀 set create
    alter unnest( exists( json any all lateral
"""
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=400)
@given(
    st.one_of(
        st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=10).map("".join), st.text(max_size=30)
    )
)
@example("-" * 3000 + "a")
@example("not " * 900 + "a")
@example("case when " * 300)
@example("{{ " * 20)
def test_no_text_whatever_raises_anything_but_a_spec_error(text: str) -> None:
    try:
        tree = parse_expression(text)
    except SpecError:
        return
    assert columns_of(text) == {column.name.lower() for column in tree.find_all(type(parse_expression("a")))}
