"""``python -m spark_jobs.draft FILE PRODUCT`` writes a contract and a ruleset into the include folder."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
import tempfile
from pathlib import Path

from groundwork.spec.errors import SpecError
from groundwork.spec.include import load_product
from spark_jobs.draft.contract_text import contract_text
from spark_jobs.draft.draft import Draft
from spark_jobs.draft.rules_text import rules_text
from spark_jobs.draft.sample import read_file, read_table
from spark_jobs.draft.sniff import DraftError


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 where nothing was drafted."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.draft", description="Draft a contract and a ruleset.")
    parser.add_argument("source", help="a CSV (.gz too) or Parquet file; with --table a table, as database.table")
    parser.add_argument("product", help="name of the product: lower-case letters, digits and _")
    parser.add_argument("--table", action="store_true", help="the source is a table of the Glue catalog")
    parser.add_argument("--include", type=Path, default=Path("include"), help="include folder (default: include)")
    parser.add_argument("--owner", default=_user(), help="user name of the owner (default: yours)")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")
    options = parser.parse_args(arguments)
    try:
        written = draft(options)
    except (DraftError, SpecError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        decisions = path.read_text(encoding="utf-8").count("decide:")
        print(f"wrote {path}: {decisions} things to decide")
    print("Next: settle the lines marked 'decide', then make check")
    return 0


def draft(options: argparse.Namespace) -> list[Path]:
    """Write both files, once they were read back as a product.

    :raises DraftError: the source cannot be read, or a file is there already
    """
    product: str = options.product
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", product):
        raise DraftError(f"{product!r} is no product name. Use lower-case letters, digits and _, a letter first")
    targets = [options.include / folder / f"{product}.yaml" for folder in ("contracts", "rules")]
    there = [str(path) for path in targets if path.exists()]
    if there and not options.overwrite:
        raise DraftError(f"{', '.join(there)} is there already. Choose another name, or say --overwrite (OVERWRITE=1)")
    sample = read_table(options.source) if options.table else read_file(Path(options.source))
    drafted = Draft.of(product, options.owner, sample)
    texts = [contract_text(drafted), rules_text(drafted)]
    _check(product, texts)
    for path, text in zip(targets, texts, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return targets


def _check(product: str, texts: list[str]) -> None:
    """Hold the draft to what ``make check`` holds every product to."""
    with tempfile.TemporaryDirectory() as scratch:
        for folder, text in zip(("contracts", "rules"), texts, strict=True):
            (Path(scratch) / folder).mkdir()
            (Path(scratch) / folder / f"{product}.yaml").write_text(text, encoding="utf-8")
        load_product(Path(scratch), product)


def _user() -> str:
    return os.environ.get("USER") or getpass.getuser()


if __name__ == "__main__":
    sys.exit(main())
