"""The resources of a role's statements: ARNs, and of S3 Vectors those that it has.

Sources: IAM User Guide, "IAM JSON policy element reference"; Service Authorization Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.language.iam.statement import Part
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.access.own_statement import S3VECTORS, Own, plain
from vectorform.wording import closest, show

RESOURCE = Rule("VF544", "statement-resource")
INDEX_ARN = Rule("VF545", "resource-of-s3vectors")


def check_resources(own: Own) -> Iterator[Problem]:
    """One problem for each resource and fault, whatever the region that it is filled in for."""
    faults = {(part.path, message): (rule, part, message, hint) for rule, part, message, hint in _faults(own)}
    for rule, part, message, hint in faults.values():
        yield rule.at(part.node, part.path, message, hint)


def _faults(own: Own) -> Iterator[tuple[Rule, Part, str, str]]:
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
        elif len(parts) > 1 and plain(parts[1]) and parts[1] != home:
            message = (
                f"{show(text)} is in the partition {show(parts[1])}, and this environment in {show(home)}"
            )
            yield RESOURCE, part, message, "write arn:{partition}:..."
        elif len(parts) == 6 and parts[2] == S3VECTORS:
            fault = _of_s3vectors(parts[5])
            if fault:
                right = "bucket/<name>, or bucket/<name>/index/<name>"
                yield INDEX_ARN, part, f"{show(text)} {fault}", f"write arn:...:s3vectors:...:{right}"
        elif len(parts) == 6 and plain(parts[2]) and closest(parts[2], [S3VECTORS]) and parts[2] != "s3":
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
