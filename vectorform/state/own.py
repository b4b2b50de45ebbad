"""The states of one's own stacks: how much they hold. What OpenTofu has encrypted, OpenTofu tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.content import Content, read, read_file, shown
from vectorform.state.unsound import foreign, local_states

# What `state pull` prints for a stack; None where it cannot be run here.
Pull = Callable[[str], bytes | None]

_ENCRYPTED = ", encrypted by OpenTofu"


def encrypted(environment: Environment, folder: Path, pull: Pull) -> Iterator[Check]:
    """The local states that are encrypted, as far as they can be pulled."""
    for stack, path in local_states(environment, folder).items():
        content = read_file(path)
        if content.kind == "encrypted":
            pulled = _decrypted(stack, content, pull)
            yield _held(stack, shown(path), pulled, _ENCRYPTED)
            yield from foreign(environment, path, stack, pulled)


def stored(stack: str, place: str, content: Content, pull: Pull) -> Check:
    """The state of a stack as it was found at `place`."""
    if content.kind == "encrypted":
        return _held(stack, place, _decrypted(stack, content, pull), _ENCRYPTED)
    return _held(stack, place, content)


def _decrypted(stack: str, content: Content, pull: Pull) -> Content:
    pulled = pull(stack)
    return content if pulled is None else read(pulled)


def _held(stack: str, place: str, content: Content, how: str = "") -> Check:
    match content.kind:
        case "encrypted":
            key = "with the encryption's key in this shell (TF_ENCRYPTION) and TERRAFORM_BINARY_NAME=tofu"
            return Check(
                "unknown", f"{stack}: {place} holds {content.held}", f"`cdktf synth`, then again {key}"
            )
        case "damaged":
            fix = f"restore an earlier version, then import the rest: `vectorform adopt {stack}`"
            return Check("wrong", f"{stack}: {place} holds {content.held}", fix)
        case _:
            return Check("fine", f"{stack}: state of {content.resources} resources at {place}{how}")
