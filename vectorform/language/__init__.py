"""YAML to desired state: load, check, merge and resolve an environment. No CDKTF and no boto3 in here."""

from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.language.loader import Report, check, load, load_with_backend, names, not_read, project_root
from vectorform.language.problems import ConfigurationError, Problem, UnreadableError
from vectorform.language.survey import Stacks, check_all, load_all, load_stacks, load_to_deploy

__all__ = [
    "ConfigurationError",
    "Environment",
    "Problem",
    "Region",
    "Report",
    "Stacks",
    "UnreadableError",
    "UserError",
    "check",
    "check_all",
    "fingerprint",
    "load",
    "load_all",
    "load_stacks",
    "load_to_deploy",
    "load_with_backend",
    "names",
    "not_read",
    "project_root",
]
