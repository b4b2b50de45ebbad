"""aws:kms needs one key: a key that there is, one of `keys`, or one that vectorform makes for the bucket."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Encrypted
from vectorform.wording import did_you_mean, show

KEY_SAID = Rule("VF440", "one-key")
NO_SUCH_KEY = Rule("VF445", "no-such-key")


def check(within: Encrypted) -> Iterator[Problem]:
    """Several are said, or none, or one that there is not."""
    encryption = within.encryption
    if encryption.sse_type != "aws:kms":
        return
    chosen = {
        "kms_key_arn": bool(encryption.kms_key_arn),
        "create_key": encryption.create_key,
        "key": bool(encryption.key),
    }
    here, path = find(within.node, ("encryption",)), (*within.path, "encryption")
    names = [name for name, is_chosen in chosen.items() if is_chosen]
    if len(names) == 1:
        known = within.keys
        if encryption.key and encryption.key not in known:
            message, hint = (
                f"there is no {show(encryption.key)} under `keys`",
                did_you_mean(encryption.key, known) or f"write keys: {{{encryption.key}: {{}}}}",
            )
            yield NO_SUCH_KEY.at(here.mapping["key"], (*path, "key"), message, hint)
        return
    if not names and any(
        name in here.mapping and (name == "kms_key_arn" or here.mapping[name].broken) for name in chosen
    ):
        return  # what it says was complained about already
    message = f"there are {len(names)} keys: {' and '.join(names)}" if names else "it names no key"
    if len(names) == 2:
        message = f"there are two keys: {' and '.join(names)}"
    hint = "write kms_key_arn: its full ARN, key: one of `keys`" + (
        "" if within.of_index else ", or create_key: true"
    )
    yield KEY_SAID.at(here, path, message, hint, key=True)
