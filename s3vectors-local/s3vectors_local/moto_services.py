"""Everything that is not S3 Vectors: moto's server, loaded when it is first needed.

Importing moto takes half a second, and most requests of a rehearsal do not need it.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from s3vectors_local.callers import Caller, root_of, service_of
from s3vectors_local.iam_entities import Entity, Role
from s3vectors_local.kms_keys import Grant, KmsKey
from s3vectors_local.partitions import partition
from s3vectors_local.policy_grammar import is_service
from s3vectors_local.policy_text import with_quoted_numbers
from s3vectors_local.s3vectors.errors import INVALID_TOKEN, UnrecognizedClient
from s3vectors_local.ssm_requests import Parameter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Response

    from s3vectors_local.s3_objects import S3Bucket

_ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


class Moto:
    """moto's services of one process; `account` is the account of all credentials that moto does not know."""

    def __init__(self, account: str) -> None:
        self.account = account
        self._lock = threading.RLock()
        self._app: Any = None

    def answer(self, service: str, environ: WSGIEnvironment) -> Response:
        """moto's answer to one request. Raises NotImplementedError for what it lacks."""
        services = self._load()
        from s3vectors_local import moto_server

        application = services.application(service, environ)
        # One at a time: moto is not made for threads, and `dump` must see no change half done.
        with self._lock:
            return moto_server.answer(application, environ)

    def caller(self, access_key: str, token: str | None, region: str) -> Caller:
        """Who signs with this access key.

        A key of a local IAM user or of an assumed role is that principal; the name of a service
        (`lambda.amazonaws.com`) is that service; the ARN of an account's root is that root. Any other made-up
        key is the root of the default account, or of the account whose twelve digits it is, and may assume
        roles besides. But a key that looks like one that AWS has issued and that is not known here is
        refused, so that a deleted user does not become root. Raises UnrecognizedClient, ExpiredToken.
        """
        if self._app is not None:
            from s3vectors_local.principals import principal_of

            with self._lock:
                known = principal_of(access_key, token, partition(region))
            if known is not None:
                return known
        if access_key.startswith(("AKIA", "ASIA")):
            raise UnrecognizedClient(INVALID_TOKEN)
        if is_service(access_key):
            return service_of(access_key, self.account)
        root = _ROOT.fullmatch(access_key)
        if root:
            return root_of(root[1], partition(region))
        account = access_key if len(access_key) == 12 and access_key.isdigit() else self.account
        return root_of(account, partition(region), made_up=True)

    def kms_key(self, arn: str) -> KmsKey | None:
        """The KMS key with this ARN or the ARN of one of its aliases, or None."""
        if self._app is None:
            return None
        from moto.kms.models import kms_backends

        _, _, _, region, account, resource = arn.split(":", 5)
        regions = kms_backends[account]
        keys = regions[region].keys if region in regions else {}
        if resource.startswith("alias/"):
            key = next((key for key in keys.values() if resource in key.aliases), None)
        else:
            key = keys.get(resource.removeprefix("key/"))
        if key is None or arn not in (key.arn, key.arn.replace(f"key/{key.id}", resource)):
            return None
        aliases = tuple(sorted(key.aliases))
        usage = key.key_usage or "ENCRYPT_DECRYPT"  # moto keeps no default
        grants = tuple(map(_grant, key.grants.values()))
        tags = kms_backends[account][region].tagger.get_tag_dict_for_resource(key.id)
        return KmsKey(key.arn, key.policy, key.key_state, usage, key.key_spec, aliases, grants, tags)

    def entity(self, kind: str, partition_name: str, account: str, name: str) -> Entity | None:
        """The IAM role or user of this name; None where there is none, and for another kind."""
        self._load()
        from s3vectors_local import principals

        with self._lock:
            return principals.entity(kind, partition_name, account, name)

    def role(self, partition_name: str, account: str, name: str) -> Role | None:
        """The IAM role of this name, or None."""
        self._load()
        from moto.iam.models import iam_backends

        with self._lock:
            roles = iam_backends[account][partition_name].roles.values()
            found = next((role for role in roles if role.name == name), None)
        if found is None:
            return None
        return Role(found.arn, found.assume_role_policy_document)

    def session_for_service(self, role_arn: str, name: str) -> Caller | None:
        """The session of a role that a service of AWS has assumed, or None when there is no such role."""
        self._load()
        from s3vectors_local.principals import session_for_service

        partition_name, account = role_arn.split(":")[1], role_arn.split(":")[4]
        with self._lock:
            return session_for_service(account, partition_name, role_arn, name)

    def s3_bucket(self, name: str) -> S3Bucket | None:
        """The S3 bucket of this name, in whichever account, or None."""
        self._load()
        from s3vectors_local.s3_objects import bucket

        with self._lock:
            return bucket(name)

    def sts(self, operation: str, form: Mapping[str, str], caller: Caller | None, region: str) -> str | None:
        """The answer of STS to a form, or None for an operation that is moto's. Raises ServiceError."""
        self._load()
        from s3vectors_local import sts

        with self._lock:
            if operation in sts.UNSIGNED:
                return sts.xml(operation, sts.UNSIGNED[operation](form, region))
            if operation in sts.SIGNED and caller is not None:
                return sts.xml(operation, sts.SIGNED[operation](caller, form, region))
        return None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """moto is loaded, and nobody else's for as long as this lasts."""
        self._load()
        with self._lock:
            yield

    def parameter(self, account: str, region: str, name: str) -> Parameter | None:
        """The parameter of this name or ARN in Parameter Store, or None."""
        self._load()
        from moto.ssm.models import ssm_backends

        name = f"/{name.partition(':parameter/')[2]}" if name.startswith("arn:") else name
        with self._lock:
            backend = ssm_backends[account][region]
            versions = backend._parameters.get(name) if name in backend._parameters else None
            if not versions:
                return None
            tags = {str(key): str(value) for key, value in backend._resource_tags["Parameter"][name].items()}
            return Parameter(versions[-1].keyid, tags)

    def load_all(self) -> None:
        """Import moto now, for those who look into its services."""
        self._load()

    def iam(self, operation: str, form: Mapping[str, str], caller: Caller, region: str) -> str | None:
        """The answer of IAM to a form, or None for an operation that is moto's. Raises ServiceError."""
        self._load()
        from s3vectors_local import iam_additions

        with self._lock:
            return iam_additions.serve(operation, form, caller, region)

    def iam_done(self, operation: str, form: Mapping[str, str], caller: Caller, region: str) -> None:
        """Keep what moto's IAM forgets of a call that it has answered."""
        from s3vectors_local import iam_additions

        with self._lock:
            iam_additions.finish(operation, form, caller, region)

    def dump(self) -> bytes | None:
        """The state of the services that are kept, or None when there is none."""
        if self._app is None:
            return None
        from s3vectors_local import moto_state

        with self._lock:
            return moto_state.dump()

    def load(self, state: bytes) -> None:
        """Take over what `dump` has returned, in this or in an earlier process. Raises ValueError."""
        self._load()
        from s3vectors_local import moto_state

        moto_state.load(state)

    def _load(self) -> Any:
        with self._lock:
            if self._app is None:
                # No cross-origin answers: a web page has no business here.
                os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
                os.environ["MOTO_ENABLE_ISO_REGIONS"] = "true"
                os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
                _take_numbers_in_conditions()
                _take_conditions_of_buckets()
                from s3vectors_local.moto_server import Services

                self._app = Services()
            return self._app


def _grant(made: Any) -> Grant:
    constraints = made.constraints or {}
    return Grant(
        made.grantee_principal,
        tuple(made.operations),
        constraints.get("EncryptionContextEquals"),
        constraints.get("EncryptionContextSubset"),
    )


def _take_conditions_of_buckets() -> None:
    from s3vectors_local import s3_policies

    s3_policies.install()


def _take_numbers_in_conditions() -> None:
    """moto's check of a policy takes texts and booleans alone."""
    from moto.iam.policy_validation import BaseIAMPolicyValidator

    check = BaseIAMPolicyValidator.__init__

    def check_quoted(self: BaseIAMPolicyValidator, policy_document: str) -> None:
        check(self, with_quoted_numbers(policy_document))

    BaseIAMPolicyValidator.__init__ = check_quoted
