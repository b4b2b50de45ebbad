"""Rehearse an environment: the real `cdktf deploy` against a local AWS, with environment variables alone.

Nothing in config/ and nothing in stacks/ knows about it. Terraform, the provider, boto3 and the verifier
are pointed at loopback; state and synthesized stacks live in `.rehearsal/`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from s3vectors_local.process import LocalAws, local_aws
from vectorform import engine
from vectorform.desired.backends import REHEARSAL_APP
from vectorform.desired.model import Environment
from vectorform.desired.organizations import organizations
from vectorform.desired.outputs import region_variables, variables
from vectorform.desired.search_settings import CREATED_BEFORE, any_in
from vectorform.errors import UserError
from vectorform.processes.output_lock import held
from vectorform.processes.tied import run_tied
from vectorform.rehearsal import beforehand
from vectorform.rehearsal.caller import refuse_shut_out
from vectorform.rehearsal.failure import RehearsalFailed
from vectorform.rehearsal.first_states import behind_an_address, initialise
from vectorform.rehearsal.folder import Folder, Kept
from vectorform.rehearsal.provider.mirror import offline
from vectorform.rehearsal.second_plan import nothing_left_to_change
from vectorform.wording import printable

FOLDER = ".rehearsal"
PROVIDERS = ("offline", "registry")

_BIN = Path(sys.prefix) / "bin"
# The cdktf CLI redraws its screen ten times a second, also into a file, unless it believes to be in CI.
_PLAIN_OUTPUT = {"CI": "true", "FORCE_COLOR": "0", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Rehearsed:
    """A finished rehearsal: how to reach what it made, and whether the local AWS continues.

    `exports` and `unset` turn a shell to it; `surroundings` are the whole process environment of a child.
    """

    aws: LocalAws
    exports: Mapping[str, str]
    unset: Sequence[str]
    surroundings: Mapping[str, str]
    kept: bool


def folder(root: Path) -> Folder:
    """The rehearsal folder of a project."""
    return Folder(root / FOLDER)


@contextlib.contextmanager
def rehearsed(
    environment: Environment, root: Path, *, keep: bool, provider: str, tell: Callable[[str], None]
) -> Iterator[Rehearsed]:
    """Deploy, see that nothing is left to change, then hand over the running local AWS.

    Starts from nothing, or from what a kept local AWS holds, and ends that afterwards, unless it is kept.
    `tell` receives a line for every step.
    Raises RehearsalFailed when the deployment fails or a second one would change anything, UserError when
    the rehearsal cannot be held.
    """
    refuse_shut_out(environment)
    here = folder(root)
    with (
        here.locked(),
        _aws(environment, here, tell) as (aws, was_kept),
        held(here.synthesized, tell) as ours,
    ):
        exports = _exports(environment, aws, here, root, provider)
        # The process environment of every child: nothing of the caller's AWS or Terraform settings survives.
        surroundings = {**_without_terraform(aws.surroundings(), provider), **exports, **ours}
        if not sys.stderr.isatty():
            surroundings |= _PLAIN_OUTPUT
        for thing in beforehand.make(environment, aws):
            tell(printable(f"Made for the rehearsal: {thing.kind} {thing.arn}, {thing.detail}"))
        if older := beforehand.older_vector_buckets(environment):
            aws.older(older)
            tell(f"For the rehearsal, these vector buckets were {CREATED_BEFORE}: {', '.join(older)}")
        folders = [
            here.synthesized / "stacks" / environment.stack_id(region) for region in environment.regions
        ]
        # What was kept has a local state already, which is true to the last resource.
        served: contextlib.AbstractContextManager[dict[str, str]] = (
            contextlib.nullcontext({}) if was_kept else behind_an_address(here.path, folders)
        )
        with served as states:
            _deploy(environment, root, {**surroundings, **states})
            _set_search(environment, root, surroundings, tell)
            tell("Synthesizing and planning again: nothing may change")
            before = _documents(folders)
            _synthesize(here, root, {**surroundings, **states})
            if _documents(folders) != before:
                raise RehearsalFailed("the second synth wrote different Terraform JSON than the first")
            if not nothing_left_to_change(folders, root, surroundings):
                raise RehearsalFailed("a second deploy would change something, as Terraform shows above")
        if keep and not was_kept:
            initialise(folders, root, surroundings)
            here.keep(aws, Kept(exports, _misleading(exports)))
            aws.keep()
        yield Rehearsed(aws, exports, _misleading(exports), surroundings, kept=keep or was_kept)


@contextlib.contextmanager
def _aws(
    environment: Environment, here: Folder, tell: Callable[[str], None]
) -> Iterator[tuple[LocalAws, bool]]:
    """The kept local AWS, or one that ends with the rehearsal."""
    kept = here.kept_aws()
    if kept is not None:
        if kept.account_id != environment.account_id:
            raise UserError(
                f"the running local AWS is account {kept.account_id}, {environment.name} belongs to "
                f"{environment.account_id}: stop it with `vectorform rehearse --stop` first"
            )
        tell(f"Using the running local AWS at {kept.endpoint}")
        yield kept, True
        return
    here.clear()
    named = organizations(environment)
    member_of = named[0] if named else None
    with local_aws(account_id=environment.account_id, organization=member_of) as aws:
        within = f", in the organization {member_of}, which the file names" if member_of else ""
        tell(f"Local AWS at {aws.endpoint}, account {aws.account_id}{within}")
        yield aws, False


def _deploy(environment: Environment, root: Path, surroundings: Mapping[str, str]) -> None:
    cdktf = shutil.which("cdktf", path=surroundings["PATH"])
    if cdktf is None:
        raise UserError("there is no cdktf command: vectorform doctor --install")
    stacks = [environment.stack_id(region) for region in environment.regions]
    command = [cdktf, "deploy", *stacks, "--auto-approve"]
    exit_code = run_tied(command, cwd=root, environment=surroundings, output=sys.stderr.fileno())
    if exit_code != 0:
        raise RehearsalFailed(f"`cdktf deploy {' '.join(stacks)}` failed; the output above says why")


def _synthesize(here: Folder, root: Path, surroundings: Mapping[str, str]) -> None:
    """As the second `cdktf deploy` would, without its command line, which takes longer than the synth."""
    app = surroundings["CDKTF_APP"]
    environment = {**surroundings, "CDKTF_OUTDIR": str(here.synthesized)}
    if run_tied(["sh", "-c", app], cwd=root, environment=environment, output=sys.stderr.fileno()) != 0:
        raise RehearsalFailed("the second synth failed; the output above says why")


def _set_search(
    environment: Environment, root: Path, surroundings: Mapping[str, str], tell: Callable[[str], None]
) -> None:
    """Index modes and text search, where the apply leaves them to the person who deploys."""
    if environment.verification.after_apply or not any(map(any_in, environment.regions)):
        return
    command = ["vectorform", "search-settings", environment.name]
    tell(f"Setting index modes and text search: {' '.join(command)}")
    program = [sys.executable, "-m", *command]
    if run_tied(program, cwd=root, environment=surroundings, output=sys.stderr.fileno()) != 0:
        raise RehearsalFailed(f"`{' '.join(command)}` failed; the output above says why")


def _exports(
    environment: Environment, aws: LocalAws, here: Folder, root: Path, provider: str
) -> dict[str, str]:
    """The variables that turn a shell, and all that it starts, to the rehearsal: in the home region."""
    exports = {
        **aws.environment(),
        **region_variables(environment.home),
        **_outputs(environment),
        "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        engine.VARIABLE: engine.binary(start=root),  # the state is written for it
        "CDKTF_OUTPUT": str(here.synthesized),
        "CDKTF_APP": f"'{sys.executable}' -m {REHEARSAL_APP}",
        # Looking for newer versions waits for minutes where the network swallows it.
        "CHECKPOINT_DISABLE": "1",
        "DISABLE_VERSION_CHECK": "1",
    }
    if provider == "offline":
        exports |= offline(here.path / "terraform")
    return exports


def _outputs(environment: Environment) -> dict[str, str]:
    """What applications know it by; nothing where two would have one name, no fault of the rehearsal."""
    try:
        return variables(environment, environment.home)
    except UserError:
        return {}


def _misleading(exports: Mapping[str, str]) -> list[str]:
    """The caller's variables that would lead a shell away from the rehearsal, a profile for instance."""
    return sorted(
        name for name in os.environ if name.startswith(("AWS_", "TF_", "CDKTF_")) and name not in exports
    )


def _without_terraform(variables: Mapping[str, str], provider: str) -> dict[str, str]:
    """Without the caller's Terraform settings: a workspace or arguments would change what is rehearsed.

    Where the genuine provider comes from (a mirror, a cache) stays the caller's business.
    """
    kept = {"TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"} if provider == "registry" else set()
    return {
        name: value
        for name, value in variables.items()
        if name in kept or not name.startswith(("TF_", "CDKTF_"))
    }


def _documents(folders: Iterable[Path]) -> dict[Path, bytes]:
    """The Terraform JSON in every folder of a stack."""
    return {folder: (folder / "cdk.tf.json").read_bytes() for folder in folders}
