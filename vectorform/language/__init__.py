"""YAML to desired state: load, check, merge and resolve an environment. No CDKTF and no boto3 in here."""

from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.language.loader import Report, check, load, load_all, names, project_root
from vectorform.language.problems import ConfigurationError, Problem, UnreadableError

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
