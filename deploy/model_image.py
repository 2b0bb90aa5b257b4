"""The models' container image: a folder of programs and what they import, under a tag that is its content.

``python -m deploy.model_image`` writes it to .groundwork/images/<digest>/, from which ``docker build`` makes the image;
``--push-sandbox`` registers the folder itself with a running sandbox, which starts its programs as processes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.archive import tree, write_tree

REPOSITORY = Path(__file__).resolve().parent.parent
# All that jobs and the container's programs may import of the control plane.
SHARED = ("groundwork/__init__.py", "groundwork/spec", "groundwork/decisions")
PACKAGE = "model_code"
PROGRAMS = f"{PACKAGE}/programs/"
DOCKERFILE = f"{PACKAGE}/Dockerfile"
REQUIREMENTS = "requirements/model-3.12.txt"
# A tag of all 64 digits is allowed, and nobody could read it.
TAG_DIGITS = 16


class PushError(Exception):
    """The sandbox did not take the image; the message says why."""


@dataclass(frozen=True)
class ModelImage:
    """The content of the image.

    :param files: by their paths in it
    :param programs: of these, what can be started
    """

    files: Mapping[str, bytes]
    programs: frozenset[str]

    @property
    def digest(self) -> str:
        """Digest of names and contents."""
        total = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            total.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return total.hexdigest()

    @property
    def tag(self) -> str:
        """The image's tag: it names the content."""
        return self.digest[:TAG_DIGITS]

    def write(self, root: Path) -> Path:
        """Write the image's folder under a root, and give it; one that is there is whole and stays."""
        folder = root / "images" / self.digest
        if not folder.is_dir():
            draft = folder.with_name(f".{self.digest}.{os.getpid()}")
            write_tree(draft, self.files)
            for program in self.programs:
                (draft / program).chmod(0o755)
            draft.rename(folder)
        return folder


def collect(repository: Path = REPOSITORY) -> ModelImage:
    """Read the image out of a checkout.

    :param repository: the checkout
    :raises FileNotFoundError: a part that has to be shipped is not there
    """
    code = tree(repository / "include", [PACKAGE])
    programs = {name.removeprefix(PROGRAMS): code.pop(name) for name in list(code) if name.startswith(PROGRAMS)}
    files = {**tree(repository / "plugins", SHARED), **programs}
    files["requirements.txt"] = tree(repository, [REQUIREMENTS])[REQUIREMENTS]
    files["Dockerfile"] = code.pop(DOCKERFILE)
    return ModelImage({**files, **code}, frozenset(programs))


def push_sandbox(folder: Path, address: str, python: Path, endpoint: str) -> str:
    """The sandbox's ``docker push``: the same again changes nothing.

    :param folder: the image's
    :param address: ``<repository>:<tag>``
    :param python: interpreter that its programs run under
    :param endpoint: the sandbox's address
    :returns: the image's digest, as the sandbox names it
    :raises PushError: the sandbox refused, with its reason, or does not answer
    """
    body = json.dumps({"address": address, "folder": str(folder), "python": str(python)}).encode()
    if not endpoint.startswith("http://127.0.0.1:"):
        raise PushError(f"{endpoint} is no sandbox: it listens on 127.0.0.1 only; push to ECR with docker")
    request = urllib.request.Request(f"{endpoint}/_sandbox/images", body, method="PUT")  # noqa: S310 checked above
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 checked above
            return str(json.load(answer)["digest"])
    except urllib.error.HTTPError as error:
        raise PushError(f"{address} was not pushed: {error.read().decode(errors='replace')}") from error
    except OSError as error:
        raise PushError(f"{endpoint} does not answer ({error}): is the sandbox up?") from error


def address(image: ModelImage, repository: Path, environment: str) -> str:
    """The image's address in an environment.

    :param repository: the checkout
    :param environment: name of the environment
    :raises PushError: the environment names no repository for it
    """
    # plugins/ is on Airflow's path, not on ours.
    sys.path.insert(0, str(REPOSITORY / "plugins"))
    from groundwork.spec.include import load_environment

    named = load_environment(repository / "include", environment).model_image
    if named is None:
        raise PushError(f"environment {environment!r} names no modelImage")
    return f"{named}:{image.tag}"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m deploy.model_image", description=__doc__)
    top.add_argument("--push-sandbox", action="store_true", help="register it with the sandbox at AWS_ENDPOINT_URL")
    top.add_argument("--environment", default=os.environ.get("GROUNDWORK_ENVIRONMENT", "sandbox"))
    return top


def main() -> int:
    """The entry point."""
    arguments = parser().parse_args()
    image = collect()
    folder = image.write(REPOSITORY / ".groundwork")
    if arguments.push_sandbox:
        named = address(image, REPOSITORY, arguments.environment)
        python = REPOSITORY / ".venv-jobs" / "bin" / "python"
        try:
            print(f"{named}: {push_sandbox(folder, named, python, os.environ.get('AWS_ENDPOINT_URL', ''))}")
        except PushError as error:
            print(error, file=sys.stderr)
            return 1
    print(image.tag)
    return 0


if __name__ == "__main__":
    sys.exit(main())
