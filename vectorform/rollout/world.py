"""What a plan is made from. Where that has changed, the plan is no longer the one that was reviewed.

Terraform itself refuses a plan whose state was written since ("Saved plan is stale"), or that another
version has made. What it does not see is named here as well, and all of it before anything is applied.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform import __version__
from vectorform.processes import provider_lock
from vectorform.processes.terraform import Terraform


@dataclass(frozen=True, slots=True)
class World:
    """`desired` is the fingerprint of the desired state; `configuration` a digest of what is synthesized.

    `lineage` and `serial` are the state's, "" and 0 where there is none. `providers` are versions by name.
    """

    vectorform: str
    tool: str
    providers: Mapping[str, str]
    desired: str
    configuration: str
    lineage: str = ""
    serial: int = 0


def world(terraform: Terraform, desired: str) -> World:
    """That of an initialised stack. Raises children.Stopped, and RuntimeError where Terraform fails."""
    version = json.loads(terraform.json("version", "-json"))["terraform_version"]
    state = terraform.json("state", "pull")
    about = json.loads(state) if state else {}
    synthesized = (terraform.folder / "cdk.tf.json").read_bytes()
    return World(
        __version__,
        f"{terraform.name} {version}",
        provider_lock.versions(terraform.folder),
        desired,
        hashlib.sha256(synthesized).hexdigest(),
        str(about.get("lineage", "")),
        int(about.get("serial", 0)),
    )


def moved(then: World, now: World) -> Iterator[str]:
    """What has changed between two of them, in words."""
    if then.lineage != now.lineage and then.lineage and now.lineage:
        yield "it has a different state"
    elif (then.lineage, then.serial) != (now.lineage, now.serial):
        yield f"its state has changed since then: serial {then.serial}, now {now.serial}"
    if then.desired != now.desired:
        yield "the configuration has changed"
    if then.vectorform != now.vectorform:
        yield f"it was planned by vectorform {then.vectorform}, this is {now.vectorform}"
    elif then.desired == now.desired and then.configuration != now.configuration:
        yield "the synthesized Terraform has changed, with the same desired state"
    if then.tool != now.tool:
        yield f"it was planned by {then.tool}, this is {now.tool}"
    for name in sorted({*then.providers, *now.providers}):
        before, after = then.providers.get(name, "none"), now.providers.get(name, "none")
        if before != after:
            yield f"the provider {name} was {before}, and is {after}"
