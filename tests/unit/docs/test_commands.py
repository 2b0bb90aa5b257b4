"""Every command and every link that a page shows leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "sandbox/README.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
MAKE = re.compile(r"(?:^|`)make ([a-z][a-z0-9.-]*)([^\n`#]*)", re.MULTILINE)
MAKEFILE = (REPOSITORY / "Makefile").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_commands_of_make_are_there(page: Path) -> None:
    shown = [command for code in CODE.findall(page.read_text()) for command in MAKE.findall(code)]
    targets = set(re.findall(r"^([a-z][a-z0-9.-]*):", MAKEFILE, re.MULTILINE))
    known = set(re.findall(r"\$\(([A-Z_]+)\)", MAKEFILE))
    assert {target for target, _ in shown} <= targets
    assert {name for _, rest in shown for name in re.findall(r"\b([A-Z_]+)=", rest)} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", page.read_text())):
        if target.startswith(("http://", "https://")):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert not heading or heading in headings(file), f"{page.name}: {target}"


def headings(page: Path) -> set[str]:
    """Anchors as GitHub makes them: letters, digits, - and _ of the heading in lower case, blanks as -."""
    found = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}
