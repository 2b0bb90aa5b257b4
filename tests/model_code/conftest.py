"""A small model whose signal is known, its image as it is deployed, and containers to run it in."""

from __future__ import annotations

import pytest

from deploy.model_image import collect
from tests.model_code.world import RUN, Box, examples


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """The image's folder, as the sandbox gets it."""
    return collect().write(tmp_path_factory.mktemp("image"))


@pytest.fixture
def box(image, tmp_path):
    """A container that has run.json in both places where programs look for it."""
    return Box(image, tmp_path / "ml")


@pytest.fixture(scope="session")
def trained(image, tmp_path_factory):
    """A container after training: its model folder and output."""
    box = Box(image, tmp_path_factory.mktemp("trained"))
    box.give_training(RUN, examples(3000, seed=1), examples(1000, seed=2))
    box.finished = box.run("train")
    assert box.finished.returncode == 0, box.finished.stderr
    return box


@pytest.fixture(scope="session")
def baseline(image, tmp_path_factory):
    """A container after training of the baseline."""
    box = Box(image, tmp_path_factory.mktemp("baseline"))
    box.give_training(RUN, examples(3000, seed=1), examples(1000, seed=2), algorithm="logistic_regression")
    box.finished = box.run("train")
    assert box.finished.returncode == 0, box.finished.stderr
    return box
