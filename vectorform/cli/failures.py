"""What went wrong outside of us, in words: the disk, a name, stdout, the AWS configuration of the shell."""

from __future__ import annotations

import errno
import os

from vectorform.wording import printable

_REMEDIES = {
    errno.EACCES: "use a folder that you may write to",
    errno.EPERM: "use a folder that you may write to",
    errno.EROFS: "use a folder that is not read-only",
    errno.ENOSPC: "free some disk space",
    errno.EDQUOT: "free some disk space",
    errno.EFBIG: "free some disk space",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.EMFILE: "close other programs, or raise `ulimit -n`",
    errno.ENOENT: "check that it is there",
}
_OF_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO}
_AWS = "check AWS_PROFILE, AWS_ENDPOINT_URL and the AWS configuration of this shell (~/.aws/config)"


def explained(error: Exception) -> str:
    """What, where and what to do; for what is not known, that it is a bug."""
    if is_of_stdout(error):
        told = "the output is lost: redirect it elsewhere"
        return f"stdout cannot be written: {getattr(error, 'strerror', error)}; {told}"
    if isinstance(error, OSError) and error.errno is not None:
        named = isinstance(error.filename, str | bytes)
        where = f"{printable(os.fsdecode(error.filename))}: " if named else ""
        remedy = _REMEDIES.get(error.errno, "then run it again")
        return f"{where}{error.strerror}; {remedy}"
    if type(error).__module__.partition(".")[0] in ("botocore", "boto3"):
        return f"AWS cannot be called: {_line(error)}; {_AWS}"
    if isinstance(error, ValueError) and str(error).startswith("Invalid endpoint"):  # botocore's
        return f"AWS cannot be called: {_line(error)}; {_AWS}"
    if isinstance(error, RecursionError):
        return "a policy, a plan or the configuration is nested too deeply to be read; flatten it"
    if isinstance(error, MemoryError):
        return "there is not enough memory; close other programs, or use a larger machine"
    return (
        f"a bug in vectorform: {type(error).__name__}: {_line(error)}\n"
        "Run it again with --debug, and report the traceback."
    )


def is_of_stdout(error: Exception) -> bool:
    """Whether it is the output that cannot be written: of files, Python tells the name."""
    return isinstance(error, OSError) and error.filename is None and error.errno in _OF_WRITING


def of_ctrl_c(error: BaseException | None) -> bool:
    """Whether it began as Ctrl-C: Python 3.11 makes another error of what interrupts a class that is made."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _line(error: Exception) -> str:
    return printable(" ".join(str(error).split()))
