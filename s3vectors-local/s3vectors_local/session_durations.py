"""How long the session of a role may last. Imports moto, once moto runs.

Source: STS API Reference, AssumeRole, DurationSeconds.
"""

from __future__ import annotations

from moto.iam.models import iam_backends

from s3vectors_local.partitions import partition
from s3vectors_local.s3vectors.errors import ValidationError
from s3vectors_local.sts_requests import SessionRequest, account_of

_HOUR = 3_600  # seconds


def check_duration(wanted: SessionRequest, region: str, *, chained: bool) -> None:
    """Raises ValidationError for a session that is longer than the role allows.

    `chained`: a session of a role wants it.
    """
    roles = iam_backends[account_of(wanted.role_arn)][partition(region)].roles.values()
    role = next((role for role in roles if role.arn == wanted.role_arn), None)
    if role is not None and wanted.duration > int(role.max_session_duration or _HOUR):
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    if chained and wanted.duration > _HOUR:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
            "chaining"
        )
