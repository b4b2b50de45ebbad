"""What goes wrong in a method of the protocol, as an answer to Terraform."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.protocol import diagnostic_messages


def reporting(response: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn a ProviderError, and any slip of this program, into an error that Terraform shows."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def reporting(self: Any, request: Any, context: Any) -> Any:
            try:
                return method(self, request, context)
            except ProviderError as error:
                return response(diagnostics=diagnostic_messages([error.diagnostic]))
            except Exception as error:
                import traceback

                traceback.print_exc()  # Terraform shows it with TF_LOG
                summary = f"The offline provider failed in {method.__name__}: {error!r}"
                detail = "This is a bug in the offline provider. TF_LOG=error shows where."
                return response(diagnostics=diagnostic_messages([Diagnostic(summary, detail)]))

        return reporting

    return decorate
