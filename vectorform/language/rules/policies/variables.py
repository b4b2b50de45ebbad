"""IAM's own variables, `${aws:PrincipalTag/team}`: where IAM reads them, and that there are such.

Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.iam.reference import key_kind, key_names, operator
from vectorform.language.iam.statement import Conditioned, Part
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.templates import IAM_VARIABLE
from vectorform.wording import closest, show

UNREAD = Rule("VF640", "variable-not-read")
DEFAULT = Rule("VF641", "default-of-variable")
SEVERAL = Rule("VF642", "variable-of-several-values")
UNKNOWN = Rule("VF643", "unknown-iam-variable")

_SPECIAL = ("*", "?", "$")


def readable(statement: Conditioned) -> Iterator[Problem]:
    """IAM fills variables in under string and ARN operators, and nowhere else in a condition."""
    for test in statement.conditions():
        found = operator(test.operator.text)
        for value in test.values:
            if found and not found.reads_variables and IAM_VARIABLE.search(value.text):
                message = (
                    f"IAM does not replace variables under {test.operator.text}, as in {show(value.text)}"
                )
                yield UNREAD.at(value.node, value.path, message, "only string and Arn operators allow them")
        if match := IAM_VARIABLE.search(test.key.text):
            message = f"IAM does not replace variables in a condition key, as in {show(match[0])}"
            yield UNREAD.at(test.key.node, test.key.path, message, "write it in the value", key=True)


def known(statement: Conditioned) -> Iterator[Problem]:
    """A variable that no request has makes the comparison false, silently."""
    for test in statement.conditions():
        for value in test.values:
            for match in IAM_VARIABLE.finditer(value.text):
                yield from _check(value, match[1])


def of_global_keys(value: Part) -> Iterator[Problem]:
    """The same of the variables of a text that other services' keys may be in: those of `aws:` alone."""
    for match in IAM_VARIABLE.finditer(value.text):
        if match[1].strip().lower().startswith("aws:"):
            yield from _check(value, match[1])


def _check(value: Part, content: str) -> Iterator[Problem]:
    name, comma, default = content.partition(",")
    name = name.strip()
    if name in _SPECIAL and not comma:
        return
    if comma and not (len(default.strip()) >= 2 and default.strip()[0] == default.strip()[-1] == "'"):
        message = f"the default in {show('${' + content + '}')} is not in single quotes"
        yield DEFAULT.at(value.node, value.path, message, f"write ${{{name}, '{default.strip()}'}}")
        return
    kind = key_kind(name)
    if kind == "ArrayOfString":
        message = f"{show(name)} has several values and cannot be a variable"
        yield SEVERAL.at(value.node, value.path, message, "compare it as a key, under ForAnyValue")
    elif kind is None:
        near = closest(name.partition("/")[0], [known.rstrip("/") for known in key_names()])
        if near and "/" in name:
            near = f"{near}/{name.partition('/')[2]}"
        hint = f"did you mean `${{{near}}}`?" if near else "write a condition key, such as ${aws:username}"
        message = f"{show('${' + name + '}')} is not an IAM variable"
        # A variable of our own is written without the dollar.
        if ":" not in name and name not in _SPECIAL:
            hint = f"for a variable of this file, write {{{name}}}" if not near else hint
        yield UNKNOWN.at(value.node, value.path, message, hint)
