"""YAML to desired state: load, check, merge and resolve an environment. No CDKTF and no boto3 in here."""

from environments.errors import UserError
from environments.fingerprint import fingerprint
from environments.loader import Report, check, load, load_all, names, project_root
from environments.model import Environment, Region
from environments.problems import ConfigurationError, Problem, UnreadableError

__all__ = [
    "ConfigurationError",
    "Environment",
    "Problem",
    "Region",
    "Report",
    "UnreadableError",
    "UserError",
    "check",
    "fingerprint",
    "load",
    "load_all",
    "names",
    "project_root",
]
