"""The one error a declaration can raise."""

from __future__ import annotations

from pathlib import Path


class SpecError(ValueError):
    """A declaration that cannot be used; the message names file, line, field, problem and mend.

    :param problem: what is wrong
    :param mend: what to do about it
    :param file: the file it stands in
    :param line: 1-based line, where known
    :param field: dotted path of the key, where known
    """

    def __init__(
        self,
        problem: str,
        *,
        mend: str | None = None,
        file: Path | str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.problem = problem
        self.mend = mend
        self.file = file
        self.line = line
        self.field = field
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else str(self.file or "")
        head = ": ".join(part for part in (place, self.field, self.problem) if part)
        return f"{head}. {self.mend}" if self.mend else head


class SpecErrors(SpecError):
    """Several problems of one file, one a line.

    :param problems: the single problems, in the order of the file
    """

    def __init__(self, problems: list[SpecError]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
