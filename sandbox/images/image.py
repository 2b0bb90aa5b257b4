"""One image: what a container is started from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class ImageError(Exception):
    """An image, or a program in it, that is not there or cannot be taken; the message says the mend."""


@dataclass(frozen=True)
class Image:
    """A folder of programs that never changes.

    :param address: ``<registry>/<repository>:<tag>``
    :param digest: sha256 of its files and of the interpreter's path
    :param folder: where its files lie
    :param python: interpreter that every program of it runs under
    """

    address: str
    digest: str
    folder: Path
    python: Path

    def command(self, program: str, arguments: list[str]) -> list[str]:
        """What starts a container.

        :param program: path of a file inside the image
        :param arguments: the program's arguments, as they are: no shell reads them
        :raises ImageError: the image has no such program
        """
        file = self.folder / program
        inside = not Path(program).is_absolute() and ".." not in Path(program).parts
        if not inside or not file.is_file():
            programs = ", ".join(sorted(each.name for each in self.folder.iterdir() if each.is_file()))
            raise ImageError(
                f"{self.address} has no program {program!r}: its own files are {programs or 'none'}; "
                "programs from outside of an image (python3, /bin/sh) do not run in the sandbox"
            )
        return [str(self.python), str(file), *arguments]
