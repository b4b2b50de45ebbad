"""Where the states of environments have their indexes, as far as a synth can tell: it reads local states.

A synth cannot wait for a service, and it also runs where nobody may read a state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vectorform.desired import kinds
from vectorform.desired.addresses import CONFIRMED_DELETIONS
from vectorform.desired.attributes import INDEX
from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment
from vectorform.desired.placement import Placed, Placement


def placements(environments: Iterable[Environment], folder: Path) -> dict[str, Placement]:
    """By stack; a stack whose state is elsewhere, or cannot be read, is not among them.

    `folder` is where local states are.
    """
    found = {}
    for environment in environments:
        if environment.backend.type == "local":
            for stack in map(environment.stack_id, environment.regions):
                placement = _placement(folder / LOCAL_STATE.format(stack=stack))
                if placement is not None:
                    found[stack] = placement
    return found


def _placement(path: Path) -> Placement | None:
    """Where a state file has indexes: nowhere, if there is no such file; None if it cannot be read.

    Terraform makes a file of 0 bytes to lock it. If it is killed then, that stays, and is no state yet.
    """
    try:
        text = path.read_bytes()
        resources = json.loads(text)["resources"] if text else ()
        return {
            str(entry["index_key"]): Placed(
                kinds.INDEX.block(resource["name"]), _keyless(entry["attributes"])
            )
            for resource in resources
            if resource["type"] == kinds.INDEX.type
            and kinds.INDEX.block(resource["name"]) != CONFIRMED_DELETIONS
            for entry in resource["instances"]
            if "index_key" in entry
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keyless(attributes: dict[str, Any]) -> bool:
    keys = INDEX["non_filterable_metadata_keys"]
    return not any(block.get(keys.inside) for block in attributes.get(keys.argument) or ())
