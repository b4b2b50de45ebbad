"""What the schema cannot say about an environment: its regions, their order of deployment, its state.

Rules read the desired state and point at the tree that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.desired.arns import partition
from vectorform.desired.backends import CLOUD_NAME_FORM, HOSTNAME_FORM, state_location
from vectorform.desired.model import Environment
from vectorform.desired.service_limits import REGION_FORM, REGIONS, REGIONS_AS_OF, UNCONFIRMED_REGIONS
from vectorform.language.access_rules import check_access
from vectorform.language.bucket_rules import check_buckets
from vectorform.language.nodes import Node, Path, find
from vectorform.language.problems import Problems
from vectorform.language.region_trees import RegionTree
from vectorform.language.replacement_rules import check_replacements
from vectorform.language.retirement_rules import check_history
from vectorform.language.tag_rules import TagRules
from vectorform.language.templates import TemplateError
from vectorform.wording import closest, did_you_mean, show


def check_rules(
    environment: Environment,
    root: Node,
    regions: list[RegionTree],
    problems: Problems,
    rehearsal: bool = False,
) -> None:
    """Every rule, on an environment that may have been resolved from an incomplete tree."""
    tags = TagRules(environment.tags, problems)
    tags.check_defaults(root, in_iam=bool(environment.access))
    _check_regions(root, regions, problems)
    for region, tree in zip(environment.regions, regions, strict=True):
        check_buckets(environment, region, tree.vector_buckets, tags, problems)
    check_access(environment, root, regions, tags, problems)
    if environment.protection_lifted_by:
        from vectorform.language.iam.protection_rules import check_protection  # few environments have it

        check_protection(environment, root, problems)
    check_history(environment, root, [tree.vector_buckets for tree in regions], problems)
    check_replacements(environment, root, problems, rehearsal)
    _check_waves(environment, root, problems)
    _check_backend(environment, root, problems)


def _check_regions(root: Node, regions: list[RegionTree], problems: Problems) -> None:
    accepted = find(root, ("allow_unlisted_regions",)).value is True
    seen: set[str] = set()
    for position, tree in enumerate(regions):
        node = tree.node.mapping.get("name", tree.node)
        path: Path = ("regions", position) if node is tree.node else ("regions", position, "name")
        name, home = tree.name, regions[0].name
        if name in seen:
            hint = "a region is one stack: list it once"
            problems.add(node, path, f"{show(name)} is listed twice", hint)
        seen.add(name)
        if not REGION_FORM.match(name):
            hint = did_you_mean(name, (*REGIONS, *UNCONFIRMED_REGIONS))
            hint = hint if hint.startswith("did") else "write its code, such as ap-southeast-2"
            problems.add(node, path, f"{show(name)} is not an AWS region", hint)
            continue
        if name not in REGIONS and not accepted:
            message, hint = _unlisted(name)
            problems.add(node, path, message, hint, "warning")
        if partition(name) != partition(home) and REGION_FORM.match(home):
            message = f"{show(name)} is in the partition {partition(name)}, {show(home)} in {partition(home)}"
            problems.add(node, path, message, "an account belongs to one partition: use two environments")


def _unlisted(name: str) -> tuple[str, str]:
    hint = "if S3 Vectors is there, write allow_unlisted_regions: true"
    if name in UNCONFIRMED_REGIONS:
        message = f"whether S3 Vectors is available in {show(name)} was not confirmed on {REGIONS_AS_OF}"
        return message, hint
    near = closest(name, REGIONS)
    if near:
        hint = f"did you mean `{near}`? {hint[0].upper()}{hint[1:]}"
    return f"{show(name)} was not among the regions of S3 Vectors on {REGIONS_AS_OF}", hint


def _check_waves(environment: Environment, root: Node, problems: Problems) -> None:
    waves = find(root, ("rollout", "waves"))
    if not isinstance(waves.value, list):
        return
    names = [region.name for region in environment.regions]
    seen: set[str] = set()
    for number, wave in enumerate(waves.items):
        for position, item in enumerate(wave.items):
            path: Path = ("rollout", "waves", number, position)
            if not isinstance(item.value, str):
                continue
            if item.value not in names:
                message = f"{show(item.value)} is not a region of this environment"
                problems.add(item, path, message, did_you_mean(item.value, names))
            elif item.value in seen:
                problems.add(item, path, f"{show(item.value)} is in two waves", "a region is deployed once")
            seen.add(item.value)
    if missing := [name for name in dict.fromkeys(names) if name not in seen]:
        message = f"no wave contains {', '.join(missing)}"
        problems.add(waves, ("rollout", "waves"), message, "every region is in one wave")


def _check_cloud_names(settings: Mapping[str, Any], node: Node, problems: Problems) -> None:
    """In the home region's settings: only `{region}` and `{stack}` differ in others, which have the form."""
    host = "write the host alone, such as tfe.example.com or tfe.example.com:8443"
    name = "HCP Terraform allows letters, digits, - and _"
    for setting, kind, form, hint in (
        ("hostname", "hostname", HOSTNAME_FORM, host),
        ("organization", "name of an organization", CLOUD_NAME_FORM, name),
        ("workspace", "name of a workspace", CLOUD_NAME_FORM, name),
    ):
        written = settings.get(setting)
        if written and not form.match(written):
            place = node.mapping.get(setting, node)
            problems.add(place, ("backend", setting), f"{show(written)} is no {kind}", hint)


def _check_backend(environment: Environment, root: Node, problems: Problems) -> None:
    node = root.mapping.get("backend")
    if node is None:
        return
    if environment.backend.type == "cloud" and environment.regions:
        _check_cloud_names(environment.home.backend_settings, node, problems)
    stacks: dict[str, str] = {}
    for region in environment.regions:
        try:
            location = state_location(environment, region)
        except (KeyError, TemplateError):  # incomplete, and complained about already
            return
        stack = environment.stack_id(region)
        if location and stacks.setdefault(location, stack) != stack:
            setting = "key" if environment.backend.type == "s3" else "workspace"
            message = f"the stacks {stacks[location]} and {stack} would share the state {show(location)}"
            place = node.mapping.get(setting, node)
            problems.add(place, ("backend", setting), message, f"write {{stack}} in `{setting}`")
            return
