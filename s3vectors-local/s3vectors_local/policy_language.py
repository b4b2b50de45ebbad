"""IAM's policy language: whether a statement speaks about a request, and what a document says.

Source: IAM User Guide, "IAM JSON policy element reference" and "Policy evaluation logic". moto has an
evaluator of its own, but it knows neither conditions nor the principals of resource policies.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from s3vectors_local.callers import Caller, Document, Session
from s3vectors_local.organizations import of_principal
from s3vectors_local.partitions import partition
from s3vectors_local.policy_conditions import conditions_met
from s3vectors_local.policy_principals import Says, principal_says, stronger
from s3vectors_local.policy_text import as_list, matches, substituted

_VERSION_WITH_VARIABLES = "2012-10-17"
_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Question:
    """May `caller` do `action` (service:Operation) to `resource` (an ARN or `*`)?

    `context` has the condition keys in lower case, each with all its values.
    """

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]


def global_context(caller: Caller, region: str, moment: float) -> dict[str, tuple[str, ...]]:
    """The condition keys that every request has; `moment` is in seconds since 1970.

    Which of them are there: IAM User Guide, "AWS global condition context keys".

    aws:SecureTransport is true, although loopback is plain HTTP: policies that demand TLS are to be
    rehearsed, not to be changed for the rehearsal.
    """
    context: dict[str, tuple[str, ...]] = {
        "aws:currenttime": (_timestamp(moment),),
        "aws:epochtime": (str(int(moment)),),
        "aws:principalisawsservice": (str(caller.service).lower(),),
        "aws:requestedregion": (region,),
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
    }
    context |= _service_context(caller) if caller.service else _principal_context(caller)
    context |= _network_context(caller, region)
    if caller.user_name:
        context["aws:username"] = (caller.user_name,)
    if caller.user_agent:
        context["aws:useragent"] = (caller.user_agent,)
    for key, value in caller.tags.items():
        context[f"aws:principaltag/{key}".lower()] = (value,)
    if caller.session:
        context |= _session_context(caller.session, moment)
    return context


def _principal_context(caller: Caller) -> dict[str, tuple[str, ...]]:
    return {
        "aws:principalaccount": (caller.account,),
        "aws:principalarn": (caller.arn,),
        "aws:principaltype": (_principal_type(caller),),
        "aws:userid": (caller.user_id,),
        **of_principal(caller.account),
    }


def _principal_type(caller: Caller) -> str:
    if caller.root:
        return "Account"
    if caller.session_arn is None:
        return "User"
    return "FederatedUser" if caller.federated_user else "AssumedRole"


def _service_context(caller: Caller) -> dict[str, tuple[str, ...]]:
    """A service has a name in place of an ARN, and somebody whom it works for."""
    source = caller.source_arn or ""
    account = source.split(":")[4] if source.count(":") >= 5 else ""
    context: dict[str, tuple[str, ...]] = {
        "aws:principalservicename": (caller.arn,),
        "aws:principalservicenameslist": (caller.arn,),
        "aws:sourceaccount": (account or caller.account,),
    }
    if source:
        context["aws:sourcearn"] = (source,)
    return context


def _network_context(caller: Caller, region: str) -> dict[str, tuple[str, ...]]:
    """Through a VPC endpoint there is no public address, and without one no endpoint."""
    if caller.vpc_endpoint is None:
        return {"aws:sourceip": (_ADDRESS,)}
    context: dict[str, tuple[str, ...]] = {
        "aws:sourcevpce": (caller.vpc_endpoint,),
        "aws:vpcsourceip": (_ADDRESS,),
    }
    if caller.vpc is not None:
        arn = f"arn:{partition(region)}:ec2:{region}:{caller.account}:vpc/{caller.vpc}"
        context |= {"aws:sourcevpc": (caller.vpc,), "aws:sourcevpcarn": (arn,)}
    return context


def _session_context(session: Session, moment: float) -> dict[str, tuple[str, ...]]:
    """What only temporary credentials have."""
    context: dict[str, tuple[str, ...]] = {
        "aws:tokenissuetime": (_timestamp(session.issued),),
        "aws:multifactorauthpresent": (str(session.mfa).lower(),),
    }
    if session.mfa:
        context["aws:multifactorauthage"] = (str(int(moment - session.issued)),)
    if session.source_identity:
        context["aws:sourceidentity"] = (session.source_identity,)
    if session.provider:
        context["aws:federatedprovider"] = (session.provider,)
    return context


def _timestamp(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="seconds")


def identity_says(documents: Iterable[Document], question: Question) -> Says:
    """The verdict of identity policies (or of a boundary, or of a session policy)."""
    said = Says.NOTHING
    for statement, variables in _statements(documents):
        if _applies(statement, question, variables):
            if statement.get("Effect") == "Deny":
                return Says.DENY
            said = Says.ALLOW
    return said


def resource_says(document: Document | None, question: Question) -> Says:
    """The verdict of a resource policy, whose statements name principals."""
    said = Says.NOTHING
    for statement, variables in _statements([document] if document else []):
        matched = principal_says(statement, question.caller)
        if matched is Says.NOTHING or not _applies(statement, question, variables):
            continue
        if statement.get("Effect") == "Deny":
            return Says.DENY
        said = stronger(said, matched)
    return said


def _statements(documents: Iterable[Document]) -> Iterable[tuple[Document, bool]]:
    """Every statement, and whether `${...}` is a variable in it: not in the version that is the default."""
    for document in documents:
        variables = document.get("Version") == _VERSION_WITH_VARIABLES
        for statement in as_list(document.get("Statement", [])):
            yield statement, variables


def _applies(statement: Document, question: Question, variables: bool) -> bool:
    return (
        _actions(statement, question.action)
        and _resources(statement, question, variables)
        and conditions_met(statement.get("Condition", {}), question.context, variables=variables)
    )


def _actions(statement: Document, action: str) -> bool:
    if "Action" in statement:
        return any(matches(str(p), action, ignore_case=True) for p in as_list(statement["Action"]))
    excluded = as_list(statement.get("NotAction", ["*"]))
    return not any(matches(str(p), action, ignore_case=True) for p in excluded)


def _resources(statement: Document, question: Question, variables: bool) -> bool:
    if "Resource" not in statement and "NotResource" not in statement:
        return True  # a trust policy has no Resource
    patterns = [str(p) for p in as_list(statement.get("Resource", statement.get("NotResource")))]
    if variables:
        patterns = [substituted(p, question.context, wildcards=True) for p in patterns]
    return any(matches(p, question.resource) for p in patterns) is ("Resource" in statement)
