"""What is evaluated: an artifact of the run's own training, loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groundwork.spec.model_run import ModelRun
from model_code.artifact import read_artifact, unpack
from model_code.container import existing
from model_code.errors import ModelError
from model_code.evaluation.scores import Vector
from model_code.examples import Examples
from model_code.manifest import FILE, Manifest
from model_code.predictor import Predictor, encoder, load_predictor
from model_code.serving.answer import say_unseen

ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Candidate:
    """A trained model, or its baseline.

    :param folder: where the artifact is unpacked
    :param archive: sha256 of the packed artifact
    :param content: sha256 of the manifest, which every answer names by its first digits
    """

    folder: Path
    manifest: Manifest
    model: Predictor
    archive: str
    content: str

    def probabilities(self, examples: Examples) -> Vector:
        """The model's answers.

        :raises ModelError: one of them is no number
        """
        matrix, unseen = encoder(self.manifest).encode(examples.values)
        say_unseen(unseen)
        found = self.model.probabilities(matrix)
        if wrong := int((~np.isfinite(found)).sum()):
            raise ModelError(
                f"the {self.manifest.algorithm} model answers {wrong} of {len(examples)} rows of the {examples.part} "
                "part with no number; it can be neither measured nor served. Train it again"
            )
        return found


def read_candidate(inputs: Path, name: str, run: ModelRun, scratch: Path) -> Candidate:
    """Unpack and load one artifact.

    :param inputs: folder of the job's inputs
    :param name: ``model`` or ``baseline``
    :param scratch: where to unpack it
    :raises ModelError: it is not there, does not load, or was trained by another run
    """
    archive = existing(inputs / name / ARCHIVE, f"the job was not given the {name}")
    folder = unpack(archive, scratch / name)
    manifest, files, _ = read_artifact(folder)
    if (manifest.model, manifest.training_run) != (run.model.name, run.prefix):
        raise ModelError(
            f"the {name} was trained for {manifest.model} by {manifest.training_run}, and this is {run.model.name}, "
            f"{run.prefix}: an evaluation is of its own run's model"
        )
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (archive, folder / FILE))
    return Candidate(folder, manifest, load_predictor(manifest, files), *digests)
