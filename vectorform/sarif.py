"""SARIF 2.1.0: what was found, at its place in a file, as code scanning and editors read it.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; and GitHub's documentation,
"SARIF support for code scanning", which wants a place for each result and, to know it again, a fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from vectorform import __version__

Level = Literal["error", "warning", "note"]
# GitHub refuses a run of more results, and shows the 5,000 most severe ("SARIF results exceed one or more
# limits"). Whatever has another opinion of them reads all of these, too.
MOST_RESULTS = 25_000
_SEVERITY: Sequence[Level] = ("error", "warning", "note")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "vectorform/v1"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a result may be of. `id` never changes its meaning.

    `help_uri` is a page on it, `help_text` the page itself, in Markdown; either may be empty.
    """

    id: str
    text: str
    help_uri: str = ""
    help_text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `file` is relative to the project; `line` and `column` count from 1, 0 for none.

    `identity` is what makes it the same result in another run, though lines and words have changed.
    `names` is what the result is of, where that has a name next to its place: an address, an ARN.
    """

    rule: str
    level: Level
    message: str
    file: str
    line: int = 0
    column: int = 0
    identity: Sequence[str] = ()
    names: Sequence[str] = ()


def log(run: str, rules: Sequence[Rule], results: Iterable[Result], complete: bool = True) -> str:
    """A log of one run, indented, with a line end.

    `run` is the category that keeps several of one commit apart (`verify/prod`); with `complete` false,
    something could not be checked. The most severe results are first, and those that are too many for code
    scanning are left out: the log's invocation says how many.
    """
    ordered = sorted(results, key=lambda result: _SEVERITY.index(result.level))
    written = ordered[:MOST_RESULTS]
    positions = {rule.id: position for position, rule in enumerate(rules)}
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vectorform",
                        "version": __version__,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "automationDetails": {"id": f"{run}/"},
                "invocations": [{"executionSuccessful": complete, **_left_out(ordered[MOST_RESULTS:])}],
                "results": [_result(result, positions[result.rule]) for result in written],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _left_out(results: Sequence[Result]) -> dict[str, Any]:
    """The notification of section 3.20.21 for results that have no room; nothing without any."""
    if not results:
        return {}
    counted = Counter(result.level for result in results)
    what = ", ".join(f"{counted[level]:,} of level {level}" for level in _SEVERITY if counted[level])
    text = f"{len(results):,} more results are not in this log ({what}): another --format has all of them."
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}]}


def _rule(rule: Rule) -> dict[str, Any]:
    help_uri = {"helpUri": rule.help_uri} if rule.help_uri else {}
    help_text = {"help": {"text": rule.help_text, "markdown": rule.help_text}} if rule.help_text else {}
    return {"id": rule.id, "shortDescription": {"text": rule.text}, **help_uri, **help_text}


def _result(result: Result, rule_index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(result.file)}}
    if result.line:
        column = {"startColumn": result.column} if result.column else {}
        place["region"] = {"startLine": result.line, **column}
    location: dict[str, Any] = {"physicalLocation": place}
    if result.names:
        location["logicalLocations"] = [{"fullyQualifiedName": name} for name in result.names]
    identity = json.dumps([result.rule, *(result.identity or (result.file, result.message))])
    return {
        "ruleId": result.rule,
        "ruleIndex": rule_index,
        "level": result.level,
        "message": {"text": result.message.replace("](", "] (")},  # which would be a link, section 3.11.6
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: hashlib.sha256(identity.encode()).hexdigest()[:32]},
    }
