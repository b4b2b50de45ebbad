"""What several kinds of objects have: where they were written, their tags, their encryption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tags = Mapping[str, str]
SseType = Literal["AES256", "aws:kms"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was written: a file as the user would name it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Encryption:
    """Server-side encryption.

    With aws:kms there is either `kms_key_arn`, the full ARN of a key that exists, or a key that the stack
    creates, whose ARN is known after the apply: one of the file's `keys`, by its key there, or with
    `create_key` one for the vector bucket. Only a vector bucket has `create_key`.
    """

    sse_type: SseType = "AES256"
    kms_key_arn: str | None = None
    create_key: bool = False
    key: str | None = None
