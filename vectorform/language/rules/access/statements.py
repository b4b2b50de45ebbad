"""The statements of a role: of the form that IAM takes, about actions and resources that there are.

Sources: IAM User Guide, "IAM JSON policy element reference"; Service Authorization Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.actions import ON_ACCOUNT, ON_INDEXES, ON_VECTOR_BUCKETS, PREFIX, any_matches
from vectorform.desired.arns import partition
from vectorform.desired.model import Environment
from vectorform.desired.model.access import Statement
from vectorform.desired.policies import role_policy
from vectorform.language.iam import services
from vectorform.language.iam.statement import Part, placed
from vectorform.language.nodes import Node, Path, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.buckets.policy import SID_TWICE
from vectorform.language.rules.policies.variables import of_global_keys
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import closest, show

FORM = Rule("VF540", "statement-form")
SERVICE = Rule("VF541", "unknown-service")
ACTION = Rule("VF542", "action-of-no-service")
UNLISTED = Rule("VF543", "unlisted-action", "warning")
RESOURCE = Rule("VF544", "statement-resource")
INDEX_ARN = Rule("VF545", "resource-of-s3vectors")
OTHER_RESOURCE = Rule("VF546", "action-on-other-resource")
WIDE = Rule("VF547", "vectors-of-any-bucket", "warning")

_S3VECTORS = PREFIX.removesuffix(":")
# SDKs have clients of these names, and IAM has no such prefixes: the actions are those of the service.
_CLIENTS = {
    "bedrock-runtime": "bedrock",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "stepfunctions": "states",
    "s3-vectors": "s3vectors",
    "opensearchserverless": "aoss",
}
# Operations of an API whose permission has another name (the reference of each service: "Actions").
_OPERATIONS = {
    "bedrock:converse": "bedrock:InvokeModel",
    "bedrock:conversestream": "bedrock:InvokeModelWithResponseStream",
    "lambda:invoke": "lambda:InvokeFunction",
    "s3:completemultipartupload": "s3:PutObject",
    "s3:copyobject": "s3:GetObject` and `s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:uploadpart": "s3:PutObject",
    "sqs:deletemessagebatch": "sqs:DeleteMessage",
    "sqs:sendmessagebatch": "sqs:SendMessage",
}


@dataclass(frozen=True, slots=True)
class Own:
    """A statement of a role in its place."""

    environment: Environment
    resolved: Statement
    node: Node
    path: Path

    def texts(self, key: str) -> list[Part]:
        """Its texts under a key, as they are written."""
        return [Part(node, (*self.path, *step), text) for step, node, text in texts_at(self.node, key)]

    def resources(self) -> list[Part]:
        """Its resources, filled in; one problem for those of several regions."""
        found = []
        for key in ("resources", "not_resources"):
            filled = getattr(self.resolved, key)
            found += placed(self.node, key, self.path, filled) if filled else []
        return found


def check(entry: AccessIn) -> Iterator[Problem]:
    """Every statement of an entry's role, and their names."""
    role = entry.access.role
    if role is None or not role.statements or not entry.environment.regions:
        return
    path = (*entry.path, "role", "statements")
    written = enumerate(entry.node.mapping["role"].mapping["statements"].items)
    sound = [(position, node) for position, node in written if not node.broken]
    for resolved, (position, node) in zip(role.statements, sound, strict=True):
        own = Own(entry.environment, resolved, node, (*path, position))
        malformed = list(_form(own))
        yield from malformed
        yield from _actions(own)
        faults = {
            (part.path, message): (rule, part, message, hint) for rule, part, message, hint in _resources(own)
        }
        for rule, part, message, hint in faults.values():
            yield rule.at(part.node, part.path, message, hint)
        for part in own.resources():
            yield from of_global_keys(part)
        if not faults and not malformed:
            yield from _other_resources(own)
            yield from _wide(own)
    yield from _sids(entry, path)


def _form(own: Own) -> Iterator[Problem]:
    """One of each pair: IAM refuses a statement with both, and one with neither."""
    for key in ("actions", "resources"):
        other = f"not_{key}"
        if any(node.broken for name, node in own.node.mapping.items() if name in (key, other)):
            continue  # another key was refused, with this spelling
        if key in own.node.mapping and other in own.node.mapping:
            message = f"it has {key} and {other}; IAM accepts only one of them"
            yield FORM.at(
                own.node.mapping[other], (*own.path, other), message, "delete one of them", key=True
            )
        elif key not in own.node.mapping and other not in own.node.mapping:
            what = "the actions" if key == "actions" else "what they apply to"
            example = "[bedrock:InvokeModel]" if key == "actions" else '["*"], or their ARNs'
            message = f"it has no {key}"
            yield FORM.at(own.node, own.path, message, f"write {key}: {example}, {what}")


def _actions(own: Own) -> Iterator[Problem]:
    for part in (*own.texts("actions"), *own.texts("not_actions")):
        prefix, colon, name = part.text.partition(":")
        if part.text == "*" or "*" in prefix or "?" in prefix:
            continue
        known = services.actions(prefix.lower())
        if not colon:
            yield SERVICE.at(
                part.node, part.path, f"{show(part.text)} names no service", _meant("", part.text)
            )
        elif not known:
            message = f"IAM has no service {show(prefix)}, so {show(part.text)} never matches"
            yield SERVICE.at(part.node, part.path, message, _meant(prefix.lower(), name))
        elif not services.matched(prefix.lower(), name):
            yield _unknown(part, prefix.lower(), name)


def _unknown(part: Part, prefix: str, name: str) -> Problem:
    what = "matches no action" if re.search(r"[*?]", name) else "is not an action"
    message = f"{show(part.text)} {what} of {prefix}, so it never matches"
    if permission := _OPERATIONS.get(part.text.lower()):
        hint = f"the operation needs `{permission}`"
        return ACTION.at(part.node, part.path, message, hint)
    near = closest(name, services.actions(prefix))
    elsewhere = services.having(name)
    if near:
        return ACTION.at(part.node, part.path, message, f"did you mean `{prefix}:{near}`?")
    if elsewhere and len(elsewhere) <= 3:
        return ACTION.at(part.node, part.path, message, f"did you mean `{elsewhere[0]}:{name}`?")
    if prefix == _S3VECTORS:
        return ACTION.at(
            part.node, part.path, message, f"it has {', '.join(services.actions(prefix)[:8])}, ..."
        )
    return UNLISTED.at(
        part.node, part.path, message, "if it is newer than this version of vectorform, leave it"
    )


def _meant(prefix: str, name: str) -> str:
    """The service that was meant: a client's name, the only one with such an action, a slip."""
    chosen = _CLIENTS.get(prefix)
    elsewhere = services.having(name)
    if chosen is None and prefix:
        chosen = closest(prefix, services.prefixes())
    if (chosen is None or not services.matched(chosen, name)) and elsewhere:
        chosen = elsewhere[0]
    return (
        f"did you mean `{chosen}:{name}`?" if chosen else "write service:Action, such as bedrock:InvokeModel"
    )


def _resources(own: Own) -> Iterator[tuple[Rule, Part, str, str]]:
    home = partition(own.environment.home.name)
    for part in own.resources():
        text = part.text
        if text.startswith(("*", "${")):
            continue
        parts = text.split(":", 5)
        if not text.startswith("arn:") and not re.match(r"a(r(n?))?[*?]", text):
            hint = 'write arn:{partition}:service:{region}:{account_id}:..., or "*"'
            yield RESOURCE, part, f"{show(text)} is not an ARN", hint
        elif len(parts) < 6 and not re.search(r"[*?]", text):
            message = f"{show(text)} has too few colons for an ARN"
            yield RESOURCE, part, message, "it has six parts: arn:partition:service:region:account:resource"
        elif len(parts) > 1 and _plain(parts[1]) and parts[1] != home:
            message = (
                f"{show(text)} is in the partition {show(parts[1])}, and this environment in {show(home)}"
            )
            yield RESOURCE, part, message, "write arn:{partition}:..."
        elif len(parts) == 6 and parts[2] == _S3VECTORS:
            fault = _of_s3vectors(parts[5])
            if fault:
                right = "bucket/<name>, or bucket/<name>/index/<name>"
                yield INDEX_ARN, part, f"{show(text)} {fault}", f"write arn:...:s3vectors:...:{right}"
        elif len(parts) == 6 and _plain(parts[2]) and closest(parts[2], [_S3VECTORS]) and parts[2] != "s3":
            message = f"{show(parts[2])} in {show(text)} is not a service"
            yield INDEX_ARN, part, message, "did you mean `s3vectors`?"


def _of_s3vectors(resource: str) -> str:
    """What is wrong with the last part of an ARN; a wildcard stands for slashes too."""
    steps = re.split(r"/", re.split(r"[*?]|\$\{", resource, maxsplit=1)[0])
    whole = not re.search(r"[*?]|\$\{", resource)
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        wanted = {0: "bucket", 2: "index"}.get(position)
        complete = whole or not last
        if wanted and (step != wanted if complete else not wanted.startswith(step)):
            return f"is not a resource of S3 Vectors: {show(step)} is not {show(wanted)}"
        if position > 3:
            return "continues after the index: vectors have no ARN"
        if complete and not step:
            return "has an empty name in it"
    return "ends before a name" if whole and len(steps) in (1, 3) else ""


def _other_resources(own: Own) -> Iterator[Problem]:
    """An action on indexes, allowed on vector buckets alone, allows nothing; and the other way round."""
    resources = own.resources()
    if own.resolved.not_resources or not resources:
        return
    indexes = any(_may_be(part.text, "index") for part in resources)
    buckets = any(_may_be(part.text, "bucket") for part in resources)
    for part in own.texts("actions"):
        if not part.text.lower().startswith(PREFIX):
            continue
        on_indexes, on_buckets = any_matches(part.text, ON_INDEXES), any_matches(part.text, ON_VECTOR_BUCKETS)
        if any_matches(part.text, ON_ACCOUNT) and not on_indexes and not on_buckets:
            if not any(part.text.startswith("*") for part in resources):
                message = f"{show(part.text)} acts on the account, and the statement names resources"
                yield OTHER_RESOURCE.at(part.node, part.path, message, 'allow it in a statement on "*"')
        elif on_indexes and not on_buckets and not indexes:
            message = f"{show(part.text)} acts on indexes, and no resource of the statement is one"
            hint = "write ...:bucket/<name>/index/<name>, or .../index/* for all indexes of the bucket"
            yield OTHER_RESOURCE.at(part.node, part.path, message, hint)
        elif on_buckets and not on_indexes and not buckets:
            message = f"{show(part.text)} acts on vector buckets, and no resource of the statement is one"
            yield OTHER_RESOURCE.at(part.node, part.path, message, "write ...:bucket/<name>")


def _may_be(text: str, kind: str) -> bool:
    """Whether a resource of S3 Vectors may be an index, or a vector bucket."""
    parts = text.split(":", 5)
    if len(parts) < 6:
        return "*" in text or "${" in text
    if _plain(parts[2]) and parts[2] != _S3VECTORS:
        return False
    if "/index/" in parts[5]:
        return kind == "index"
    return kind == "bucket" or not _plain(parts[5])


def _wide(own: Own) -> Iterator[Problem]:
    """Vectors of buckets that a pattern names: also of those that others make tomorrow."""
    if own.resolved.effect != "Allow" or own.resolved.conditions:
        return
    actions = own.texts("actions")
    on_vectors = [
        part
        for part in actions
        if any_matches(part.text, ON_INDEXES) or any_matches(part.text, ON_VECTOR_BUCKETS)
    ]
    if not on_vectors and not own.resolved.not_actions:
        return
    for part in own.resources() if not own.resolved.not_resources else ():
        if _any_bucket(part.text):
            message = f"{show(part.text)} matches vector buckets that the statement does not name"
            hint = "name them, grant them in `grants`, or add a condition such as on aws:ResourceTag"
            yield WIDE.at(part.node, part.path, message, hint)
            return


def _any_bucket(text: str) -> bool:
    parts = text.split(":", 5)
    if len(parts) < 6:
        return "*" in text
    if _plain(parts[2]) and parts[2] != _S3VECTORS:
        return False
    name = parts[5].partition("/index/")[0]
    return bool(re.search(r"[*?]", name))


def _sids(entry: AccessIn, path: Path) -> Iterator[Problem]:
    """Each name once: those of the statements that are derived from other policies are taken too."""
    document = role_policy(entry.environment, entry.access)["Statement"]
    own = len(entry.access.role.statements) if entry.access.role else 0
    seen = {statement.get("Sid") for statement in document[own:]}
    for position, node in enumerate(entry.node.mapping["role"].mapping["statements"].items):
        for step, child, sid in texts_at(node, "sid"):
            if sid in seen:
                hint = "the role's policy already uses it: choose another"
                yield SID_TWICE.at(child, (*path, position, *step), f"{show(sid)} is used twice", hint)
            seen.add(sid)


def _plain(text: str) -> bool:
    return not re.search(r"[*?]|\$\{", text)
