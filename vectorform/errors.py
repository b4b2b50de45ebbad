"""The one base of every error that is told to a person instead of shown as a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can put right. Its text says where, what, why and what to do.

    `exit_code`: 1 when something was found wrong, 2 when it could not be looked at.
    """

    exit_code = 2
