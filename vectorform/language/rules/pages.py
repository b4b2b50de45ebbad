"""What a rule says, why, from where, and a wrong and a right example: one YAML file for each rule.

No check reads them: `vectorform rules`, SARIF and docs/reference/rules.md do. The examples are test cases.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from vectorform.language.rule import Rule

FOLDER = Path(__file__).with_name("pages")
# What an example leaves out: the rest of config/dev.yaml.
REST = {
    "project": "project: knowledge\n",
    "account_id": 'account_id: "111122223333"\n',
    "regions": "regions: [eu-central-1]\n",
    "vector_buckets": """\
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 1024, distance_metric: cosine, non_filterable_metadata_keys: [text]}
""",
}
_TOP_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """The files of a project, by their names. `shown` is what a page shows of them."""

    files: Mapping[str, str]
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule says. `test` is the test that shows it, for a rule that no file of a project can break."""

    rule: Rule
    title: str
    why: str
    source: str
    wrong: Example | None
    right: Example | None
    test: str = ""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of ids. Raises ValueError for an id that two of them have."""
    found: dict[str, Rule] = {}
    for rule in _declared():
        if found.setdefault(rule.id, rule) is not rule:
            raise ValueError(f"{rule.id} is the id of {found[rule.id].name} and of {rule.name}")
    return dict(sorted(found.items()))


def _declared() -> Iterator[Rule]:
    for module in pkgutil.walk_packages([str(FOLDER.parent)], f"{__package__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Rule):
                yield value


def page(rule: Rule) -> Page:
    """The page of a rule. Raises OSError if it has none, KeyError if something is missing on it."""
    said = yaml.load((FOLDER / f"{rule.id}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    test = said.get("shown_by", "")
    return Page(
        rule,
        said["title"],
        said["why"],
        said["source"],
        None if test else _example(said["wrong"]),
        None if test else _example(said["right"]),
        test,
    )


def _example(written: str | Mapping[str, str]) -> Example:
    if not isinstance(written, str):
        return Example(written, written)
    keys = set(_TOP_KEY.findall(written))
    rest = "".join(text for key, text in REST.items() if key not in keys)
    return Example({"config/dev.yaml": written + rest}, {"": written})


def as_markdown(page: Page, level: int = 1) -> str:
    """The page as the terminal shows it; with `level` 2 as a section of docs/reference/rules.md."""
    rule, marks = page.rule, "#" * level
    lines = [f"{marks} {rule.id}", "", f"**{page.title}** (`{rule.name}`, {_SEVERITIES[rule.severity]})", ""]
    lines += [page.why, "", f"Source: {page.source}.", ""]
    for title, example in (("Wrong", page.wrong), ("Right", page.right)):
        if example is not None:
            lines += [f"{title}:", ""]
            for file, text in example.shown.items():
                kind = "python" if file.endswith(".py") else "yaml"
                lines += [f"`{file}`:", ""] if file else []
                lines += [f"```{kind}", text.rstrip("\n"), "```", ""]
    if page.test:
        lines += [f"Shown by `{page.test}`.", ""]
    return "\n".join(lines)


_SEVERITIES = {"error": "an error", "warning": "a warning", "hint": "a hint"}


def document() -> str:
    """docs/reference/rules.md: the list of the rules, and the page of each."""
    pages = [page(rule) for rule in all_rules().values()]
    lines = [
        "# Rules",
        "",
        "Every message of `vectorform validate` ends with the id of a rule. `vectorform rules VF401` shows",
        "its page. An id never changes its meaning. This is written by `make reference`.",
        "",
        "Examples leave out what is not their subject. The rest of `config/dev.yaml` is:",
        "",
        "```yaml",
        *"".join(REST.values()).splitlines(),
        "```",
        "",
        "| id | severity | what |",
        "|---|---|---|",
    ]
    lines += [f"| [{p.rule.id}](#{p.rule.id.lower()}) | {p.rule.severity} | {p.title} |" for p in pages]
    return "\n".join([*lines, "", *(as_markdown(p, level=2) for p in pages)])
