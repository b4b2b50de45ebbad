"""Calls of every service but S3 Vectors, on their way to moto."""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from s3vectors_local import eks_requests, permissions
from s3vectors_local.answers import json_response
from s3vectors_local.callers import Caller
from s3vectors_local.calls import Call
from s3vectors_local.kms_requests import by_id, check_policy, with_defaults
from s3vectors_local.model_constraints import JSON, QUERY, check_input, of_form
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.policy_grammar import Malformed, check_identity_policy, check_trust_policy
from s3vectors_local.s3vectors.errors import MalformedPolicy, NotBuilt, SerializationError
from s3vectors_local.sts_constraints import check_session
from s3vectors_local.sts_requests import form_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_FORM = "application/x-www-form-urlencoded"
_OF_TRUST = ("CreateRole", "UpdateAssumeRolePolicy")
_OF_IDENTITIES = ("CreatePolicy", "CreatePolicyVersion", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy")


class OtherServices:
    """moto's services; `changed` is called after every call that may have changed their state."""

    def __init__(self, moto: Moto, changed: Callable[[], None]) -> None:
        self._moto = moto
        self._changed = changed

    def serve(self, call: Call, body: bytes, caller: Caller | None) -> Response:
        """moto's answer. Raises AccessDenied, and NotBuilt for what moto lacks."""
        about_pods = eks_requests.route(call.http.method, call.http.path) if _is_eks(call) else None
        if about_pods:
            body = _with_path(body, about_pods[1], call)
        elif call.service in JSON:
            body = json.dumps(_members(body)).encode()
        _check_input(call, body)
        if caller is not None:
            permissions.check(self._moto, caller, call.service, call.operation, call.region, body)
            if about_pods:
                answered = self._about_pods(call, json.loads(body), caller)
                self._changed()
                return json_response(answered)
        if call.service == "kms" and caller is not None:
            check_policy(call.operation, body, caller, call.region)
        if call.service == "iam":
            _check_policy(call.operation, body, partition(call.region))
        answer = self._answer(call, body, caller)
        if answer is not None:
            self._changed()
            return answer
        # What werkzeug has read and kept of the request goes: moto reads it anew.
        environ = {k: v for k, v in call.http.environ.items() if not k.startswith("werkzeug.")}
        if call.service == "kms" and caller is not None:
            scope = f"arn:{partition(call.region)}:kms:{call.region}:{caller.account}"
            body = with_defaults(call.operation, by_id(call.operation, body, scope))
        if call.service == "s3" and (call.http.content_type or "").startswith(_FORM):
            environ["CONTENT_TYPE"] = "application/octet-stream"  # of a form moto would keep nothing
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        if caller is not None:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account
        response = self._of_moto(call, environ)
        if call.service == "iam" and caller is not None and response.status_code == 200:
            self._moto.iam_done(call.operation, _form(call, body), caller, call.region)
        if call.http.method != "GET":
            self._changed()
        return response

    def _of_moto(self, call: Call, environ: WSGIEnvironment) -> Response:
        """moto's answer. Raises NotBuilt for what it lacks, or fails at."""
        named = f"{call.service}:{call.operation}"
        try:
            return self._moto.answer(call.service, environ)
        except NotImplementedError as lacking:
            raise NotBuilt(f"{named} is not built in the local AWS ({lacking})") from lacking
        except Exception as problem:  # not for the client to try again, as it would after a 500
            traceback.print_exc(file=sys.stderr)
            reason = f"moto fails at this request: {type(problem).__name__}: {problem}"
            raise NotBuilt(f"{named} is not built in the local AWS ({reason})") from problem

    def _about_pods(self, call: Call, asked: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The answer of EKS, or of EKS Auth, about pod identity. Raises ServiceError."""
        with self._moto.alone():
            from s3vectors_local import eks, eks_sessions

            if call.operation == "AssumeRoleForPodIdentity":
                return eks_sessions.assume_role_for_pod(self._moto, caller, asked, call.region)
            return eks.OPERATIONS[call.operation](caller, asked, call.region)

    def _answer(self, call: Call, body: bytes, caller: Caller | None) -> Response | None:
        """The answer to what is served here, because moto lacks it or forgets half of it; or None."""
        if call.service == "kms" and caller is not None:
            return self._of_key(call, body, caller)
        if call.service not in ("iam", "sts"):
            return None
        form, answer = _form(call, body), None
        if call.service == "sts":
            answer = self._moto.sts(call.operation, form, caller, call.region)
        elif caller is not None:
            answer = self._moto.iam(call.operation, form, caller, call.region)
        return None if answer is None else Response(answer, 200, content_type="text/xml")

    def _of_key(self, call: Call, body: bytes, caller: Caller) -> Response | None:
        with self._moto.alone():
            from s3vectors_local import kms_additions, kms_states

            kms_states.check_keys(call.operation, _members(body), caller, call.region)
            answer = kms_additions.serve(call.operation, _members(body), caller, call.region)
        return None if answer is None else Response(json.dumps(answer), content_type=call.http.content_type)


def _check_input(call: Call, body: bytes) -> None:
    """Raises ValidationError and other errors of a request that do not depend on the caller."""
    if call.service in JSON:
        check_input(call.service, call.operation, _members(body))
    elif call.service in QUERY:
        given = of_form(call.service, call.operation, _form(call, body))
        check_input(call.service, call.operation, given)
        if call.service == "sts":
            check_session(call.operation, given)


def _form(call: Call, body: bytes) -> dict[str, str]:
    return {**call.http.args.to_dict(), **form_of(body)}


def _is_eks(call: Call) -> bool:
    return call.service in ("eks", "eks-auth")


def _with_path(body: bytes, named: Mapping[str, str], call: Call) -> bytes:
    """All members of a call in one object, as in the service model: of its body, its path and its query."""
    query = {name: values if name == "tagKeys" else values[0] for name, values in call.http.args.lists()}
    return json.dumps({**_members(body), **query, **named}).encode()


def _members(body: bytes) -> dict[str, Any]:
    """The members of a JSON object; a null one is as good as left out."""
    try:
        members = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SerializationError("The request is not JSON") from None
    if not isinstance(members, dict):
        raise SerializationError("The request is not a JSON object")
    return {name: value for name, value in members.items() if value is not None}


def _check_policy(operation: str, body: bytes, partition_name: str) -> None:
    """Raises MalformedPolicy for a policy that IAM would not take; moto takes nearly all."""
    text = form_of(body).get("AssumeRolePolicyDocument" if operation == "CreateRole" else "PolicyDocument")
    if text is None:
        return
    try:
        if operation in _OF_TRUST:
            check_trust_policy(text, partition_name)
        elif operation in _OF_IDENTITIES:
            check_identity_policy(text)
    except Malformed as refused:
        raise MalformedPolicy(str(refused)) from None
