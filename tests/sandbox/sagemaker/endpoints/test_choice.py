"""Which variant answers: by weight, by name, or a reason why none."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.endpoints.live import NoSuchVariant, choose
from sandbox.sagemaker.endpoints.records import Deployment, ServedModel, Variant
from sandbox.sagemaker.endpoints.requests import retained

MODEL = ServedModel("m", "registry/models:1")


def variants(**weights: float) -> tuple[Variant, ...]:
    return tuple(Variant(name, MODEL, weight, 1) for name, weight in weights.items())


def test_three_to_one_is_three_to_one() -> None:
    chance = random.Random(20260304)
    counted = Counter(choose(variants(blue=3, green=1), "", chance).name for _ in range(4000))
    assert 2900 <= counted["blue"] <= 3100
    assert counted["blue"] + counted["green"] == 4000


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 100), min_size=1), st.integers())
def test_a_variant_without_weight_is_never_chosen_unless_named(weights: dict[str, float], seed: int) -> None:
    if sum(weights.values()) > 0:
        chosen = {choose(variants(**weights), "", random.Random(seed + each)).name for each in range(20)}
        assert all(weights[name] > 0 for name in chosen)
    else:
        with pytest.raises(NoSuchVariant, match="name one as TargetVariant"):
            choose(variants(**weights), "", random.Random(seed))
    for name in weights:
        assert choose(variants(**weights), name, random.Random(seed)).name == name


def test_the_same_seed_chooses_the_same() -> None:
    def run() -> list[str]:
        chance = random.Random(11)
        return [choose(variants(blue=1, green=1), "", chance).name for _ in range(50)]

    assert run() == run()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NoSuchVariant, match=r"Variant red not found: there are blue, green\."):
        choose(variants(blue=1, green=0), "red", random.Random(1))


def test_properties_are_retained_but_for_the_excluded() -> None:
    old = Deployment(
        "a", (Variant("blue", MODEL, 5, 2), Variant("gone", MODEL, 1, 1)), {"DestinationS3Uri": "s3://old"}
    )
    new = Deployment("b", (Variant("blue", MODEL, 1, 1), Variant("green", MODEL, 3, 4)), None)
    kept = retained(new, old, set())
    assert [(each.name, each.weight, each.count) for each in kept.variants] == [("blue", 5, 2), ("green", 3, 4)]
    assert (kept.config_name, kept.capture) == ("b", {"DestinationS3Uri": "s3://old"})
    partly = retained(new, old, {"DesiredWeight", "DataCaptureConfig"})
    assert [(each.weight, each.count) for each in partly.variants] == [(1, 2), (3, 4)]
    assert partly.capture is None


def test_a_wish_leaves_what_it_does_not_name() -> None:
    now = Deployment("a", (Variant("blue", MODEL, 5, 2), Variant("green", MODEL, 1, 3)), None)
    then = now.weighted({"blue": {"DesiredWeight": 0.0}, "green": {"DesiredInstanceCount": 7}})
    assert [(each.weight, each.count) for each in then.variants] == [(0.0, 2), (1, 7)]
