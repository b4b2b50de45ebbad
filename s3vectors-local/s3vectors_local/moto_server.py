"""moto's server, which says of a request that it has nothing for it. Imports moto, which takes half a second.

moto itself answers such a request with a page of HTML, with an empty 404, as S3, or by an exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import OperationNotFoundError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_NO_SERVICE = "moto does not have this service"
_NO_OPERATION = "moto does not have this operation"
# What is no service of AWS: /moto-api resets everything, unasked who wants it.
_OF_MOTO = ("moto_api", "instance_metadata")
_SIGNED_AS_S3 = ("s3", "s3express")


class Services(DomainDispatcherApplication):  # type: ignore[misc]
    """Every service of moto that is one of AWS."""

    def __init__(self) -> None:
        super().__init__(_app)

    def get_backend_for_host(self, host: str | None) -> Any:
        """As moto finds it. Raises NotImplementedError for what only moto has."""
        backend = super().get_backend_for_host(host)
        if backend in _OF_MOTO:
            raise NotImplementedError(_NO_SERVICE)
        return backend

    def application(self, service: str, environ: WSGIEnvironment) -> Any:
        """What serves this request. Raises NotImplementedError where moto does not have the service."""
        try:
            application = self.get_application(environ)
        except Exception as unknown:  # moto fails in several ways for a service that it does not have
            raise NotImplementedError(_NO_SERVICE) from unknown
        # moto takes every service whose name begins with `s3` for S3 itself.
        if application.service == "s3" and service not in _SIGNED_AS_S3:
            raise NotImplementedError(_NO_SERVICE)
        return application


def answer(application: Any, environ: WSGIEnvironment) -> Response:
    """One answer. Raises NotImplementedError where moto does not have the operation."""
    try:
        response = Response.from_app(application, environ, buffered=True)
    except OperationNotFoundError as unknown:
        raise NotImplementedError(_NO_OPERATION) from unknown
    if response.status_code == 404 and not response.data and environ["REQUEST_METHOD"] != "HEAD":
        raise NotImplementedError(_NO_OPERATION)
    return response


def _app(service: Any) -> Any:
    app = create_backend_app(service)
    for unknown in (NotFound, MethodNotAllowed):
        app.register_error_handler(unknown, _not_routed)
    return app


def _not_routed(_problem: Exception) -> Any:
    raise NotImplementedError(_NO_OPERATION)
