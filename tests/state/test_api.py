"""The client of HCP Terraform's API: redirects, faults, pages, and answers that are none."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.state.tls import https
from vectorform.state import web
from vectorform.state.cloud import api
from vectorform.state.cloud.api import Api
from vectorform.state.cloud.credentials import Credentials
from vectorform.state.web import Refused, Unreachable

TOKEN = "sesame"
DISCOVERY = "/.well-known/terraform.json"
Answer = tuple[int, dict[str, str], bytes] | bytes


def document(content: Any, status: int = 200) -> Answer:
    return status, {}, json.dumps(content).encode()


def redirect(url: str, status: int = 302) -> Answer:
    return status, {"Location": url}, b""


def entry(name: str, **attributes: Any) -> dict[str, Any]:
    return {"id": name, "type": "workspaces", "attributes": attributes}


class Script:
    """What a server answers by path: one after the other, the last one again and again. What it was asked."""

    def __init__(self, **_: Any) -> None:
        self.answers: dict[str, list[Answer | Callable[[], Answer]]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.host = ""

    def tokens(self) -> list[str | None]:
        return [token for _, token in self.asked]


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Script]:
    script = Script()
    folder.mkdir(exist_ok=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script.asked.append((self.path, self.headers.get("Authorization")))
            answers = script.answers.get(self.path, [document({}, 404)])
            answer: Any = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with https(Handler, folder) as host:
        script.host = host
        script.answers[DISCOVERY] = [document({"tfe.v2": "/api/v2/"})]
        yield script


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(api.time, "sleep", lambda _: None)
    with serving(tmp_path / "server") as script:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server" / "certificate.pem"))
        yield script


@pytest.fixture
def other(tmp_path: Path, server: Script) -> Iterator[Script]:
    """Another host, with the certificate of the first."""
    with serving(tmp_path / "server") as script:
        yield script


def client(server: Script) -> Api:
    return Api(server.host, Credentials(TOKEN, "TF_TOKEN_x"))


def test_the_token_goes_to_the_api_and_not_to_the_discovery(server: Script) -> None:
    server.answers["/api/v2/organizations/acme"] = [document({"data": entry("acme", a=1)})]
    found = client(server).get("organizations/acme")
    assert (found.id, found.attributes) == ("acme", {"a": 1})
    assert server.asked == [(DISCOVERY, None), ("/api/v2/organizations/acme", f"Bearer {TOKEN}")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_has_no_token(server: Script, other: Script, status: int) -> None:
    url = f"https://{other.host}/elsewhere"
    server.answers["/api/v2/organizations/acme"] = [redirect(url, status)]
    other.answers["/elsewhere"] = [document({"data": entry("acme")})]
    assert client(server).get("organizations/acme").id == "acme"
    assert other.asked == [("/elsewhere", None)]


def test_what_another_host_does_not_have_may_be_in_the_api(server: Script, other: Script) -> None:
    server.answers["/api/v2/organizations/acme"] = [redirect(f"https://{other.host}/sign-in")]
    with pytest.raises(Unreachable, match=r"redirects to localhost:[0-9]+, which has HTTP 404"):
        client(server).get("organizations/acme")


def test_a_redirect_back_and_forth_has_no_token_at_the_other_host(server: Script, other: Script) -> None:
    server.answers["/api/v2/a"] = [redirect("/api/v2/b")]
    server.answers["/api/v2/b"] = [redirect(f"https://{other.host}/c")]
    server.answers["/api/v2/d"] = [document({"data": entry("d")})]
    other.answers["/c"] = [redirect(f"https://{server.host}/api/v2/d")]
    assert client(server).get("a").id == "d"
    # Within its own host the token goes along; what another host sends back gets none.
    assert server.tokens() == [None, f"Bearer {TOKEN}", f"Bearer {TOKEN}", None]
    assert other.tokens() == [None]


@pytest.mark.parametrize("target", ["http://localhost:1/", "file:///etc/hostname", "ftp://localhost/x"])
def test_a_redirect_away_from_https_is_not_followed(server: Script, target: str) -> None:
    server.answers["/api/v2/a"] = [redirect(target)]
    with pytest.raises(Refused, match="302"):
        client(server).get("a")


def test_the_api_is_where_the_discovery_ended(server: Script, other: Script) -> None:
    server.answers[DISCOVERY] = [redirect(f"https://{other.host}{DISCOVERY}", 301)]
    assert client(server).address == f"https://{other.host}/api/v2/"
    assert other.asked == [(DISCOVERY, None)]


def test_services_of_the_configuration_go_before_discovery(server: Script) -> None:
    services = {"tfe.v2": f"https://{server.host}/own/"}
    found = Api("tfe.example.com", Credentials(TOKEN, "x", services))
    assert found.address == f"https://{server.host}/own/"


@pytest.mark.parametrize(
    "answer", [document({}, 429), document({}, 500), document({}, 502), document({}, 503)]
)
def test_what_may_go_by_is_asked_again(server: Script, answer: Answer) -> None:
    server.answers["/api/v2/a"] = [answer, answer, document({"data": entry("a")})]
    assert client(server).get("a").id == "a"
    server.answers["/api/v2/a"] = [answer]
    before = len(server.asked)
    with pytest.raises(Refused):
        client(server).get("a")
    assert len(server.asked) - before == 1 + 1 + len(api.PAUSES)


def test_the_wait_that_the_service_asks_for_is_kept(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(api.time, "sleep", waited.append)
    busy = [(429, {"Retry-After": after}, b"") for after in ("3", "nonsense", "9999999", "-1")]
    server.answers["/api/v2/a"] = [*busy, document({"data": entry("a")})]
    client(server).get("a")
    assert waited == [3.0, 1.0, 15.0, 4.0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        (200, {"Content-Type": "text/html"}, b"<html>sign in</html>"),
        (200, {}, b""),
        document([]),
        document({"data": None}),
        document({"data": []}),
        (200, {}, b"[" * 100_000),
        (200, {}, b'"\xff"'),
    ],
)
def test_an_answer_that_is_none(server: Script, answer: Answer) -> None:
    server.answers["/api/v2/a"] = [answer]
    with pytest.raises(Unreachable) as unknown:
        client(server).get("a")
    assert server.host in str(unknown.value)


def test_a_discovery_that_is_none(server: Script) -> None:
    for answer in (document({}), document({"tfe.v2": 2}), (200, {}, b"<html>"), document({}, 500)):
        server.answers[DISCOVERY] = [answer]
        with pytest.raises(Unreachable):
            client(server)
    server.answers[DISCOVERY] = [document({"tfe.v2": f"http://{server.host}/api/v2/"})]
    with pytest.raises(Unreachable, match="https"):
        client(server).get("a")


def test_a_host_that_does_not_answer(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable, match="localhost:1: Connection refused"):
        Api("localhost:1", Credentials(TOKEN, "x"))
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unreachable, match="its certificate is not trusted"):
        client(server)


def test_all_pages(server: Script) -> None:
    def page(number: int, following: int | None) -> Answer:
        meta = {"pagination": {"current-page": number, "next-page": following, "total-pages": 2}}
        return document({"data": [entry(f"w{number}")], "meta": meta})

    for number, following in ((1, 2), (2, None)):
        path = f"/api/v2/list?search%5Bname%5D=x&page%5Bnumber%5D={number}&page%5Bsize%5D=100"
        server.answers[path] = [page(number, following)]
    assert [found.id for found in client(server).pages("list", **{"search[name]": "x"})] == ["w1", "w2"]


CUT_OFF = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
)


@pytest.mark.parametrize("answer", CUT_OFF)
def test_an_answer_that_was_cut_off_is_asked_for_again(server: Script, answer: bytes) -> None:
    server.answers["/api/v2/a"] = [answer, document({"data": entry("a")})]
    assert client(server).get("a").id == "a"


def test_an_answer_that_drips_or_floods_ends(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/api/v2/a"] = [(200, {}, b"x" * 100)]
    asking = client(server)
    for limit, number, why in (("_LARGEST", 10, "more than 0 MB"), ("_LONGEST", -1.0, "no whole answer")):
        with monkeypatch.context() as patched:
            patched.setattr(web, limit, number)
            with pytest.raises(Unreachable, match=why):
                asking.download("a")


@pytest.mark.parametrize("status", [403, 404, 500])
@pytest.mark.parametrize("own", [True, False])
def test_the_address_of_a_download_is_shown_nowhere(
    server: Script, other: Script, status: int, own: bool
) -> None:
    """Its path is all that one needs to read a state."""
    holder = server if own else other
    holder.answers["/_archivist/v1/object/sesame-path"] = [document({}, status)]
    asking = client(server)
    with pytest.raises(Refused) as refused:
        asking.download(f"https://{holder.host}/_archivist/v1/object/sesame-path?signature=sesame")
    assert "sesame" not in str(refused.value)
    assert (None if not own else f"Bearer {TOKEN}") == holder.asked[-1][1]


@pytest.mark.parametrize(
    "address",
    ["https://[", "//[::1", "https://a\N{FULLWIDTH COLON}b/", "https://h:x/", "https://localhost:99999/"],
)
def test_an_address_that_is_none(server: Script, address: str) -> None:
    asking = client(server)
    with pytest.raises(Unreachable):
        asking.download(address)
    server.answers["/api/v2/a"] = [redirect(address)]
    with pytest.raises((Unreachable, Refused)):
        asking.get("a")
    server.answers[DISCOVERY] = [document({"tfe.v2": address})]
    with pytest.raises(Unreachable):
        client(server).get("a")
    with pytest.raises(Unreachable):
        Api(server.host, Credentials(TOKEN, "x", {"tfe.v2": address})).get("a")


def test_who_asks_is_no_part_of_what_is_said(server: Script) -> None:
    services = {"tfe.v2": "https://somebody:sesame@localhost:1/api/"}
    with pytest.raises(Unreachable) as unknown:
        Api(server.host, Credentials(TOKEN, "x", services)).get("a")
    assert "sesame" not in str(unknown.value)


@pytest.mark.parametrize("content", [{"data": None}, {"data": None, "meta": None}, {"data": [None]}])
def test_null_for_a_list(server: Script, content: Any) -> None:
    server.answers["/api/v2/list?page%5Bnumber%5D=1&page%5Bsize%5D=100"] = [document(content)]
    assert list(client(server).pages("list")) == []


def test_null_for_objects(server: Script) -> None:
    nothing = {"id": "w", "attributes": {"permissions": None, "tag-names": None}, "relationships": None}
    server.answers["/api/v2/a"] = [document({"data": nothing})]
    found = client(server).get("a")
    assert (found.mapping("permissions"), found.members("tag-names"), found.related("x")) == ({}, (), None)
