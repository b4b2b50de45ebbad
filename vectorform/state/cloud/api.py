"""The API of one host: found by remote service discovery, asked with patience, and trusted with a token.

HashiCorp's documentation: "Remote Service Discovery", "API Overview" (pagination, rate limiting), and the
client library go-tfe. The token goes to the address that discovery names, and nowhere that a redirect
leads to.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vectorform.state.cloud.credentials import Credentials
from vectorform.state.web import (
    SECONDS,
    CutOff,
    Refused,
    Unreachable,
    body_of,
    netloc,
    opener,
    origin,
    reason_of,
)

# Seconds before the tries after the first, where the service is busy (429) or out of order (5xx).
PAUSES = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE = 15.0
_MEDIA = "application/vnd.api+json"
_SERVICE = "tfe.v2"
_DISCOVERY = "/.well-known/terraform.json"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource object of JSON:API. What is null or of another type than a map is an empty map."""

    id: str
    attributes: Mapping[str, Any]
    relationships: Mapping[str, Any]

    def mapping(self, name: str) -> Mapping[str, Any]:
        """An attribute that is a map."""
        found = self.attributes.get(name)
        return found if isinstance(found, dict) else {}

    def members(self, name: str) -> tuple[Any, ...]:
        """An attribute that is a list."""
        found = self.attributes.get(name)
        return tuple(found) if isinstance(found, list) else ()

    def related(self, name: str) -> str | None:
        """The id of what it is related to by that name."""
        relation = self.relationships.get(name)
        data = relation.get("data") if isinstance(relation, dict) else None
        return str(data["id"]) if isinstance(data, dict) and "id" in data else None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    url: str
    pause: float | None = None


class Api:
    """The API of a host."""

    def __init__(self, host: str, credentials: Credentials, pauses: tuple[float, ...] = PAUSES) -> None:
        """Find the API's address. Raises Unreachable."""
        self.host = host
        self._pauses = pauses
        self._authorization = f"Bearer {credentials.token}"
        self.address = self._discovered(credentials.services.get(_SERVICE))

    def get(self, path: str) -> Resource:
        """One resource. Raises Refused, Unreachable."""
        answer = self._request("GET", path)
        data = self._document(answer).get("data")
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            raise self._garbage(answer)
        return _resource(data)

    def pages(self, path: str, **query: str) -> Iterator[Resource]:
        """Every resource of a listing, on all of its pages. Raises Refused, Unreachable."""
        number: object = 1
        seen = set()
        while isinstance(number, int) and number not in seen:
            seen.add(number)
            asked = urllib.parse.urlencode({**query, "page[number]": number, "page[size]": 100})
            answer = self._request("GET", f"{path}?{asked}")
            document = self._document(answer)
            data = document.get("data", document)
            if data is not None and not isinstance(data, list):
                raise self._garbage(answer)
            yield from (_resource(entry) for entry in data or () if isinstance(entry, dict))
            meta = document.get("meta")
            pages = meta.get("pagination") if isinstance(meta, dict) else None
            number = pages.get("next-page") if isinstance(pages, dict) else None

    def post(self, path: str) -> None:
        """Ask for an action. Raises Refused, Unreachable."""
        self._request("POST", path, body=b"{}")

    def download(self, url: str) -> bytes:
        """What is at an address that the API gave. Raises Refused, Unreachable."""
        return self._request("GET", url).body

    def page(self, path: str) -> str:
        """The address of a page for people: `path` below the host."""
        return f"https://{self.host}/app/{path}"

    def _discovered(self, configured: object) -> str:
        start = f"https://{self.host}{_DISCOVERY}"
        if isinstance(configured, str):
            return _folder(self._joined(start, configured))
        answer = self._patiently("GET", start, {"Accept": "application/json"}, None, token=False)
        services: Mapping[str, Any] = {}
        if answer.status == 200:
            services = self._document(answer)
        path = services.get(_SERVICE)
        if not isinstance(path, str):
            raise Unreachable(f"{self.host} does not serve the HCP Terraform API (HTTP {answer.status})")
        # Relative to where the document was found in the end, as with Terraform.
        return _folder(self._joined(answer.url, path))

    def _joined(self, base: str, path: str) -> str:
        try:
            return urllib.parse.urljoin(base, path)
        except ValueError:
            raise Unreachable(f"{self.host}: it returned an invalid address") from None

    def _request(self, method: str, path: str, body: bytes | None = None) -> _Answer:
        url = self._joined(self.address, path)
        headers = {"Accept": _MEDIA, **({"Content-Type": _MEDIA} if body is not None else {})}
        answer = self._patiently(method, url, headers, body, token=origin(url) == origin(self.address))
        if not 200 <= answer.status < 300:
            followed = not 300 <= answer.status < 400
            if followed and origin(answer.url) != origin(
                url
            ):  # that something is not there says nothing of the API
                status = answer.status
                raise Unreachable(f"{self.host}: redirects to {netloc(answer.url)}, which has HTTP {status}")
            raise Refused(f"{self.host}: {self._shown(url)}", answer.status)
        return answer

    def _shown(self, url: str) -> str:
        """The path of a request to the API. That of a download is a secret: who has it needs no token."""
        return urllib.parse.urlsplit(url).path if url.startswith(self.address) else "a download"

    def _patiently(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, token: bool
    ) -> _Answer:
        """Ask until there is an answer that another try would not change. Raises Unreachable."""
        for pause in (*self._pauses, None):
            try:
                answer = self._once(method, url, headers, body, token=token)
            except CutOff as error:
                if pause is None or method != "GET":
                    raise Unreachable(f"{netloc(url)}: {error}") from None
                time.sleep(pause)
                continue
            again = answer.status == 429 or (answer.status >= 500 and method == "GET")
            if not again or pause is None:
                return answer
            time.sleep(min(max(pause, answer.pause or 0.0), _LONGEST_PAUSE) if self._pauses else 0)
        raise AssertionError("the last pause is None")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, token: bool
    ) -> _Answer:
        if urllib.parse.urlsplit(url).scheme != "https":
            raise Unreachable(f"{netloc(url)}: the API address is not https, so nothing was sent")
        request = urllib.request.Request(url, body, dict(headers), method=method)
        if token:
            request.add_unredirected_header("Authorization", self._authorization)
        try:
            try:
                with opener().open(request, timeout=SECONDS) as response:
                    return _Answer(response.status, body_of(response), response.url)
            except urllib.error.HTTPError as refused:
                with refused:
                    pause = _seconds(refused.headers.get("Retry-After"))
                    return _Answer(refused.code, b"", refused.url or url, pause)
        except http.client.HTTPException as error:
            raise CutOff(f"the answer was cut off ({type(error).__name__})") from None
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
            raise CutOff("the connection was closed") from None
        except OSError as error:
            raise Unreachable(f"{netloc(url)}: {reason_of(error)}") from None
        except (ValueError, OverflowError):  # a port beyond 65535
            raise Unreachable(f"{netloc(url)}: the address cannot be reached") from None

    def _document(self, answer: _Answer) -> Mapping[str, Any]:
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self._garbage(answer) from None
        if not isinstance(document, dict):
            raise self._garbage(answer)
        return document

    def _garbage(self, answer: _Answer) -> Unreachable:
        discovery = answer.url.endswith(_DISCOVERY)
        path = _DISCOVERY if discovery else self._shown(answer.url)
        return Unreachable(f"{self.host}: the answer to {path} is not one of the API (HTTP {answer.status})")


def _resource(data: Mapping[str, Any]) -> Resource:
    attributes, relationships = data.get("attributes"), data.get("relationships")
    return Resource(
        str(data.get("id", "")),
        attributes if isinstance(attributes, dict) else {},
        relationships if isinstance(relationships, dict) else {},
    )


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _seconds(retry_after: str | None) -> float | None:
    """The header Retry-After: seconds, or a date."""
    if not retry_after:
        return None
    try:
        return float(retry_after)
    except ValueError:
        pass
    try:
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return None
