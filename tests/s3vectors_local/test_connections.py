"""Connections: kept open for the next request, closed where that is not possible, once idle, or broken."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from s3vectors_local.faults import Fault
from s3vectors_local.http_handler import Handler
from s3vectors_local.process import LocalAws

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3vectors/aws4_request"


@pytest.fixture
def connection(aws: LocalAws) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=30)
    yield connection
    connection.close()


def ask(connection: http.client.HTTPConnection, path: str = "/ListVectorBuckets", body: Any = b"{}") -> int:
    connection.request("POST", path, body, {"Authorization": AUTHORIZATION})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_one_connection_for_many_requests(connection: http.client.HTTPConnection) -> None:
    connection.connect()
    own = connection.sock
    assert [ask(connection) for _ in range(20)] == [200] * 20
    assert ask(connection, "/GetVectorBucket", b"not JSON") == 400
    # One of moto's, whose body has another length.
    connection.request("GET", "/", headers={"Authorization": AUTHORIZATION.replace("s3vectors", "s3")})
    assert connection.getresponse().read().startswith(b"<?xml")
    assert ask(connection, body=iter([b"{", b"}"])) == 200  # chunked
    assert connection.sock is own


def exchange(aws: LocalAws, sent: bytes) -> bytes:
    """What comes back until the server closes the connection."""
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(sent)
        answers = b""
        while piece := connection.recv(65536):
            answers += piece
    return answers


CHUNKED = f"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nAuthorization: {AUTHORIZATION}\r\n{{}}\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"2\r\n{}\r\n0\r\n\r\n",
        b"02;a=b\r\n{}\r\n0;c\r\n\r\n",
        b"1\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: y\r\n\r\n",
    ],
    ids=["plain", "extensions", "trailer"],
)
def test_what_may_stand_beside_chunks(aws: LocalAws, body: bytes) -> None:
    """And the next request begins where the body ends."""
    first = CHUNKED.format("Transfer-Encoding: chunked\r\n").encode() + body
    second = CHUNKED.format("Content-Length: 0\r\nConnection: close\r\n").encode()
    assert exchange(aws, first + second).count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    "body", [b"-2\r\n{}\r\n", b"\r\n{}\r\n", b"2\r\n{}}\r\n0\r\n\r\n"], ids=["sign", "no-size", "longer"]
)
def test_broken_chunks_end_the_connection(aws: LocalAws, body: bytes) -> None:
    assert exchange(aws, CHUNKED.format("Transfer-Encoding: chunked\r\n").encode() + body) == b""


def test_another_coding_than_chunks_ends_the_connection(aws: LocalAws) -> None:
    request = CHUNKED.format("Transfer-Encoding: gzip, chunked\r\n").encode()
    answer = exchange(aws, request + b"2\r\n{}\r\n0\r\n\r\n" + request)
    assert answer.startswith(b"HTTP/1.1 501 ")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("length", ["-2", "+2", "two", "2, 3", "2\r\nContent-Length: 3"])
def test_a_length_that_is_none_ends_the_connection(aws: LocalAws, length: str) -> None:
    request = CHUNKED.format(f"Content-Length: {length}\r\n").encode()
    answer = exchange(aws, request + b"{}" + request)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_sdk_reuses_its_connection(aws: LocalAws, client: Callable[..., Any]) -> None:
    s3vectors, ports = client("s3vectors"), set()
    for _ in range(5):
        s3vectors.list_vector_buckets()
        [pool] = s3vectors._endpoint.http_session._manager.pools._container.values()
        ports.add(pool.pool.queue[-1].sock.getsockname()[1])
    assert len(ports) == 1


def test_pipelined_requests_are_answered_in_order(aws: LocalAws) -> None:
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    request = "POST /{} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Length: 2\r\n{}\r\n{{}}"
    both = request.format("ListVectorBuckets", AUTHORIZATION, "") + request.format(
        "GetVectorBucket", AUTHORIZATION, "Connection: close\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(both.encode())
        answers = b""
        while piece := connection.recv(65536):
            answers += piece
    assert answers.count(b"HTTP/1.1 200 OK") == answers.count(b"HTTP/1.1 400 BAD REQUEST") == 1
    assert answers.index(b"HTTP/1.1 200") < answers.index(b"HTTP/1.1 400")


def test_expect_is_answered_once(aws: LocalAws) -> None:
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    head = (
        f"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nAuthorization: {AUTHORIZATION}\r\n"
        "Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode())
        time.sleep(0.2)
        connection.sendall(b"{}")
        answers = b""
        while piece := connection.recv(65536):
            answers += piece
    assert answers.count(b"100 Continue") == 1
    assert answers.count(b"HTTP/1.1 200 OK") == 1


def test_continue_leaves_before_the_body_comes(aws: LocalAws) -> None:
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    head = (
        f"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nAuthorization: {AUTHORIZATION}\r\n"
        "Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"{}")


def test_an_unread_body_ends_the_connection(connection: http.client.HTTPConnection) -> None:
    """A refusal that does not read: what follows on the connection would be no request."""
    connection.request("POST", "/ListVectorBuckets", b"x" * 1_000_000, {"Origin": "https://page.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (403, "close")


def test_a_dropped_connection_is_not_used_again(
    aws: LocalAws, connection: http.client.HTTPConnection
) -> None:
    assert ask(connection) == 200
    aws.inject(Fault("drop", "ListVectorBuckets", count=1))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(connection)
    assert ask(connection) == 200


@pytest.fixture
def impatient() -> Iterator[BaseWSGIServer]:
    """A server whose connections are closed after a tenth of a second."""

    class Impatient(Handler):
        timeout = 0.1

    def application(environ: Any, start_response: Any) -> Any:
        return Response(str(len(Request(environ).get_data())))(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Impatient)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_idle_connection_is_closed(impatient: BaseWSGIServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", impatient.port, timeout=30)
    assert ask(connection) == 200
    assert connection.sock is not None
    assert connection.sock.recv(1) == b""  # the server's end, without a word
    connection.close()
