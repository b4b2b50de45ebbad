"""The calls of a migration: patient with a service that is busy, unwell or out of reach for a while.

Everything that is called here may be sent twice: PutVectors with the same vectors changes nothing.
"""

from __future__ import annotations

import functools
import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from vectorform.migration.places import Described, Place, described

Answer = TypeVar("Answer")

# A service that has failed for this long is given up; the journal keeps what was done.
PATIENCE_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 10.0
_CONNECT_SECONDS = 5
_READ_SECONDS = 60  # a page of vectors is some megabytes of JSON
_MISSING = "NotFoundException"
# Creating clients is not safe between threads (boto3, "Multithreading or multiprocessing").
_making = threading.Lock()
_TRANSIENT = {408, 429, 500, 502, 503, 504}


class Stopped(Exception):
    """The migration was told to end."""


class Refused(Exception):
    """The service does not do it, and will not do it later either. The message is its own."""


class Missing(Refused):
    """The service says that there is no such thing."""


def client(where: Place, connections: int) -> Any:
    """A client of the region of an index, of the shell's credentials or of the role that the place names."""
    from botocore.config import Config

    config = Config(
        retries={"total_max_attempts": 1},  # `patiently` tries again
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=connections,
        parameter_validation=False,  # it looks at every number of every vector
    )
    with _making:
        return _session(where.assume_role, where.external_id, where.region, where.account).client(
            "s3vectors", region_name=where.region, config=config
        )


@functools.cache
def _session(role: str | None, external_id: str | None, region: str, account: str | None) -> Any:
    """One for all clients of a region: it asks for a token once, and reads the service's model once."""
    from vectorform.sessions import session

    return session(role, external_id, region, _numbers_untouched(), account=account)


def _numbers_untouched() -> Any:
    """A botocore session that hands the numbers of a vector on as JSON has them.

    By its model of S3 Vectors, botocore takes each of them in hand for itself, in Python: several times the
    work of all the rest. Declared to be a document, which may hold any JSON, they pass as a whole.
    """
    from botocore.session import get_session

    session: Any = get_session()
    session.register_component("data_loader", _loader())
    return session


@functools.cache
def _loader() -> Any:
    """The service models of all regions' sessions: each is read once."""
    from botocore.session import get_session

    loader: Any = get_session().get_component("data_loader")
    load = loader.load_service_model

    def load_service_model(service_name: str, type_name: str, *version: Any, **more: Any) -> Any:
        model = load(service_name, type_name, *version, **more)
        if (service_name, type_name) == ("s3vectors", "service-2"):
            model["shapes"]["VectorData"]["document"] = True
        return model

    loader.load_service_model = load_service_model
    return loader


def describe(end: Place, stop: threading.Event) -> Described:
    """An index as it is in AWS. Raises Missing where there is none, Refused, Stopped."""
    return described(patiently(client(end, 1).get_index, stop, **end.parameters))


def patiently(call: Callable[..., Answer], stop: threading.Event, **parameters: Any) -> Answer:
    """The answer to a call, tried again while that may help. Raises Refused, Stopped."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    give_up = time.monotonic() + PATIENCE_SECONDS
    pause = 0.1
    while True:
        if stop.is_set():
            raise Stopped
        try:
            return call(**parameters)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status not in _TRANSIENT or time.monotonic() > give_up:
                missing = error.response.get("Error", {}).get("Code") == _MISSING
                raise (Missing if missing else Refused)(_said(error)) from error
        except HTTPClientError as error:  # no connection, or it broke: whether it was done is not known
            if time.monotonic() > give_up:
                raise Refused(_said(error)) from error
        except BotoCoreError as error:
            raise Refused(_said(error)) from error
        stop.wait(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())
