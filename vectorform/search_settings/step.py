"""Sets one region: all of it is checked first, and nothing is called where anything would be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from vectorform.desired import commands
from vectorform.desired.model import Environment, Index, Region, VectorBucket
from vectorform.desired.search_settings import of_buckets, of_indexes
from vectorform.errors import UserError
from vectorform.search_settings import changes
from vectorform.search_settings.changes import Change, Refused
from vectorform.verifier.aws import CONCURRENCY, Aws
from vectorform.verifier.reading import Missing, Unreadable, member, read
from vectorform.verifier.workers import concurrently

# Everything that the step may call; it deletes no vector, and creates nothing.
OPERATIONS = frozenset(
    {
        "GetIndex",
        "GetVectorBucket",
        "PutVectorBucketDefaultIndexMode",
        "UpdateIndexMode",
        "UpdateMetadataConfiguration",
    }
)
Of = Literal["vector-buckets", "indexes"]


class NotSet(UserError):
    """The file asks for something that AWS does not do; nothing was changed."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What is to be called for what is at a path of the YAML, or why nothing is."""

    path: str
    changes: tuple[Change, ...] = ()
    failure: Missing | Unreadable | Refused | None = None


class Step:
    """The settings of one region."""

    def __init__(self, environment: Environment, region: Region, aws: Aws) -> None:
        self._environment = environment
        self._region = region
        self._client: Any = aws.s3vectors(region.name)  # its stubs are older
        self._methods = {
            operation: name for name, operation in self._client.meta.method_to_api_mapping.items()
        }

    def differing(self, of: Of | None = None) -> list[Settings]:
        """What AWS has otherwise than the file, in no particular order; nothing is changed.

        Raises NotSet for what AWS would refuse, and UserError for what could not be checked.
        """
        looks: list[Callable[[], Settings]] = []
        if of != "indexes":
            looks += [partial(self._bucket, bucket) for bucket in of_buckets(self._region)]
        if of != "vector-buckets":
            looks += [partial(self._index, bucket, index) for bucket, index in of_indexes(self._region)]
        found = list(concurrently(lambda look: look(), looks, threads=CONCURRENCY))
        self._raise(found)
        return [settings for settings in found if settings.changes]

    def set(self, wanted: Iterable[Settings], on_change: Callable[[str], None]) -> None:
        """Carry out what differs. `on_change` gets a line for each call that AWS has answered.

        Raises UserError where AWS refuses one; what was set before stays, and the next run continues.
        """

        def carry_out(settings: Settings) -> Settings:
            try:
                for change in settings.changes:
                    read(self._call(change.operation), **change.parameters)
                    on_change(f"{settings.path} [{self._region.name}]: {change.what}")
            except (Missing, Unreadable) as error:
                return Settings(settings.path, failure=error)
            return settings

        self._raise(list(concurrently(carry_out, wanted, threads=CONCURRENCY)))

    def _bucket(self, bucket: VectorBucket) -> Settings:
        def found() -> Iterable[Change]:
            answer = read(self._client.get_vector_bucket, vectorBucketName=bucket.name)
            return changes.of_bucket(bucket, member(answer, "vectorBucket"))

        return _settings(bucket.key, found)

    def _index(self, bucket: VectorBucket, index: Index) -> Settings:
        def found() -> Iterable[Change]:
            answer = read(self._client.get_index, vectorBucketName=bucket.name, indexName=index.name)
            lacking = tuple(changes.of_index(bucket, index, member(answer, "index")))
            if lacking and index.index_mode == "CLASSIC":
                owner = read(self._client.get_vector_bucket, vectorBucketName=bucket.name)
                changes.require_older("index_mode", index.index_mode, member(owner, "vectorBucket"))
            return lacking

        return _settings(index.address, found)

    def _call(self, operation: str) -> Callable[..., Any]:
        name = self._methods.get(operation)
        if name is None:
            raise Unreadable(f"this boto3 does not know {operation}", "pip install -U boto3")
        method: Callable[..., Any] = getattr(self._client, name)
        return method

    def _raise(self, found: Iterable[Settings]) -> None:
        """All that went wrong in one error. Where something could not be checked, nothing is known."""
        failed = sorted((each for each in found if each.failure is not None), key=lambda each: each.path)
        if failed:
            refused = all(isinstance(each.failure, Refused) for each in failed)
            raise (NotSet if refused else UserError)("\n".join(map(self._line, failed)))

    def _line(self, failed: Settings) -> str:
        match failed.failure:
            case Missing():
                text = f"it is not there: {commands.deploy(self._environment, self._region)}"
            case Unreadable() as error:
                text = f"{error.reason}; {error.fix}"
            case error:
                text = str(error)
        return f"{failed.path} [{self._region.name}]: {text}"


def _settings(path: str, found: Callable[[], Iterable[Change]]) -> Settings:
    try:
        return Settings(path, tuple(found()))
    except (Missing, Unreadable, Refused) as error:
        return Settings(path, failure=error)
