"""Names with variables in them: `aspexa-{bucket}-{environment}`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from vectorform.language.references import DEPLOYER, ROLE_OF
from vectorform.language.rule import Rule
from vectorform.language.rules.form import (
    BRACE,
    DOLLAR,
    FILLED_TOO_LONG,
    LONG_CHAIN,
    NO_DEPLOYER,
    NO_ROLE,
    UNKNOWN_VARIABLE,
    VARIABLES_IN_A_CIRCLE,
)
from vectorform.wording import did_you_mean, show

# In place of a variable whose value is not known, because it was complained about: so is what contains it.
UNKNOWN = "\0unknown\0"
# Among the variables: there may be others, of which nothing is known.
ANY = "*"
MAX_LENGTH = 2048
MAX_CHAIN = 50

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# How a shell and Terraform write a variable.
_SHELL = re.compile(r"\$\{[^{}]*\}")
# IAM's own variables, which it fills in itself: ${aws:PrincipalTag/team}, ${aws:username, 'nobody'}, ${*}.
IAM_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


class TemplateError(ValueError):
    """A template that cannot be filled in: the message says why, `hint` what to write instead."""

    def __init__(self, rule: Rule, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


def fill(template: str, values: Mapping[str, str], later: Collection[str] = ()) -> str:
    """The template with its variables replaced; those in `later` stay as they are. "" if one is UNKNOWN.

    Raises TemplateError for an unknown variable, for a brace that belongs to none, and for a result that is
    longer than anything that it could be used for.
    """
    text = _fill(template, values, later)
    return "" if UNKNOWN in text else text


def _fill(template: str, values: Mapping[str, str], later: Collection[str] = ()) -> str:
    if "{" not in template and "}" not in template:
        return template
    if match := _SHELL.search(template):
        message = f"{show(match[0])} is not the syntax of a variable here"
        hint = f"write {show(match[0][1:])}, without the $"
        if match[0].isupper() and "{environment" not in match[0]:  # as in a shell
            hint = "no variable of the shell is read: write its value, here or under `variables`"
        raise TemplateError(DOLLAR, message, hint)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in values:
            return values[name]
        if name in later:
            return match[0]
        if ANY in values:
            return UNKNOWN
        if name == DEPLOYER or name.startswith(ROLE_OF):
            raise TemplateError(*_no_such_role(name, values))
        hint = did_you_mean(name, [known for known in (*values, *later) if " " not in known])
        if ":" in name:  # a condition key
            hint = f"an IAM variable, where IAM allows one, is written ${{{name}}}"
        message = f"there is no variable {show('{' + name + '}')} here"
        raise TemplateError(UNKNOWN_VARIABLE, message, hint)

    rest = _VARIABLE.sub("", template)
    if "{" in rest or "}" in rest:
        raise TemplateError(BRACE, "a brace is not closed or not opened", "write a variable as {name}")
    filled = [value(match) for match in _VARIABLE.finditer(template)]
    if UNKNOWN in filled:
        return UNKNOWN
    length = len(rest) + sum(map(len, filled))
    if length > MAX_LENGTH:
        message, hint = f"it expands to {length:,} characters", f"at most {MAX_LENGTH:,} are allowed"
        raise TemplateError(FILLED_TOO_LONG, message, hint)
    return _VARIABLE.sub(value, template)


def _no_such_role(name: str, values: Mapping[str, str]) -> tuple[Rule, str, str]:
    """What is wrong with a reference."""
    if name == DEPLOYER:
        hint = 'write provider: {assume_role: "arn:{partition}:iam::{account_id}:role/deployer"}'
        return NO_DEPLOYER, "no role deploys this environment", hint
    entry = name.removeprefix(ROLE_OF)
    known = [role.removeprefix(ROLE_OF) for role in values if role.startswith(ROLE_OF)]
    hint = did_you_mean(entry, known) if known else "give an access entry a `role`"
    return NO_ROLE, f"there is no access entry {show(entry)} with a role", hint


def fill_policy_text(template: str, values: Mapping[str, str]) -> str:
    """The same for a text that IAM reads: what is written `${...}` is IAM's and stays as it is.

    Raises TemplateError.
    """
    if "{" not in template and "}" not in template:
        return template
    parts = IAM_VARIABLE.split(template)  # text, name of a variable, text, ...
    for position in range(0, len(parts), 2):
        parts[position] = _fill(parts[position], values)
    for position in range(1, len(parts), 2):
        parts[position] = f"${{{parts[position]}}}"
    text = "".join(parts)
    return "" if UNKNOWN in text else text


def fill_variables(
    variables: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, TemplateError]]:
    """Own variables with each other filled in, and what is wrong with those that cannot be.

    `given` are the variables that always exist.
    """
    done: dict[str, str] = dict(given)
    errors: dict[str, TemplateError] = {}

    def settle(name: str, chain: tuple[str, ...]) -> None:
        if name in done or name in errors:
            return
        if name in chain:
            circle = " -> ".join([*chain[chain.index(name) :], name])
            errors[name] = TemplateError(
                VARIABLES_IN_A_CIRCLE,
                f"variables refer to each other in a circle: {circle}",
                "give one of them a text",
            )
            return
        if len(chain) == MAX_CHAIN:
            errors[name] = TemplateError(LONG_CHAIN, f"{MAX_CHAIN} variables lead to this one", "use fewer")
            return
        for used in _VARIABLE.findall(variables[name]):
            if used in variables:
                settle(used, (*chain, name))
        if name in errors:
            return
        try:
            unusable = dict.fromkeys(errors, UNKNOWN)
            done[name] = _fill(variables[name], {**done, **unusable})
        except TemplateError as error:
            errors[name] = error

    for name in variables:
        settle(name, ())
    return {name: text for name, text in done.items() if name in variables}, errors
