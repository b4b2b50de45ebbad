"""Read by every Python that has this folder on its path: a provider is handed over to the nursery.

Terraform's three pipes, the environment and the working directory go there; this process stays between until
the fork has ended, or Terraform has.
"""

import os
import sys

if sys.orig_argv[1:3] == ["-m", "vectorform.rehearsal.provider"] and os.environ.get("PROVIDER_NURSERY"):
    import marshal
    import select
    import signal
    import socket

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the provider itself
    nursery = socket.socket(socket.AF_UNIX)
    nursery.connect(os.environ["PROVIDER_NURSERY"])
    terraform = os.getppid()
    environment = dict(os.environ)
    request = marshal.dumps({"cwd": os.getcwd(), "environment": environment, "terraform": terraform})  # noqa: PTH109
    socket.send_fds(nursery, [len(request).to_bytes(8, "big")], [0, 1, 2])
    nursery.sendall(request)
    while os.getppid() == terraform:
        if select.select([nursery], [], [], 0.5)[0]:
            ended = nursery.recv(1)
            os._exit(ended[0] if ended else 1)
    os._exit(1)
