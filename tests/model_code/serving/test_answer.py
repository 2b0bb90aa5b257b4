"""Answers: the same alone and among others, and reasons that add up to them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_code.artifact import read_artifact
from model_code.errors import ModelError
from model_code.predictor import Coefficients, encoder, load_predictor
from model_code.serving.answer import Answerer
from tests.model_code.world import line

NUMBERS = st.one_of(
    st.none(), st.integers(-(10**38), 10**38), st.floats(width=32, allow_nan=False, allow_infinity=False)
)
CARRIERS = st.one_of(st.none(), st.sampled_from(["AA", "B6", "DL", "UA"]), st.text(max_size=3))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, CARRIERS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def answerer(trained):
    return Answerer.load(trained.ml / "model")


@given(rows=ROWS)
def test_a_lines_answer_does_not_depend_on_the_lines_around_it(answerer, rows):
    lines = [line(*row, key={"n": number}) for number, row in enumerate(rows)]
    together, _ = answerer.answer("\n".join(lines).encode(), reasons=3)
    alone = b"".join(answerer.answer(each.encode(), reasons=3)[0] for each in lines)
    assert together == alone


@given(rows=ROWS)
def test_the_baselines_answer_does_not_either(baseline, rows):
    manifest, files, _ = read_artifact(baseline.ml / "model")
    model, columns = load_predictor(manifest, files), encoder(manifest)
    assert isinstance(model, Coefficients)

    def predict(some):
        values = dict(zip(("load", "noise", "carrier"), map(list, zip(*some, strict=True)), strict=True))
        return model.probabilities(columns.encode(values)[0])

    together = predict(rows)
    assert np.array_equal(together, np.concatenate([predict([row]) for row in rows]), equal_nan=True)
    assert ((together >= 0) & (together <= 1)).all()


def test_all_reasons_and_the_expected_value_add_up_to_the_log_odds(answerer):
    answer = json.loads(answerer.answer(line().encode(), reasons=3)[0])
    other = json.loads(answerer.answer(line(load=-2.0, carrier="DL").encode(), reasons=3)[0])

    def expected(one):
        log_odds = math.log(one["probability"] / (1 - one["probability"]))
        return log_odds - sum(reason["contribution"] for reason in one["reasons"])

    # The expected value belongs to the model, not to the row.
    assert expected(answer) == pytest.approx(expected(other), abs=1e-5)


def test_an_answer_that_is_no_number_is_not_given(answerer):
    class Broken:
        def probabilities(self, matrix):
            return np.array([0.5, np.nan])

    broken = Answerer(answerer.manifest, Broken(), "v")
    with pytest.raises(ModelError, match="line 2: the model's answer is no number; it must not serve"):
        broken.answer(f"{line()}\n{line()}".encode())


def test_line_separators_within_a_text_do_not_end_a_line(answerer):
    text = '{"key": {"a": "x\u2028y\x85z"}, "features": {"load": 1, "noise": 1, "carrier": null}}\r\n'
    answer, _ = answerer.answer(text.encode())
    assert json.loads(answer)["key"] == {"a": "x\u2028y\x85z"}
