"""An environment by its name: read, layered, checked against schema and rules, resolved."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from vectorform.desired.model import Environment
from vectorform.language.expansion import Expansion
from vectorform.language.files import Files
from vectorform.language.ignores import wrong_ignores
from vectorform.language.layers import load_layers
from vectorform.language.merging import merge
from vectorform.language.nodes import Node, Path, find
from vectorform.language.packages import packaged_rules
from vectorform.language.problems import ConfigurationError, Problem, UnreadableError, in_order
from vectorform.language.references import as_templates
from vectorform.language.region_trees import region_trees
from vectorform.language.requirements import unmet
from vectorform.language.resolve import ENVIRONMENT_NAME_FORM, resolve
from vectorform.language.rules.check import check_rules
from vectorform.language.rules.files import (
    ENVIRONMENT_NAME,
    NO_BACKEND,
    NO_CONFIG,
    NO_PROJECT,
    NOT_READ,
    TWO_FILES,
    UNKNOWN_ENVIRONMENT,
)
from vectorform.language.rules.subjects import Configuration
from vectorform.language.typed_variables import substituted
from vectorform.wording import closest, show

CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of checking an environment.

    `environment` is None when there are errors. `tree` is its merged configuration, None when a file could
    not be parsed. `problems` are in order: errors, warnings and hints. `unreadable`: a file could not even be
    looked at. `files` are those that it was merged from.
    """

    name: str
    environment: Environment | None
    tree: Node | None
    problems: tuple[Problem, ...]
    unreadable: bool = False
    files: frozenset[str] = frozenset()

    def required(self) -> Environment:
        """The environment. Raises ConfigurationError, or UnreadableError, when there are errors."""
        if self.environment is None:
            raise (UnreadableError if self.unreadable else ConfigurationError)(self.problems)
        return self.environment


def project_root(start: FilePath) -> FilePath:
    """The project that `start` is in: the nearest folder upwards with `cdktf.json` and `config/`.

    Raises UnreadableError when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "cdktf.json").is_file() and (folder / CONFIG).is_dir():
            return folder
    message = "neither this folder nor a parent has cdktf.json and config/"
    raise UnreadableError([NO_PROJECT.in_file(str(start), message, "change into a vectorform project")])


def names(root: FilePath) -> list[str]:
    """Every environment in `config/`, sorted. Raises UnreadableError if there is no such folder."""
    try:
        files = sorted((root / CONFIG).iterdir())
    except OSError as error:
        raise UnreadableError([NO_CONFIG.in_file(CONFIG, f"cannot be read: {error.strerror}")]) from error
    return sorted(
        {f.stem for f in files if f.suffix in (".yaml", ".py") and not f.name.startswith(("_", "."))}
    )


def not_read(root: FilePath) -> list[Problem]:
    """The files of `config/` that look like environments and are none."""
    found = []
    for path in sorted((root / CONFIG).iterdir()):
        if path.name.startswith(("_", ".")) or path.suffix in (".yaml", ".py") or not path.is_file():
            continue
        if path.suffix.lower() in (".yml", ".yaml", ".json"):
            hint = f"rename it to {path.stem}.yaml, or move it to a folder below config/"
            found.append(
                NOT_READ.in_file(f"{CONFIG}/{path.name}", "is not read: environments are .yaml files", hint)
            )
    return found


def load(name: str, root: FilePath) -> Environment:
    """The environment that `config/<name>.yaml` (or `.py`) under `root` describes, to read from AWS by.

    What is to be deployed is loaded with `load_to_deploy`, which looks at the other environments too. Raises
    ConfigurationError with every problem at once, and its subclass UnreadableError if there is no such
    environment or a file cannot be read. Warnings alone do not stop it: `check` returns them.
    """
    return check(name, root).required()


def load_to_compare(name: str, root: FilePath) -> Environment:
    """The environment, for a command whose exit code 1 is about AWS: a file with errors cannot be compared.

    Raises UnreadableError in every case, with everything that is wrong.
    """
    try:
        return load(name, root)
    except ConfigurationError as error:
        raise UnreadableError(error.problems) from None


def check(
    name: str,
    root: FilePath,
    files: Files | None = None,
    *,
    over: Node | None = None,
) -> Report:
    """The environment and everything that is wrong with it.

    `files` keeps what was read, for checking several environments that share files, or holds what is not
    written yet. `over` is merged over all of them. Raises UnreadableError.
    """
    files = files or Files(root)
    path = root / CONFIG / f"{name}.yaml"
    path = path if path in files.known else environment_file(name, root)
    layers = load_layers(files, path)
    problems = list(layers.problems)
    if not ENVIRONMENT_NAME_FORM.match(name):
        hint = "name the file with lower-case letters, digits and hyphens: it names the stacks"
        message = f"{show(name)} cannot name an environment"
        problems.append(ENVIRONMENT_NAME.in_file(files.name(path), message, hint))
    tree = layers.node
    if tree is not None and over is not None:
        tree = merge(tree, over, (), problems)
    environment = None
    if tree is not None:
        wrong_version = list(unmet(tree))
        problems += wrong_version
        if not wrong_version:
            environment = _check_tree(name, tree, problems, files.rehearsal)
            problems += packaged_rules(layers.packages, environment, tree)
    ignores = [ignore for file in layers.files for ignore in files.ignores.get(file, ())]
    if ignores:
        problems += wrong_ignores(ignores)
        hidden = [problem for problem in problems if any(ignore.matches(problem) for ignore in ignores)]
        files.ignored += hidden
        problems = [problem for problem in problems if problem not in hidden]
    failed = any(problem.severity == "error" for problem in problems)
    return Report(name, None if failed else environment, tree, in_order(problems), files=layers.files)


def load_with_backend(name: str, root: FilePath, backend: str) -> Environment:
    """The same environment with its state somewhere else: `backend` is YAML as under `backend:`, or `local`.

    Raises ConfigurationError.
    """
    from vectorform.language.yaml_reader import read

    where = "--from"
    node, problems = read(("{type: local}" if backend == "local" else backend).encode(), where)
    layers = load_layers(Files(root), environment_file(name, root))
    if node is None:
        message, hint = f"{show(backend)} is not a backend", "write local or {type: s3, ...}"
        raise ConfigurationError([NO_BACKEND.in_file(where, message, hint, 1, 1)])
    if layers.node is None:
        raise ConfigurationError(layers.problems)
    tree = replace(layers.node, value={**layers.node.mapping, "backend": node})
    problems += layers.problems
    environment = _check_tree(name, tree, problems, rehearsal=False)
    if any(problem.severity == "error" for problem in problems):
        raise ConfigurationError(in_order(problems))
    return environment


def environment_file(name: str, root: FilePath) -> FilePath:
    """The file of an environment. Raises UnreadableError if there is none, or more than one."""
    found = [
        path for path in (root / CONFIG / f"{name}{suffix}" for suffix in (".yaml", ".py")) if _exists(path)
    ]
    if len(found) == 1 and "/" not in name:
        return found[0]
    if found and "/" not in name:
        message = f"the environment is in {name}.yaml and in {name}.py"
        raise UnreadableError([TWO_FILES.in_file(f"{CONFIG}/{name}.yaml", message, "keep one of them")])
    known = names(root)
    stem = FilePath(name).stem
    match = stem if stem in known else closest(name, known)
    hint = (
        f"did you mean `{match}`?" if match else f"known: {', '.join(known)}" if known else "it has none yet"
    )
    if _exists(root / CONFIG / f"{name}.yml"):
        hint = f"rename {name}.yml to {name}.yaml"
    message = f"there is no environment {show(name)}"
    raise UnreadableError([UNKNOWN_ENVIRONMENT.in_file(CONFIG, message, hint)])


def _exists(path: FilePath) -> bool:
    return os.path.lexists(path)  # False also for a name that no file can have


def _check_tree(name: str, root: Node, problems: list[Problem], rehearsal: bool) -> Environment:
    from vectorform.language.schema import usable, violations

    def checked(node: Node, definition: str, path: Path = ()) -> Node:
        found = violations(node, definition, path)
        problems.extend(violation.problem for violation in found if violation.problem)
        return usable(node, found, str(path[-1]) if path else "")

    whole = as_templates(substituted(root, problems))
    expansion = Expansion(whole.mapping.get("variables", whole).mapping, problems)
    expanded = expansion.environment(whole)
    root = checked(expanded, "complete_environment")
    shared = find(root, ("vector_buckets",)) if "vector_buckets" in root.mapping else None
    trees = []
    for tree in region_trees(whole, expanded, expansion):
        if "vector_buckets" in tree.node.mapping:
            buckets = checked(tree.vector_buckets, "region_vector_buckets", ("vector_buckets",))
            trees.append(tree.with_buckets(buckets))
        else:
            trees.append(tree.with_buckets(shared) if shared else tree)
    environment = resolve(name, root, trees, problems)
    problems += check_rules(Configuration(environment, root, trees, rehearsal))
    return environment
