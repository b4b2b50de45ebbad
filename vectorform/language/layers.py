"""Files over files: what an environment extends, merged in order.

| what both say | result |
|---|---|
| a map | merged entry by entry, deeply |
| a list | the later one replaces |
| a single value | the later one replaces |
| null in the later one | removes; that there is nothing to remove is an error |
| null for a default tag | removes that |
| `extends` | is each file's own, never inherited |

The same rules put a region's overrides over the environment (`vectorform.language.region_trees`).
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from vectorform.language.ignores import Ignore, ignores_in
from vectorform.language.nodes import Node, Path
from vectorform.language.packages import PREFIX, NotFound, package_of, packaged
from vectorform.language.problems import Problem, UnreadableError
from vectorform.language.rule import Rule
from vectorform.language.rules.files import (
    CIRCLE,
    EXTENDS,
    LEAVES_PROJECT,
    NO_PACKAGE,
    NO_SUCH_FILE,
    NOTHING_TO_REMOVE,
    TOO_LARGE_TOGETHER,
    TOO_MANY_LAYERS,
    UNREADABLE,
)
from vectorform.wording import printable, show

MAX_LAYERS = 200
MAX_VALUES = 2_000_000  # of all layers together
DEFAULT = ""  # the file name of what no file says


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


@dataclass(slots=True)
class Layers:
    """The merged tree (None where a file could not be parsed), its files, and what went wrong on the way."""

    node: Node | None
    problems: list[Problem]
    packages: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def load_layers(files: Files, path: FilePath) -> Layers:
    """The file at `path` over everything that it extends."""
    problems: list[Problem] = []
    layers = _collect(files, path, (), problems, set())
    if layers is None:
        return Layers(None, problems)
    if len(layers) > MAX_LAYERS:
        message = f"more than {MAX_LAYERS} files are merged, counting each as often as it is named"
        problems.append(TOO_MANY_LAYERS.in_file(files.name(path), message, "extend fewer", path=("extends",)))
        return Layers(None, problems)
    if sum(map(_size, layers)) > MAX_VALUES:
        message = f"the files that are merged have more than {MAX_VALUES:,} values together"
        problems.append(
            TOO_LARGE_TOGETHER.in_file(files.name(path), message, "extend fewer", path=("extends",))
        )
        return Layers(None, problems)
    merged = _defaults(path.stem)
    for layer in layers:
        merged = merge(merged, layer, (), problems)
    packages = frozenset(filter(None, (package_of(layer.file) for layer in layers)))
    files_of_layers = frozenset(layer.file for layer in layers)
    return Layers(_with_default_tag(merged, path.stem), problems, packages, files_of_layers)


def _defaults(name: str) -> Node:
    """The layer below all files: what `null` can remove although no file says it."""
    tags = {"Environment": Node(name, DEFAULT, 0, 0)}
    return Node({"tags": Node(dict(tags), DEFAULT, 0, 0)}, DEFAULT, 0, 0)


def _with_default_tag(root: Node, name: str) -> Node:
    """The tree without the default tag where a file has one that differs from it in case alone.

    IAM does not tell them apart (IAM User Guide, "Rules for tagging in IAM and AWS STS"). Where all tags of
    the files below were removed, the default stays.
    """
    tags = root.mapping.get("tags", _defaults(name).mapping["tags"])
    if not isinstance(tags.value, dict):
        return root
    written = {key.casefold() for key, child in tags.value.items() if child.file != DEFAULT}
    kept = {
        key: child
        for key, child in tags.value.items()
        if child.file != DEFAULT or key.casefold() not in written
    }
    return replace(root, value={**root.mapping, "tags": replace(tags, value=kept)})


def _size(node: Node) -> int:
    """How many values a tree has, up to what is too many; anchors make one of a few lines large."""
    count, left = 0, [node]
    while left and count <= MAX_VALUES:
        count += 1
        value = left.pop().value
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
    return count


def _collect(
    files: Files, path: FilePath, chain: tuple[FilePath, ...], problems: list[Problem], broken: set[FilePath]
) -> list[Node] | None:
    """The layers of a file, lowest first and itself last; None if any could not be parsed.

    `broken` are files of which that is known: they are checked once, however often they are named.
    """
    if path in broken:
        return None
    node, found = files.read(path)
    problems += found
    if node is None:
        broken.add(path)
        return None
    chain = (*chain, path)
    layers: list[Node] = []
    whole = True
    for extended in _extended_files(files, node, chain, problems):
        below = _collect(files, extended, chain, problems, broken) if extended else None
        whole = whole and below is not None
        layers += below or []
        if len(layers) > MAX_LAYERS:  # files that name others twice, again and again
            return layers
    own = replace(node, value={key: child for key, child in node.mapping.items() if key != "extends"})
    if not whole:
        broken.add(path)
        return None
    return [*layers, own]


def _extended_files(
    files: Files, node: Node, chain: tuple[FilePath, ...], problems: list[Problem]
) -> list[FilePath | None]:
    """The files that a file extends; None for each that cannot be used."""
    extends = node.mapping.get("extends")
    if extends is None or extends.broken:
        return []

    def refuse(rule: Rule, at: Node, steps: Path, message: str, hint: str) -> None:
        problems.append(rule.at(at, ("extends", *steps), message, hint))

    if not isinstance(extends.value, list):
        refuse(EXTENDS, extends, (), "is not a list of files", "write extends: [base/shared.yaml]")
        return [None]
    result: list[FilePath | None] = []
    for position, item in enumerate(extends.value):
        path: FilePath | None = None
        try:
            path = _extended_file(files, item, chain)
        except _Refused as refused:
            if not item.broken:
                refuse(refused.rule, item, (position,), str(refused), refused.hint)
        result.append(path)
    return result


class _Refused(Exception):
    """What an item of `extends` names cannot be used: the rule, why, and `hint`, what to do."""

    def __init__(self, rule: Rule, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


def _extended_file(files: Files, item: Node, chain: tuple[FilePath, ...]) -> FilePath:
    """The file that one item of `extends` names. Raises _Refused."""
    text = item.value
    if not isinstance(text, str) or not text or "\0" in text:
        raise _Refused(EXTENDS, "is not the name of a file", "write base/shared.yaml")
    if text.startswith(PREFIX):
        return _packaged_file(files, text)
    path = FilePath(os.path.normpath(chain[-1].parent / text))
    if FilePath(text).is_absolute():
        hint = "write a path relative to this file: other machines have other folders"
        raise _Refused(EXTENDS, f"{show(text)} is an absolute path", hint)
    if path.suffix != ".yaml":
        raise _Refused(EXTENDS, f"{show(text)} is not a .yaml file", "only YAML files can be extended")
    package = next((folder for folder in files.packages if folder in chain[-1].parents), None)
    if not _is_within(path, package or files.root):
        what = "package" if package else "project"
        hint = "keep extended files in config/"
        raise _Refused(LEAVES_PROJECT, f"{show(text)} points outside the {what}", hint)
    shown = " -> ".join(printable(files.name(step)) for step in (*chain, path))
    if path in chain:
        message = f"files extend each other in a circle: {shown}"
        raise _Refused(CIRCLE, message, "remove one of them")
    if not os.path.lexists(path):
        hint = "names are relative to the file that extends"
        raise _Refused(NO_SUCH_FILE, f"there is no such file: {shown}", hint)
    return path


def _is_within(path: FilePath, root: FilePath) -> bool:
    """Whether a file, and what it is a link to, lies in a folder."""
    real, folder = os.path.realpath(path), os.path.realpath(root)
    return os.path.commonpath([real, folder]) == folder


def _packaged_file(files: Files, text: str) -> FilePath:
    try:
        name, folder, path = packaged(text)
    except NotFound as problem:
        raise _Refused(NO_PACKAGE, str(problem), problem.hint) from problem
    files.packages[folder] = name
    return path


def merge(base: Node | None, over: Node, path: Path, problems: list[Problem]) -> Node:
    """`over` merged over `base` by the rules above. Nulls that have nothing to remove go to `problems`."""
    if not isinstance(over.value, dict):
        return over
    below = base.mapping if base is not None else {}
    merged = dict(below)
    for key, child in over.value.items():
        if child.value is None and not child.broken:
            if key not in below or _is_default_map(below[key]):
                problems.append(_nothing_to_remove(child, (*path, key)))
            merged.pop(key, None)
        elif isinstance(child.value, dict):
            merged[key] = merge(below.get(key), child, (*path, key), problems)
        else:
            merged[key] = child
    return replace(over, value=merged)


def _is_default_map(node: Node) -> bool:
    return node.file == DEFAULT and isinstance(node.value, dict)


def _nothing_to_remove(node: Node, path: Path) -> Problem:
    message = "has no value, and there is nothing for it to remove"
    hint = "give it a value ({} for an empty map), or delete the line"
    if len(path) > 1 and path[-2] == "indexes":
        message = "has no value: an index needs dimension and distance_metric"
        hint = f"write {path[-1]}: {{dimension: 1024, distance_metric: cosine}}, with your model's dimension"
    return NOTHING_TO_REMOVE.at(node, path, message, hint, key=True)
