"""``make package``: dist/, which is all that MWAA and the artifacts bucket get.

dist/dags/            our DAGs, dags/include/ with what they read, Amazon's constraints file
dist/plugins.zip      content of plugins/
dist/requirements.txt
dist/startup.sh
dist/bundles/<digest>/  the job bundle, for the artifacts bucket
dist/images/<digest>/   the models' container, for docker build and ECR
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from deploy import model_image
from deploy.archive import tree, write_tree, write_zip
from deploy.bundle import Bundle, collect, manifest_text

REPOSITORY = Path(__file__).resolve().parent.parent
# What DAG parsing reads; job code travels in the bundle.
DECLARED = ("contracts", "rules", "expectations", "models", "environments")
CONSTRAINTS = "constraints-3.2.1.txt"
AIRFLOWIGNORE = "# Read by the DAGs, not parsed as DAGs.\ninclude/\n"


class PackageError(Exception):
    """The package would not work; the message says why."""


def dags_folder(repository: Path, bundle: Bundle) -> dict[str, bytes]:
    """Content of dist/dags.

    :param repository: the checkout
    :param bundle: the job bundle that these DAGs start
    """
    dags = {name: data for name, data in tree(repository / "dags").items() if not name.startswith("include/")}
    declared = [name for name in DECLARED if (repository / "include" / name).is_dir()]
    include = tree(repository / "include", declared)
    dags.update({f"include/{name}": data for name, data in include.items()})
    dags["include/job_bundle.json"] = manifest_text(bundle).encode()
    dags[".airflowignore"] = dags.get(".airflowignore", b"") + AIRFLOWIGNORE.encode()
    return dags


def startup_script(repository: Path, environment: str | None) -> bytes:
    """The start-up script for one environment.

    :param repository: the checkout
    :param environment: name of the environment; None leaves what startup.sh says
    :raises PackageError: there is no such environment
    """
    text = (repository / "startup.sh").read_text()
    if environment:
        text = re.sub(r"(?m)^(export GROUNDWORK_ENVIRONMENT)=.*$", rf"\1={environment}", text)
    named = re.search(r"(?m)^export GROUNDWORK_ENVIRONMENT=([a-z][a-z0-9]*)$", text)
    if named is None:
        raise PackageError("startup.sh exports no GROUNDWORK_ENVIRONMENT that can be an environment's name")
    declared = repository / "include" / "environments" / f"{named[1]}.yaml"
    if not declared.is_file():
        raise PackageError(f"{declared} is missing; write it, or name another: make package ENVIRONMENT=<name>")
    return text.encode()


def validate(include: Path) -> None:
    """Refuse to ship YAML that does not validate.

    :param include: the include folder
    :raises PackageError: names every problem
    """
    # plugins/ is on Airflow's path, not on ours.
    sys.path.insert(0, str(REPOSITORY / "plugins"))
    from groundwork.spec.check import check_include

    _, problems = check_include(include)
    if problems:
        raise PackageError("\n".join(["not packaged, as these do not validate:", *map(str, problems)]))


def build(repository: Path, dist: Path, environment: str | None = None) -> Bundle:
    """Write the package; what was in its folder before is gone.

    :param repository: the checkout
    :param dist: folder to write
    :param environment: the environment it is for; None for the one in startup.sh
    :raises PackageError: a declared file does not validate
    :raises FileNotFoundError: a part that has to be shipped is not there
    """
    validate(repository / "include")
    bundle = collect(repository)
    dags = dags_folder(repository, bundle)
    if CONSTRAINTS not in dags:
        raise PackageError(f"dags/{CONSTRAINTS} is missing, and requirements.txt refers to it")
    plugins = tree(repository / "plugins")
    root = {**tree(repository, ["requirements.txt"]), "startup.sh": startup_script(repository, environment)}
    shutil.rmtree(dist, ignore_errors=True)
    write_tree(dist / "dags", dags)
    write_zip(dist / "plugins.zip", plugins)
    write_tree(dist, root)
    bundle.write(dist)
    model_image.collect(repository).write(dist)
    return bundle


def main() -> int:
    """The entry point."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description="Write what MWAA gets.")
    parser.add_argument("--environment", help="the environment it is for (the one in startup.sh)")
    dist = REPOSITORY / "dist"
    try:
        bundle = build(REPOSITORY, dist, parser.parse_args().environment)
    except (PackageError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    files = [path for path in dist.rglob("*") if path.is_file()]
    print(f"dist/: {len(files)} files, {sum(path.stat().st_size for path in files) / 1024:.0f} KB")
    print(f"job bundle {bundle.digest}, models' image with the tag {bundle.image_tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
