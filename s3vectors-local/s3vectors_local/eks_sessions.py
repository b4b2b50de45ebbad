"""The sessions that pods get through EKS Pod Identity: EKS Auth's one call. Imports moto.

Source: EKS Auth API Reference, AssumeRoleForPodIdentity; EKS User Guide, "Grant pods access to AWS resources
based on tags" and "Use a target IAM role". The signature of a service account's token is not checked.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from s3vectors_local import permissions, sts
from s3vectors_local.callers import Caller, service_of
from s3vectors_local.eks import Association, ResourceNotFound, associations
from s3vectors_local.eks_requests import POD_SERVICE
from s3vectors_local.identity_tokens import InvalidIdentityToken, claims_of
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question
from s3vectors_local.s3vectors.errors import ServiceError
from s3vectors_local.sts_requests import SessionRequest

_SECONDS = 6 * 3600
_LONGEST_SESSION_NAME = 64


class InvalidToken(ServiceError):
    """400 InvalidTokenException."""

    code = "InvalidTokenException"
    status = 400


class ExpiredPodToken(ServiceError):
    """400 ExpiredTokenException, of a pod's token."""

    code = "ExpiredTokenException"
    status = 400


def assume_role_for_pod(moto: Moto, caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """AssumeRoleForPodIdentity: the caller is the node, the token says which pod it is for.

    Raises InvalidToken, ExpiredPodToken, ResourceNotFound without an association, and AccessDenied where the
    role does not trust the service.
    """
    pod = _pod(str(asked.get("token", "")))
    found = _association(caller.account, region, asked["clusterName"], pod)
    cluster = f"arn:{partition(region)}:eks:{region}:{caller.account}:cluster/{found.clusterName}"
    tags = {} if found.disableSessionTags else {**pod, "eks-cluster-arn": cluster}
    if tags:
        tags["eks-cluster-name"] = found.clusterName
    wanted = SessionRequest(
        role_arn=found.roleArn,
        session_name=f"eks-{found.clusterName}-{pod['kubernetes-pod-name']}-{uuid.uuid4()}"[
            :_LONGEST_SESSION_NAME
        ],
        duration=_SECONDS,
        policy=found.policy,
        tags=tags,
        transitive=frozenset(tags),
    )
    service = service_of(POD_SERVICE, caller.account, cluster)
    for action in wanted.actions("AssumeRole"):
        permissions.check_permission(
            moto, Question(service, action, wanted.role_arn, wanted.context()), region
        )
    session = sts.session_of_role(wanted, region, provider=None)
    if found.targetRoleArn:
        session = _of_target(moto, found, session, wanted.session_name, region)
    credentials, user = session["Credentials"], session["AssumedRoleUser"]
    return {
        "subject": {"namespace": found.namespace, "serviceAccount": found.serviceAccount},
        "audience": POD_SERVICE,
        "podIdentityAssociation": {
            "associationArn": found.associationArn,
            "associationId": found.associationId,
        },
        "assumedRoleUser": {"arn": user["Arn"], "assumeRoleId": user["AssumedRoleId"]},
        "credentials": {
            "accessKeyId": credentials["AccessKeyId"],
            "secretAccessKey": credentials["SecretAccessKey"],
            "sessionToken": credentials["SessionToken"],
            "expiration": int(time.time()) + _SECONDS,
        },
    }


def _pod(token: str) -> dict[str, str]:
    """What a service account's token says of its pod, by the names of the session tags."""
    try:
        claims = claims_of(token)
    except InvalidIdentityToken as refused:
        raise InvalidToken(refused.message) from None
    kubernetes = claims.get("kubernetes.io")
    audiences = claims.get("aud")
    if not isinstance(kubernetes, dict) or POD_SERVICE not in (audiences, *(audiences or ())):
        raise InvalidToken(f"The token is not one of a service account for {POD_SERVICE}")
    if float(claims.get("exp", 0)) <= time.time():
        raise ExpiredPodToken("Token expired")
    account, pod = kubernetes.get("serviceaccount") or {}, kubernetes.get("pod") or {}
    return {
        "kubernetes-namespace": str(kubernetes.get("namespace", "")),
        "kubernetes-service-account": str(account.get("name", "")),
        "kubernetes-pod-name": str(pod.get("name", "")),
        "kubernetes-pod-uid": str(pod.get("uid", "")),
    }


def _association(account: str, region: str, cluster: str, pod: Mapping[str, str]) -> Association:
    wanted = (cluster, pod["kubernetes-namespace"], pod["kubernetes-service-account"])
    for association in associations(account, region).values():
        if (association.clusterName, association.namespace, association.serviceAccount) == wanted:
            return association
    raise ResourceNotFound(f"No association found for {'/'.join(wanted)}")


def _of_target(
    moto: Moto, found: Association, session: Mapping[str, Any], name: str, region: str
) -> dict[str, Any]:
    """The session of the target role, assumed by that of the association's own role."""
    credentials = session["Credentials"]
    caller = moto.caller(credentials["AccessKeyId"], credentials["SessionToken"], region)
    form = {
        "RoleArn": str(found.targetRoleArn),
        "RoleSessionName": name,
        "ExternalId": str(found.externalId),
    }
    permissions.check(moto, caller, "sts", "AssumeRole", region, urlencode(form).encode())
    return sts.assume_role(caller, form, region)
