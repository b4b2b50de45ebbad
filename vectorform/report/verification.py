"""The last verification, read from what `vectorform verify --format json` wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vectorform.errors import UserError
from vectorform.wording import printable


@dataclass(frozen=True, slots=True)
class Drift:
    """One finding: what it is about, and what was expected and found as text."""

    kind: str
    subject: str
    region: str
    attribute: str
    expected: str
    actual: str
    fix: str


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification: when it was (ISO 8601, and for a reader), what came of it, and what it found."""

    time: str
    when: str
    verdict: str
    tone: str
    findings: tuple[Drift, ...]


_VERDICTS = {
    0: ("AWS matches the configuration", "ok"),
    1: ("AWS differs from the configuration", "different"),
    2: ("some of it could not be read", "unreadable"),
}


def read(path: Path, environment: str) -> Verification:
    """The verification of an environment in a file. Raises UserError where that is not in it."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        if written["environment"] != environment:
            raise UserError(f"{path} is a verification of {written['environment']}, not of {environment}")
        verdict, tone = _VERDICTS[written["exit_code"]]
        findings = tuple(_drift(finding) for finding in written["findings"])
        time = datetime.fromisoformat(written["time"])
        when = f"{time.astimezone(UTC):%d %B %Y, %H:%M} UTC"
        return Verification(time.isoformat(), when, verdict, tone, findings)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        hint = f"write it with `vectorform verify {environment} --format json > {path.name}`"
        raise UserError(f"{path} is not the JSON of a verification: {hint}") from None


def _drift(finding: Mapping[str, Any]) -> Drift:
    return Drift(
        str(finding["kind"]),
        f"{finding['resource_type']} {finding['address']}",
        str(finding["region"]),
        str(finding["attribute"] or ""),
        _text(finding["expected"]),
        _text(finding["actual"]),
        str(finding["fix"]),
    )


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return printable(text)
