"""Which files a project consists of, and what is in them: this repository's own, and a few templates.

`COPIED` lie in the wheel under `vectorform/project/files`, in a checkout where they are: one copy of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from vectorform.engine import SETTINGS, Engine

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parents[1]

_WORKFLOWS = ("deploy-environment", "deploy", "drift", "plan")
# Path in a project -> path in this repository.
COPIED: Mapping[str, str] = {
    **{
        name: name
        for name in (
            ".github/actionlint.yaml",
            ".npmrc",
            "cdktf.json",
            "main.py",
            "package.json",
            "package-lock.json",
            "schemas/environment.schema.json",
            "stacks/__init__.py",
            "stacks/app.py",
            "stacks/region_stack.py",
        )
    },
    **{f".github/workflows/{name}.yml": f"examples/workflows/{name}.yml" for name in _WORKFLOWS},
}
# Framework -> what of it is otherwise.
OF_ENGINE: Mapping[str, Mapping[str, str]] = {
    "cdktn": {name: f"engines/cdktn/{name}" for name in ("package.json", "package-lock.json")},
}
# Path in a project, itself a template -> its template.
TEMPLATES: Mapping[str, str] = {
    ".gitignore": "gitignore",
    "README.md": "README.md",
    "config/$environment.yaml": "environment.yaml",
    "requirements.txt": "requirements.txt",
    "requirements-deploy.txt": "requirements-deploy.txt",
    "tests/test_project.py": "test_project.py.txt",
}


def written(values: Mapping[str, str], chosen: Engine) -> dict[str, str]:
    """Path -> text of every file of a new project, for its engine."""
    copied = {**COPIED, **OF_ENGINE.get(chosen.framework or "", {})}
    files = {path: origin(source).read_text(encoding="utf-8") for path, source in copied.items()}
    files[SETTINGS] = files[SETTINGS].replace('"context": {}', f'"context": {json.dumps(chosen.context)}')
    for path, name in TEMPLATES.items():
        template = (_HERE / "templates" / name).read_text(encoding="utf-8")
        files[Template(path).substitute(values)] = Template(template).substitute(values)
    return files


def origin(source: str) -> Path:
    """Where a copied file lies: in the installed package, or in the checkout that this is."""
    packed = _HERE / "files" / source
    return packed if packed.exists() else _CHECKOUT / source


def digest(text: str) -> str:
    """What a file is known by, whatever its line ends."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
