"""What HCP Terraform takes for a hostname, an organization, a workspace."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.backends import CLOUD_NAME_FORM, HOSTNAME_FORM
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

HOSTNAME = Rule("VF320", "cloud-hostname")
NAME = Rule("VF321", "cloud-name")


def check(configuration: Configuration) -> Iterator[Problem]:
    """The home region's settings: only `{region}` and `{stack}` differ in others, which have the form."""
    environment = configuration.environment
    node = configuration.root.mapping.get("backend")
    if node is None or environment.backend.type != "cloud" or not environment.regions:
        return
    host = "write only the host, such as tfe.example.com or tfe.example.com:8443"
    name = "HCP Terraform allows letters, digits, - and _"
    for rule, setting, kind, form, hint in (
        (HOSTNAME, "hostname", "hostname", HOSTNAME_FORM, host),
        (NAME, "organization", "name of an organization", CLOUD_NAME_FORM, name),
        (NAME, "workspace", "name of a workspace", CLOUD_NAME_FORM, name),
    ):
        written = environment.home.backend_settings.get(setting)
        if written and not form.match(written):
            place = node.mapping.get(setting, node)
            yield rule.at(place, ("backend", setting), f"{show(written)} is not a valid {kind}", hint)
