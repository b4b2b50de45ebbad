"""Which tokens of an OpenID Connect provider may assume a role: those of somebody, not of everybody.

Sources: GitHub, "OpenID Connect reference" (example subject claims); GitLab, "Connect to cloud services";
HCP Terraform, "Dynamic provider credentials"; Buildkite, "OIDC with AWS"; IAM User Guide, "Create a role for
OpenID Connect federation".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform.desired.model import Oidc
from vectorform.language.iam.statement import Part, placed
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import show

EVERYBODY = Rule("VF530", "oidc-subject-of-everybody")
SUBJECT = Rule("VF531", "oidc-subject-that-never-is")
PROVIDER = Rule("VF532", "oidc-provider")
AUDIENCE = Rule("VF533", "oidc-audience")


@dataclass(frozen=True, slots=True)
class _Issuer:
    """Who issues tokens for everybody. A subject begins with `begins`, then whose it is, then `after`."""

    name: str
    begins: tuple[str, ...]
    after: str
    example: str


_ISSUERS: Mapping[str, _Issuer] = {
    "token.actions.githubusercontent.com": _Issuer(
        "GitHub",
        ("repo:", "repository_owner:", "job_workflow_ref:"),
        "/:",
        "repo:example/search:environment:prod",
    ),
    "gitlab.com": _Issuer(
        "GitLab", ("project_path:",), "/", "project_path:example/search:ref_type:branch:ref:main"
    ),
    "app.terraform.io": _Issuer(
        "HCP Terraform",
        ("organization:",),
        ":",
        "organization:example:project:search:workspace:prod:run_phase:*",
    ),
    "agent.buildkite.com": _Issuer(
        "Buildkite", ("organization:",), ":", "organization:example:pipeline:search:ref:refs/heads/main:*"
    ),
}
_GITHUB = "token.actions.githubusercontent.com"


def check(entry: AccessIn) -> Iterator[Problem]:
    """The provider of an entry's role, its subjects and its audiences."""
    role = entry.access.role
    if role is None or role.oidc is None:
        return
    node, path = entry.node.mapping["role"].mapping["oidc"], (*entry.path, "role", "oidc")
    yield from _provider(role.oidc, node, path)
    for part in placed(node, "subjects", path, role.oidc.subjects) if role.oidc.subjects else ():
        yield from _subject(part, role.oidc.provider)
    for part in placed(node, "audiences", path, role.oidc.audiences) if role.oidc.audiences else ():
        if re.search(r"[*?]", part.text):
            message = (
                f"{show(part.text)} is compared literally, including `*` and `?`: no token has that value"
            )
            yield AUDIENCE.at(
                part.node, part.path, message, "write the value in the token, such as sts.amazonaws.com"
            )


def _provider(oidc: Oidc, node: Node, path: Path) -> Iterator[Problem]:
    written = node.mapping["provider"]
    text, place = str(written.value), (*path, "provider")
    if text.startswith("arn:"):
        hint = f"write {text.partition('oidc-provider/')[2] or _GITHUB}"
        yield PROVIDER.at(written, place, f"{show(text)} is an ARN", f"{hint}: the URL without https://")
    elif "://" in text:
        hint = f"write {text.partition('://')[2].rstrip('/')}"
        yield PROVIDER.at(written, place, f"{show(text)} has a scheme; IAM omits it", hint)
    elif oidc.provider.endswith("/") or oidc.provider.startswith("/"):
        message = f"{show(oidc.provider)} begins or ends with a slash"
        yield PROVIDER.at(written, place, message, f"write {oidc.provider.strip('/')}")
    elif oidc.provider.endswith(("githubusercontent.com", "github.com")) and oidc.provider != _GITHUB:
        message = f"{show(oidc.provider)} does not issue the tokens of GitHub Actions"
        yield PROVIDER.at(written, place, message, f"write {_GITHUB}")
    elif "." not in oidc.provider.partition("/")[0]:
        message = f"{show(oidc.provider)} is not a host name"
        yield PROVIDER.at(written, place, message, f"write the provider's URL without https://: {_GITHUB}")


def _subject(part: Part, provider: str) -> Iterator[Problem]:
    if not part.text.strip("*?"):
        message = f"{show(part.text)} matches everybody for whom {provider} issues tokens"
        issuer = _ISSUERS.get(provider)
        hint = f"write whose: {issuer.example}" if issuer else "write whose tokens may assume the role"
        yield EVERYBODY.at(part.node, part.path, message, hint)
    elif provider in _ISSUERS:
        yield from _of_issuer(part, _ISSUERS[provider])


def _of_issuer(part: Part, issuer: _Issuer) -> Iterator[Problem]:
    """Whose token it is must be written out, to the character that ends it."""
    begins = next((begin for begin in issuer.begins if part.text.startswith(begin)), None)
    hint = f"write it as {issuer.example}"
    certain = re.split(r"[*?]|\$\{", part.text, maxsplit=1)[0]
    if begins is None:
        if any(begin.startswith(certain) for begin in issuer.begins):
            message = f"{show(part.text)} matches everybody on {issuer.name}"
            yield EVERYBODY.at(part.node, part.path, message, hint)
        elif ":" not in part.text:
            message = f"{show(part.text)} is not the subject of a token of {issuer.name}"
            yield SUBJECT.at(part.node, part.path, message, hint)
        return
    whose = re.match(rf"[^{issuer.after}]+(?=[{issuer.after}])", certain[len(begins) :])
    if whose is not None and (begins != "repo:" or "/" in part.text):
        return
    if begins != "repo:" and certain == part.text != begins:
        return
    if re.search(r"[*?]|\$\{", part.text[len(begins) :].partition(":")[0]):
        message = f"{show(part.text)} matches everybody on {issuer.name}: it names no owner"
        yield EVERYBODY.at(part.node, part.path, message, hint)
    else:
        message = f"{show(part.text)} names no organization, so no token of {issuer.name} matches it"
        yield SUBJECT.at(part.node, part.path, message, hint)
