"""The actions of a role's statements: each is one of a service that there is.

Source: Service Authorization Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.language.iam import services
from vectorform.language.iam.statement import Part
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.access.own_statement import S3VECTORS, Own
from vectorform.wording import closest, show

SERVICE = Rule("VF541", "unknown-service")
ACTION = Rule("VF542", "action-of-no-service")
UNLISTED = Rule("VF543", "unlisted-action", "warning")

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


def check_actions(own: Own) -> Iterator[Problem]:
    """What never matches, and what is not known here."""
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
    if prefix == S3VECTORS:
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
