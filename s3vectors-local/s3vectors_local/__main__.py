"""`s3vectors-local`, or `python -m s3vectors_local`: run the local AWS until it is stopped."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
from pathlib import Path

from s3vectors_local import __version__, lifetime, organizations


def main() -> int:
    """Serve until SIGTERM, SIGINT or, with --tied, the end of stdin. Exit code 2: it could not start."""
    arguments = _arguments()
    lifetime.end_on_signals()
    try:
        _serve(arguments)
    except KeyboardInterrupt:
        return 0
    except OSError as problem:
        sys.stderr.write(f"local AWS: {problem}\n")
        return 2
    return 0


def _serve(arguments: argparse.Namespace) -> None:
    from s3vectors_local.gateway import Gateway
    from s3vectors_local.loopback import stay_on_loopback
    from s3vectors_local.moto_services import Moto
    from s3vectors_local.persistence import State
    from s3vectors_local.process import LOCAL_CREDENTIAL
    from s3vectors_local.s3vectors.store import Stores
    from s3vectors_local.server import HOST, make

    stay_on_loopback()
    if arguments.organization is not None:
        organizations.join(arguments.account, arguments.organization)
    moto = Moto(arguments.account)
    with contextlib.ExitStack() as open_things:
        if arguments.state is not None:
            state = open_things.enter_context(contextlib.closing(State.open(arguments.state)))
            gateway = Gateway(moto, *state.restore(moto), journal=state)
        else:
            gateway = Gateway(moto, Stores())
        server = make(gateway, arguments.account, arguments.port)
        open_things.callback(server.server_close)
        if arguments.tied:
            lifetime.end_with_stdin()
        ready = {"endpoint": f"http://{HOST}:{server.port}", "pid": os.getpid()}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        if sys.stderr.isatty() and not arguments.tied:
            key = f"AWS_ACCESS_KEY_ID={LOCAL_CREDENTIAL} AWS_SECRET_ACCESS_KEY={LOCAL_CREDENTIAL}"
            sys.stderr.write(f"export AWS_ENDPOINT_URL={ready['endpoint']} {key}\nCtrl-C ends it.\n")
        sys.stdout = sys.stderr  # libraries may print; the one line is all that stdout carries
        server.serve_forever()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="s3vectors-local", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument(
        "--account",
        type=_account,
        default="123456789012",
        help="account of the default credentials (default: 123456789012)",
    )
    parser.add_argument(
        "--organization",
        type=_organization,
        help="organization of the account, such as o-abcdefghij (default: none)",
    )
    parser.add_argument("--state", type=Path, help="directory to keep everything in (default: memory only)")
    parser.add_argument(
        "--tied", action="store_true", help="end when stdin ends, unless `keep` was written to it"
    )
    parser.add_argument("--version", action="version", version=f"s3vectors-local {__version__}")
    return parser.parse_args()


def _account(text: str) -> str:
    if not re.fullmatch(r"\d{12}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an account ID: write 12 digits")
    return text


def _organization(text: str) -> str:
    if not organizations.FORM.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an organization ID: write o- and at least 10 lower-case letters or digits"
        )
    return text


if __name__ == "__main__":
    sys.exit(main())
