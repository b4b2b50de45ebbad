"""`vectorform`: one module per command, each with a function `command`.

Command modules import nothing heavy at the top: what a command needs, it imports when it runs.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from vectorform import __version__
from vectorform.cli import (
    adopt,
    backend,
    bootstrap,
    cost,
    docs,
    doctor,
    eject,
    explain,
    guard,
    init,
    lock,
    migrate,
    new,
    outputs,
    permissions,
    plan_comment,
    plan_summary,
    rehearse,
    rename,
    report,
    retire,
    rollout,
    rules,
    schema,
    search_settings,
    status,
    sync,
    upgrade,
    validate,
    verify,
)
from vectorform.cli.failures import explained, is_of_stdout, of_ctrl_c
from vectorform.errors import UserError
from vectorform.wording import printable_lines

app = typer.Typer(
    name="vectorform",
    help="Provision Amazon S3 Vectors from YAML: validate, plan with Terraform, verify in AWS.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vectorform {__version__}")
        raise typer.Exit


_state = {"debug": bool(os.environ.get("VECTORFORM_DEBUG"))}


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Options of every command."""
    _state["debug"] = _state["debug"] or debug


app.command("init")(init.command)
app.command("doctor")(doctor.command)
app.command("upgrade")(upgrade.command)
app.command("validate")(validate.command)
app.command("explain")(explain.command)
app.command("rules")(rules.command)
app.command("cost")(cost.command)
app.command("report")(report.command)
app.add_typer(new.app, name="new")
app.command("rename")(rename.command)
app.command("schema")(schema.command)
app.add_typer(backend.app, name="backend")
app.command("outputs")(outputs.command)
app.command("lock")(lock.command)
app.command("bootstrap")(bootstrap.command)
app.command("permissions")(permissions.command)
app.command("rehearse")(rehearse.command)
app.command("verify")(verify.command)
app.command("search-settings")(search_settings.command)
app.command("sync")(sync.command)
app.command("status")(status.command)
app.command("rollout")(rollout.command)
app.command("migrate")(migrate.command)
app.command("retire")(retire.command)
app.command("guard")(guard.command)
app.command("adopt")(adopt.command)
app.command("docs")(docs.command)
app.command("eject")(eject.command)
app.command("plan-summary")(plan_summary.command)
app.command("plan-comment")(plan_comment.command)


def main() -> None:
    """Run the command line; exit 0 fine, 1 found something wrong, 2 the check could not run."""
    if sys.stdout is None:
        _fail("stdout is closed; redirect it, for example to /dev/null", 2)
    try:
        try:
            app(prog_name="vectorform")
        finally:
            sys.stdout.flush()
    except UserError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped", 130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ModuleNotFoundError as error:
        from vectorform.toolchain.extras import advice

        _fail(advice(error.name) or f"the installation is incomplete: {error}", 2)
    except Exception as error:
        if of_ctrl_c(error):
            _fail("stopped", 130)
        if is_of_stdout(error):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what Python still holds is lost as well
        _fail(explained(error), 2)


def _fail(message: str, exit_code: int) -> None:
    from vectorform.cli.screen_lines import on_stderr
    from vectorform.secrets import without_secrets

    if _state["debug"]:
        typer.echo(without_secrets(traceback.format_exc(), os.environ), err=True, nl=False)
    typer.echo(on_stderr(printable_lines(without_secrets(message, os.environ))), err=True)
    sys.exit(exit_code)
