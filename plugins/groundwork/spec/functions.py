"""The Spark SQL functions that may stand in a rule."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS: dict[str, frozenset[str]] = {
    group: _words(names)
    for group, names in {
        "Text": """
            ascii base64 bit_length btrim char char_length character_length chr concat concat_ws contains elt endswith
            find_in_set format_number initcap instr lcase left len length levenshtein locate lower lpad ltrim mask
            octet_length overlay position regexp_count regexp_extract regexp_instr regexp_like regexp_replace
            regexp_substr replace reverse right rpad rtrim soundex split_part startswith substr substring
            substring_index translate trim try_to_number ucase upper url_encode
        """,
        "Numbers": """
            abs acos acosh asin asinh atan atan2 atanh bin bit_count bround cbrt ceil ceiling conv cos cosh cot degrees
            e exp expm1 factorial floor greatest hex hypot isnan least ln log log10 log1p log2 mod nanvl negative pi
            pmod pow power radians rint round shiftleft shiftright sign signum sin sinh sqrt tan tanh try_add
            try_divide try_mod try_multiply try_subtract unhex width_bucket
        """,
        "Missing values and choice": """
            coalesce decode equal_null if ifnull isnotnull isnull nullif nullifzero nvl nvl2 zeroifnull
        """,
        "Dates and times": """
            add_months convert_timezone date_add date_diff date_format date_from_unix_date date_part date_sub date_trunc
            dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear extract from_unixtime
            from_utc_timestamp hour last_day make_date make_dt_interval make_interval make_timestamp make_ym_interval
            minute month monthname months_between next_day quarter second timestamp_micros timestamp_millis
            timestamp_seconds timestampadd timestampdiff to_date to_timestamp to_unix_timestamp to_utc_timestamp trunc
            try_make_interval try_make_timestamp try_to_timestamp unix_date unix_micros unix_millis unix_seconds
            unix_timestamp weekday weekofyear year
        """,
        "Types": """
            boolean cast date double float int string timestamp try_cast
        """,
        "Digests": """
            crc32 hash luhn_check md5 sha sha1 sha2 xxhash64
        """,
    }.items()
}
"""Group → names as Spark has them since 4.0: pure scalar functions, each of which gives null rather than an error for a
value that it cannot take; only a time zone, pattern or format that Spark does not know is an error. What is not named
here is refused, known or unknown: reflection, files, session, random values, the clock, aggregates, windows, row
generators, and what makes a long text of a short one."""

NAMES: frozenset[str] = frozenset().union(*FUNCTIONS.values())

WORDS_BEFORE_PARENTHESES = _words(
    "and or not in is like ilike rlike regexp between div case when then else escape from decimal"
)
"""What may stand before an opening parenthesis and is no function; ``decimal`` is a type with its precision."""

SYNTAX = _words("""
    column identifier literal boolean null paren cast trycast datatype datatypeparam interval var tuple
    and or not neg add sub mul div intdiv mod eq neq nullsafeeq nullsafeneq gt gte lt lte between in like ilike rlike
    regexplike escape is dpipe bitwiseand bitwiseor bitwisexor bitwisenot bitwiseleftshift bitwiserightshift case if
    attimezone fromtimezone
""")
"""sqlglot's keys of names, values, types and operators."""

CALLS = _words("""
    ascii tobase64 bitlength length chr concat concatws contains elt endswith initcap left levenshtein lower upper pad
    trim overlay regexpcount regexpextract regexpinstr regexplike regexpreplace regexpsubstr replace reverse right
    soundex splitpart startswith strposition substring substringindex translate
    abs acos acosh asin asinh atan atan2 atanh bitwisecount cbrt ceil cos cosh cot degrees exp factorial floor greatest
    hex isnan least ln log mod nanvl negative pi pow radians rint round sign sin sinh sqrt tan tanh safeadd safedivide
    safemultiply safesubtract unhex widthbucket
    coalesce decodecase equalnull if nullif nvl2 case cast trycast
    addmonths converttimezone dateadd datediff datefromparts datefromunixdate datesub datetrunc day dayname dayofmonth
    dayofweek dayofyear extract hour lastday makeinterval minute month monthname monthsbetween nextday quarter second
    strtodate strtotime strtounix timestampadd timestampdiff timestampfromparts timestamptrunc timestrtotime timetostr
    timetounix tsordsadd tsordstodate tsordstotimestamp unixdate unixmicros unixmillis unixseconds unixtostr unixtotime
    weekofyear year
    md5 sha sha2
""")
"""sqlglot's keys of the calls that the names above are read as; a name that sqlglot does not know stays itself."""

TYPES = _words("""
    TEXT BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL DATE TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ
""")
"""sqlglot's names of the types that a value may be cast to."""
