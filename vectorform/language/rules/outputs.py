"""The outputs for applications fit Parameter Store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from vectorform.desired.parameters import MAX_PARAMETERS, parameters
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

RESERVED = Rule("VF340", "parameter-reserved")
TOO_MANY = Rule("VF341", "too-many-parameters")
TWICE = Rule("VF342", "parameter-twice")
_LEVELS, _LENGTH = 15, 1011
_RESERVED = re.compile(r"/(aws|ssm)", re.IGNORECASE)


def check(configuration: Configuration) -> Iterator[Problem]:
    """The names of all regions (Systems Manager, PutParameter), each said once."""
    node = configuration.root.mapping.get("outputs")
    for region in configuration.environment.regions:
        if node is None or node.broken or region.outputs is None or not region.outputs.path:
            continue
        told = list(parameters(configuration.environment, region))
        place = node.mapping.get("ssm", node), ("outputs", "ssm")
        if _RESERVED.match(region.outputs.path):
            hint = "begin it with the project: /{project}/{environment}/"
            yield RESERVED.at(*place, f"{show(region.outputs.path)} belongs to AWS", hint)
            return
        if len(told) > MAX_PARAMETERS:
            message = f"{len(told):,} parameters in {region.name}; an account has {MAX_PARAMETERS:,}"
            yield TOO_MANY.at(
                *place, message, "remove `outputs`: applications can read names from `vectorform outputs`"
            )
            return
        for name, count in Counter(parameter.name for parameter in told).items():
            if count > 1:
                yield TWICE.at(
                    *place, f"{show(name)} would be written twice", "give one of them another name"
                )
            elif name.count("/") > _LEVELS or len(name) > _LENGTH:
                message = f"{show(name)} has more than {_LEVELS} levels, or {_LENGTH:,} characters"
                yield TWICE.at(*place, message, "write a shorter path")
