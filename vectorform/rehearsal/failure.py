"""The one way in which a rehearsal that could be held ends badly."""

from __future__ import annotations

from vectorform.errors import UserError


class RehearsalFailed(UserError):
    """The deployment under rehearsal did not succeed; Terraform and the verifier have said why."""

    exit_code = 1
