"""aws:kms needs one key: a key that there is, or one that vectorform makes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Encrypted

KEY_SAID = Rule("VF440", "one-key")


def check(within: Encrypted) -> Iterator[Problem]:
    """Both are said, or neither."""
    arn, encryption = within.encryption.kms_key_arn, within.encryption
    if encryption.sse_type != "aws:kms" or bool(arn) is not encryption.create_key:
        return
    here = find(within.node, ("encryption",))
    if not arn and (
        "kms_key_arn" in here.mapping or ("create_key" in here.mapping and here.mapping["create_key"].broken)
    ):
        return  # what it says was complained about already
    message = "there are two keys: kms_key_arn and create_key" if arn else "which key is not said"
    hint = "write kms_key_arn: its full ARN" + ("" if within.of_index else ", or create_key: true")
    yield KEY_SAID.at(here, (*within.path, "encryption"), message, hint, key=True)
