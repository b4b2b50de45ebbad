"""The base of every error that is printed as a message instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can fix. Its text says where, what, why and what to do.

    `exit_code`: 1 when something was found wrong, 2 when it could not be checked.
    """

    exit_code = 2
