"""Every row is counted where it should be, whatever the rows and the rules are:

raw = published + superseded + quarantined + dropped
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from spark_jobs import candidate
from tests.spark.products import Product, columns

NULLS = ("", "NA")
# Each predicate beside what it means in Python: null where it is unknown.
PREDICATES: dict[str, Callable[[Any, Any], bool | None]] = {
    "x < 50": lambda x, name: None if x is None else (not math.isnan(x) and x < 50),
    "x is not null": lambda x, name: x is not None,
    "name <> 'b'": lambda x, name: None if name is None else name != "b",
    "length(name) + 1 > 2": lambda x, name: None if name is None else len(name) > 1,
    "x / 0 is null": lambda x, name: True,
}
rules = st.lists(
    st.tuples(st.sampled_from(sorted(PREDICATES)), st.sampled_from(["quarantine", "drop", "warn"]), st.booleans()),
    max_size=5,
)
IDS = [*(str(number) for number in range(-3, 400)), "", "x", "NA", "9" * 10]
NUMBERS = ["", "NA", "NaN", "Infinity", "-0.0", "49.9", "50", "1e300", "abc", " 7 "]
NAMES = ["", "NA", "a", "b", "bb", ' "quoted" ', "two\nlines", "ä,ö", "long" * 25_000]


def published(
    rows: list[tuple[str, str, str]], chosen: list[tuple[str, str, bool]], load_mode: str
) -> tuple[dict[int, Any], int, int, int]:
    """By hand: key and name of the rows that are published; rows superseded, quarantined and dropped."""
    keys: dict[int, Any] = {}
    quarantined = dropped = superseded = 0
    for id_, number, name_text in rows:
        key = int(id_) if id_ not in NULLS and id_.lstrip("-").isdigit() and abs(int(id_)) < 2**31 else None
        x_text, name = number.strip(), None if name_text.strip() in NULLS else name_text.strip()
        readable = x_text in NULLS or x_text != "abc"
        x = float(x_text) if x_text not in NULLS and readable else None
        actions = set()
        for predicate, action, null_passes in chosen:
            met = PREDICATES[predicate](x, name)
            if not (null_passes if met is None else met):
                actions.add(action)
        if key is None or not readable or "quarantine" in actions:
            quarantined += 1
        elif "drop" in actions:
            dropped += 1
        elif key in keys and load_mode == "append":
            quarantined += 1
        else:
            superseded += key in keys
            keys[key] = name
    return keys, superseded, quarantined, dropped


def csv_text(rows: list[tuple[str, str, str]]) -> str:
    quoted = [",".join('"' + text.replace('"', '""') + '"' for text in row) for row in rows]
    return "\n".join(["id,x,name", *quoted]) + "\n"


@pytest.mark.parametrize(
    ("load_mode", "kept"),
    [("append", 1_000), ("append", 0), ("upsert", 1_000)],
    ids=["rows kept", "rules carried out twice", "upsert"],
)
# A failing case is told as it was met: each simpler one would be a refinement more.
@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(chosen=rules, seed=st.integers(0, 2**32), files=st.integers(1, 4), count=st.integers(1, 800))
def test_every_row_is_published_superseded_quarantined_or_dropped(
    spark: Any, load_mode: str, kept: int, chosen: list[Any], seed: int, files: int, count: int
) -> None:
    dice = random.Random(seed)
    rows = [(dice.choice(IDS), dice.choice(NUMBERS), dice.choice(NAMES)) for _ in range(count)]
    clean = {"name": "clean", "kind": "standardise", "columns": ["id", "x", "name"], "nullTokens": list(NULLS)}
    required = [
        {"name": f"r{place}", "kind": "require", "predicate": text, "otherwise": action, "nullPasses": passes}
        for place, (text, action, passes) in enumerate(chosen)
    ]
    table = columns("id* int", "x double", "name string")
    p = Product(spark, f"lost_{load_mode}_{kept}_{seed}_{count}", table, rules=[clean, *required], load_mode=load_mode)
    # files are read in the order of their names: the first of equal keys stays, or of an upsert the last
    size = max(1, -(-count // files))
    parts = [rows[start : start + size] for start in range(0, count, size)]
    batch = p.land(*(csv_text(part) for part in parts), names_=[f"{number}.csv" for number in range(len(parts))])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(candidate, "KEPT_ROWS", kept)
        report = p.do(p.run(batch), "acquire", "refine")[1]
    keys, superseded, quarantined, dropped = published(rows, chosen, load_mode)
    counts = report.counts
    assert (counts.raw, counts.published, counts.superseded) == (count, len(keys), superseded)
    assert (counts.quarantined, counts.dropped) == (quarantined, dropped)
    assert dict(p.rows("refined", "id", "name")) == keys
    assert spark.table(p.name("refined")).count() == len(keys)
