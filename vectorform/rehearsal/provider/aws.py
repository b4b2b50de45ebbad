"""The way to the local AWS: clients, and AWS's errors in the words of the real provider."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic, ProviderError
from vectorform.rehearsal.provider.tags import TagRules

if TYPE_CHECKING:
    import boto3

_CONNECT_TIMEOUT_SECONDS = 5
_READ_TIMEOUT_SECONDS = 60
CONCURRENCY = 32  # calls at once; Terraform's default is 10 (-parallelism)
# "There is one already" is about the whole resource; Terraform then shows the head of its block.
_EXISTS = ("ConflictException", "EntityAlreadyExists", "AlreadyExistsException")
# The real provider tries 25 times. Nothing on loopback deserves that many.
DEFAULT_ATTEMPTS = 8


@dataclass
class Aws:
    """A configured provider: one per Terraform provider block."""

    session: boto3.Session
    region: str
    account_id: str = ""
    tag_rules: TagRules = field(default_factory=TagRules)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    attempts: int = DEFAULT_ATTEMPTS
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of `service` in `region` (default: the provider's), made once."""
        key = (service, region or self.region)
        with self._lock:  # making a client is not thread-safe; using one is
            if key not in self._clients:
                self._clients[key] = make_client(self.session, *key, self.endpoints, self.attempts)
            return self._clients[key]


def make_client(
    session: boto3.Session, service: str, region: str, endpoints: Mapping[str, str], attempts: int
) -> Any:
    """A client that can only talk to this machine.

    Raises ProviderError if the endpoint that applies is not on loopback: a rehearsal never touches AWS.
    """
    from botocore.config import Config

    config = Config(
        retries={"total_max_attempts": attempts, "mode": "standard"},
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        max_pool_connections=CONCURRENCY,
        parameter_validation=False,  # the SDK for Go leaves lengths and patterns to the service
    )
    create: Any = session.client
    client = create(service, region_name=region, endpoint_url=endpoints.get(service), config=config)
    if not is_loopback(client.meta.endpoint_url):
        raise ProviderError(
            Diagnostic(
                "The offline provider only talks to a local AWS",
                f"The endpoint of {service} is {client.meta.endpoint_url}, which is not on this machine. "
                "Set AWS_ENDPOINT_URL to the local AWS (vectorform rehearse does), or use the genuine "
                "provider with --provider registry.",
            )
        )
    return client


def is_loopback(url: str) -> bool:
    """Whether `url` names this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Service:
    """One AWS service's calls, with its errors as diagnostics.

    `name` is what the AWS SDK for Go calls the service. `gone`: the error codes that mean "no such thing".
    `one_line`: as the older SDK does it, the whole error is the diagnostic's summary.
    `locate` finds the attribute that an error answer is about.
    """

    name: str
    gone: tuple[str, ...]
    one_line: bool = False
    locate: Callable[[Mapping[str, Any]], AttributePath] | None = None

    def call(
        self, doing: str, function: Callable[..., Any], *, at: AttributePath = (), **request: Any
    ) -> Any:
        """Call `function`. Raises ProviderError: `doing` failed, by default because of the attribute `at`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return function(**request)
        except (BotoCoreError, ClientError) as error:
            client: Any = getattr(function, "__self__", None)
            operation = client.meta.method_to_api_mapping[getattr(function, "__name__", "")]
            answer = _answer(error)
            path = (self.locate(answer) if self.locate else ()) or at
            if answer.get("Error", {}).get("Code") in _EXISTS:
                path = ()
            text = f"operation error {self.name}: {operation}, {_reason(error, answer)}"
            if self.one_line:
                raise ProviderError(Diagnostic(f"{doing}: {text}", path=path)) from error
            raise ProviderError(Diagnostic(doing, text, path)) from error

    def call_unless_gone(self, doing: str, function: Callable[..., Any], **request: Any) -> Any:
        """Like `call`, but None if what it is about does not exist."""
        try:
            return self.call(doing, function, **request)
        except ProviderError as error:
            if _answer(error.__cause__).get("Error", {}).get("Code") in self.gone:
                return None
            raise


def _answer(error: BaseException | None) -> Mapping[str, Any]:
    """What the service answered; nothing where it did not, and botocore's error then has None."""
    return getattr(error, "response", None) or {}


def _reason(error: Exception, answer: Mapping[str, Any]) -> str:
    """An error as the AWS SDK for Go words it, which is what users of the real provider see."""
    if not answer:
        return str(error)
    metadata, details = answer.get("ResponseMetadata", {}), answer.get("Error", {})
    return (
        f"https response error StatusCode: {metadata.get('HTTPStatusCode', 0)}, "
        f"RequestID: {metadata.get('RequestId', '')}, {details.get('Code', '')}: {details.get('Message', '')}"
    )
