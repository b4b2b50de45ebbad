"""The files of a project, each read once, under the names that messages use."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from vectorform.language.ignores import Ignore, ignores_in
from vectorform.language.nodes import Node
from vectorform.language.packages import PREFIX
from vectorform.language.problems import Problem, UnreadableError
from vectorform.language.rules.files import UNREADABLE


@dataclass(slots=True)
class Files:
    """The files of a project, each read once. `root` is the folder that names are relative to.

    `rehearsal`: they are read for a local AWS, though this process is not turned to one.
    """

    root: FilePath
    known: dict[FilePath, tuple[Node | None, list[Problem]]] = field(default_factory=dict)
    packages: dict[FilePath, str] = field(default_factory=dict)  # the folders of those that are extended
    rehearsal: bool = False
    ignores: dict[str, list[Ignore]] = field(default_factory=dict)  # of those that were read, by their names
    ignored: list[Problem] = field(default_factory=list)  # what was not told because of them

    def name(self, path: FilePath) -> str:
        """The file as the user would name it: relative to the project, or to the package that ships it."""
        for parent in path.parents:
            if parent in self.packages:
                return f"{PREFIX}{self.packages[parent]}/{path.relative_to(parent).as_posix()}"
        return FilePath(os.path.relpath(path, self.root)).as_posix()

    def read(self, path: FilePath) -> tuple[Node | None, list[Problem]]:
        """The tree of a file and what is wrong with it. Raises UnreadableError if it cannot be read."""
        if path not in self.known:
            self.known[path] = self._read(path)
        return self.known[path]

    def _read(self, path: FilePath) -> tuple[Node | None, list[Problem]]:
        if path.suffix == ".py":
            from vectorform.language.python_reader import read as read_python

            found = read_python(path, self.name)
            self.ignores[self.name(path)] = ignores_in(path.read_bytes(), self.name(path))
            return found
        from vectorform.language.yaml_reader import read
        from vectorform.language.yaml_text import MAX_BYTES

        try:
            kind = path.stat().st_mode
            if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # opening a pipe would wait for ever
                raise OSError(errno.EINVAL, "it is not a regular file")
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            self.ignores[self.name(path)] = ignores_in(data, self.name(path))
            return read(data, self.name(path))
        except OSError as error:
            raise UnreadableError([UNREADABLE.in_file(self.name(path), _why(error))]) from error


def _why(error: OSError) -> str:
    reasons = {
        errno.EISDIR: "is a folder, not a file",
        errno.ELOOP: "is a symbolic link that leads back to itself",
        errno.EACCES: "may not be read: permission denied",
        errno.ENOENT: "does not exist",
    }
    return reasons.get(error.errno or 0, f"cannot be read: {error.strerror}")
