"""Read by every Python that has this folder on its path: what the nursery knows is handed over to it.

The three standard files, the environment and the working directory go there; this process stays between until
the fork has ended, and passes signals on. A provider ends with Terraform, which it would have as its parent.
"""

import os
import sys


def program() -> str | None:
    """Which of the nursery's programs this Python was started for."""
    arguments = sys.orig_argv[1:]
    if arguments[:2] == ["-m", "vectorform.rehearsal.provider"]:
        return "provider"
    if arguments[:2] == ["-m", "s3vectors_local"]:
        return "local AWS"
    if arguments[:1] == [f"{sys.prefix}/bin/vectorform"] and "VECTORFORM_DEBUG" not in os.environ:
        return "command"
    return None


def hand_over(what: str) -> None:
    """Have it done by a fork of the nursery, and end as that ends."""
    import marshal
    import select
    import signal
    import socket

    nursery = socket.socket(socket.AF_UNIX)
    nursery.connect(os.environ["TESTS_NURSERY"])
    parent = os.getppid()
    request = {
        "program": what,
        "arguments": sys.orig_argv[2 if what == "command" else 3 :],
        "cwd": os.getcwd(),  # noqa: PTH109
        "environment": dict(os.environ),
        "parent": parent,
    }
    text = marshal.dumps(request)
    socket.send_fds(nursery, [len(text).to_bytes(8, "big")], [0, 1, 2])
    nursery.sendall(text)
    fork = int.from_bytes(nursery.recv(8), "big")
    if what == "provider":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the provider itself
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(fork, number))
    while what != "provider" or os.getppid() == parent:
        if select.select([nursery], [], [], 0.5)[0]:
            ended = nursery.recv(1)
            os._exit(ended[0] if ended else 1)
    os._exit(1)


_ours = os.environ.get("TESTS_NURSERY") and os.environ.get("TESTS_NURSERY_PREFIX") == sys.prefix
if _ours and (_program := program()):
    hand_over(_program)
