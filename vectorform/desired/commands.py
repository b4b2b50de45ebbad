"""The commands for one region, as they must be typed.

The command line of cdktf refuses a stack without the stacks that it depends on (to deploy) or that depend
on it (to destroy): for one region of several it wants to be told that this is meant.
"""

from __future__ import annotations

from vectorform.desired.model import Environment, Region

ALONE = "--ignore-missing-stack-dependencies"


def deploy(environment: Environment, region: Region) -> str:
    """The command that deploys one region alone."""
    return _command("deploy", environment, region, alone=_wave(environment, region) > 0)


def destroy(environment: Environment, region: Region) -> str:
    """The command that destroys one region alone."""
    last = len(environment.waves) - 1
    return _command("destroy", environment, region, alone=_wave(environment, region) < last)


def search_settings(environment: Environment, region: Region) -> str:
    """The command that sets index modes and text search in one region."""
    return f"vectorform search-settings {environment.name} --region {region.name}"


def _command(verb: str, environment: Environment, region: Region, *, alone: bool) -> str:
    return f"cdktf {verb} {environment.stack_id(region)}{f' {ALONE}' if alone else ''}"


def _wave(environment: Environment, region: Region) -> int:
    """The number of its wave, from 0; 0 where there are none."""
    return next((number for number, wave in enumerate(environment.waves) if region.name in wave), 0)
