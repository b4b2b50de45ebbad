"""The AWS clients of one verification: read-only by construction, retried adaptively, counted.

The endpoint, the credentials and the profile come from the shell, as botocore reads them; where the
environment names a role to assume, all that is called is called by that role. In another account than the
environment's nothing is called.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from vectorform.desired.model import Environment, Provider

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3vectors import S3VectorsClient
    from mypy_boto3_sts import STSClient

# Everything that a verification may call. docs: "Actions, resources, and condition keys" of each service.
READS = frozenset(
    {
        "DescribeKey",
        "DescribePodIdentityAssociation",
        "GetCallerIdentity",
        "GetDataSource",
        "GetIndex",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "GetParameters",
        "GetKnowledgeBase",
        "GetPolicy",
        "GetPolicyVersion",
        "GetRole",
        "GetRolePolicy",
        "GetVectorBucket",
        "GetVectorBucketPolicy",
        "ListAttachedRolePolicies",
        "ListDataSources",
        "ListIndexes",
        "ListKnowledgeBases",
        "ListPodIdentityAssociations",
        "ListResourceTags",
        "ListTagsForResource",
    }
)
# Calls in flight per region; the service throttles control-plane reads well above what this many can send.
CONCURRENCY = 16
ATTEMPTS = 5
CONNECT_SECONDS = 5
READ_SECONDS = 10


class ForbiddenOperation(Exception):
    """A bug in this program: it tried to call an operation that it promised not to call."""


class Aws:
    """Clients by service and region over one session. Clients are safe to share between threads."""

    def __init__(self, session: boto3.Session | None = None, operations: frozenset[str] = READS) -> None:
        """Use `session` (default: a new one), and let nothing but `operations` leave this machine."""
        from botocore.config import Config

        from vectorform import sessions

        self._session = session or sessions.session()
        self._config = Config(
            retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=CONCURRENCY,
        )
        self._operations = operations
        self._clients: dict[tuple[str, str], Any] = {}
        # Creating clients is not safe between threads (boto3, "Multithreading or multiprocessing").
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()

    @classmethod
    def of(cls, environment: Environment, operations: frozenset[str] = READS) -> Aws:
        """The clients of who deploys and verifies: the role of `provider.assume_role`, or the shell."""
        return cls.reached_by(environment.provider, environment.home.name, operations, environment.account_id)

    @classmethod
    def reached_by(
        cls, provider: Provider, region: str, operations: frozenset[str], account: str | None = None
    ) -> Aws:
        """The same, of what is known of the environment; STS is called in `region`.

        In another account than `account` nothing is called.
        """
        from vectorform import sessions

        reached = sessions.session(provider.assume_role, provider.external_id, region, account=account)
        return cls(reached, operations)

    @property
    def calls(self) -> dict[str, int]:
        """Requests sent so far by operation, retries included."""
        return dict(sorted(self._calls.items()))

    def s3vectors(self, region: str) -> S3VectorsClient:
        """The S3 Vectors client of a region."""
        return cast("S3VectorsClient", self._client("s3vectors", region))

    def iam(self, region: str) -> IAMClient:
        """The IAM client of a region's partition."""
        return cast("IAMClient", self._client("iam", region))

    def kms(self, region: str) -> KMSClient:
        """The KMS client of a region."""
        return cast("KMSClient", self._client("kms", region))

    def eks(self, region: str) -> Any:
        """The EKS client of a region."""
        return self._client("eks", region)

    def ssm(self, region: str) -> Any:
        """The Systems Manager client of a region."""
        return self._client("ssm", region)

    def bedrock_agent(self, region: str) -> Any:
        """The client of Bedrock's knowledge bases in a region."""
        return self._client("bedrock-agent", region)

    def bedrock_agent_runtime(self, region: str) -> Any:
        """The client that asks knowledge bases in a region."""
        return self._client("bedrock-agent-runtime", region)

    def sts(self, region: str) -> STSClient:
        """The STS client of a region."""
        return cast("STSClient", self._client("sts", region))

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                create: Any = self._session.client
                client = create(service, region_name=region, config=self._config)
                client.meta.events.register_first("before-call", self._allow)
                client.meta.events.register("before-send", self._count)
                self._clients[service, region] = client
            return client

    def _allow(self, *, model: Any, **_: Any) -> None:
        if model.name not in self._operations:
            raise ForbiddenOperation(f"{model.name} is not among the operations allowed here")

    def _count(self, *, event_name: str, **_: Any) -> None:
        operation = event_name.rpartition(".")[2]
        with self._lock:
            self._calls[operation] += 1
