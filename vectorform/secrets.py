"""Messages without the secrets of this process's environment, whatever library wrote them.

A library's error may repeat what it was given: Python's `http.client` shows a header that it refuses, with
the token in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SECRET = re.compile(
    r"TF_TOKEN_.*|TF_HTTP_PASSWORD|AWS_SECRET_ACCESS_KEY|AWS_(SESSION|SECURITY|CONTAINER_AUTHORIZATION)_TOKEN",
    re.DOTALL,
)
_SHORTEST = 4  # characters of a part that is worth hiding; shorter ones occur in every text
HIDDEN = "(hidden)"


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text with every secret hidden, also where a character of one is shown in another form."""
    for secret in sorted(set(_parts(environ)), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _parts(environ: Mapping[str, str]) -> Iterator[str]:
    """Every secret, cut where a message would write something else: at line ends, blanks, quotes."""
    for name, value in environ.items():
        if _SECRET.fullmatch(name):
            yield from (part for part in re.split(r"[^!#-&(-\[\]-~]+", value) if len(part) >= _SHORTEST)
