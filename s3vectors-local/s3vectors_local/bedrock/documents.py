"""The documents of a data source: which objects of its bucket they are, their text, their metadata files.

Source: Amazon Bedrock User Guide, "Prerequisites for your Amazon Bedrock knowledge base data" (formats,
sizes) and "Connect to Amazon S3" (`NAME.metadata.json` next to a document).
"""

from __future__ import annotations

import html.parser
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from s3vectors_local.s3_objects import S3Bucket, S3Object

_METADATA = ".metadata.json"
_MOST_BYTES = 50 * 1024 * 1024
_MOST_METADATA_BYTES = 10 * 1024
_TEXTS = ("txt", "md", "html", "csv")
_NOT_READ = ("pdf", "doc", "docx", "xls", "xlsx")  # Bedrock reads them, the local AWS does not
_VALUES = ("stringValue", "numberValue", "booleanValue", "stringListValue")


class Unreadable(Exception):
    """A document that cannot be ingested; the message is the reason, in the words of a job."""


@dataclass(frozen=True, slots=True)
class Document:
    """An object that is a document, with its metadata file if it has one."""

    uri: str
    item: S3Object
    metadata: S3Object | None


def documents(bucket: S3Bucket, prefixes: tuple[str, ...]) -> Iterator[Document]:
    """The documents whose keys begin with a prefix, or all where there is none."""
    by_key = {item.key: item for item in bucket.objects}
    for item in bucket.objects:
        ours = not prefixes or item.key.startswith(prefixes)
        is_metadata = item.key.endswith(_METADATA) and item.key.removesuffix(_METADATA) in by_key
        if ours and not is_metadata and not item.key.endswith("/"):
            yield Document(f"s3://{bucket.name}/{item.key}", item, by_key.get(item.key + _METADATA))


def check_format(document: Document) -> None:
    """Raises Unreadable for what is too large, or in a format that is not read."""
    extension = document.item.key.rpartition(".")[2].lower()
    if extension in _NOT_READ:
        raise Unreadable(f"AWS reads {extension}; the local AWS reads {', '.join(_TEXTS)} alone.")
    if extension not in _TEXTS:
        raise Unreadable("Ignored 1 files as their file format was not supported.")
    if document.item.size > _MOST_BYTES:
        raise Unreadable("Ignored 1 files as their file size was larger than 50 MB.")


def text_of(document: Document, content: bytes) -> str:
    """The text of a document. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("Ignored 1 files as their content could not be read as UTF-8.") from None
    if document.item.key.lower().endswith(".html"):
        reader = _Html()
        reader.feed(text)
        text = "".join(reader.texts)
    if not text.strip():
        raise Unreadable("Ignored 1 files as they were empty.")
    return text


def attributes(content: bytes) -> Mapping[str, Any]:
    """The attributes of a metadata file, each as a plain value. Raises Unreadable."""
    try:
        given = json.loads(content)["metadataAttributes"]
        found = {key: _plain(value) for key, value in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        raise Unreadable("The metadata file is invalid.") from None
    if len(content) > _MOST_METADATA_BYTES:
        raise Unreadable("The metadata file is larger than 10 KB.")
    return found


def _plain(value: Any) -> Any:
    """Either the value itself, or `{"value": {"type": ..., "stringValue": ...}}`."""
    if not isinstance(value, Mapping):
        return value
    typed = value["value"]
    return next(typed[member] for member in _VALUES if member in typed)


class _Html(html.parser.HTMLParser):
    """The text of a page, without its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in ("script", "style")
        self.texts.append("\n" if tag in ("p", "br", "div", "li", "tr", "h1", "h2", "h3") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)
