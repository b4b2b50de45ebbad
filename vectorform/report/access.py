"""Who may do what, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform.desired.arns import role_arn
from vectorform.desired.model import (
    Access,
    AccessFrom,
    Environment,
    Grant,
    KnowledgeBase,
    Oidc,
    PodIdentity,
    PolicyStatement,
    Region,
    Statement,
    VectorBucket,
)
from vectorform.desired.policies import let_in

_MAY: Mapping[str, str] = {
    "read": "may query, read and list the vectors",
    "write": "may put and delete vectors",
    "read-write": "may query, read, list, put and delete the vectors",
    "admin": "may do everything with the vectors, and create and delete the indexes",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """Who, and what of it: `source` is where it is written."""

    who: str
    what: str
    source: str = ""


def sentences(environment: Environment) -> list[Sentence]:
    """All that the environment says of access, as far as its own policies go: IAM knows more."""
    return [
        *(sentence for access in environment.access for sentence in _entry(environment, access)),
        *_of_buckets(environment),
        *_protection(environment),
    ]


def _entry(environment: Environment, access: Access) -> Iterator[Sentence]:
    source = str(access.source or "")
    if access.role is None:
        yield Sentence(f"Any principal with the policy {access.policy_name}", _may(access), source)
        return
    role = access.role
    trusted = [*role.trusted_services, *role.trusted_principals, *role.trusted_roles]
    trusted += [_users(role.oidc)] if role.oidc else []
    trusted += [_pods(role.eks_pod_identity)] if role.eks_pod_identity else []
    knowledge_bases = _working_with(environment, access)
    trusted += ["Amazon Bedrock"] if knowledge_bases else []
    by = f", assumed by {', '.join(trusted)}" if trusted else ", which nobody may assume yet"
    external = " with an external id" if role.external_id else ""
    under = f" where {_conditions(role.conditions)}" if role.conditions else ""
    whole = f"The role {role.name}{by}{external}{under}"
    if access.grants or not knowledge_bases:
        yield Sentence(whole, _may(access), source)
    for knowledge_base in knowledge_bases:
        yield Sentence(whole, _needed(knowledge_base), source)
    for statement in role.statements:
        yield Sentence(f"The role {role.name}", _own(statement), source)
    if role.managed_policies:
        named = ", ".join(arn.partition(":policy/")[2] for arn in role.managed_policies)
        yield Sentence(f"The role {role.name}", f"may do what these managed policies allow: {named}", source)
    if role.permissions_boundary:
        boundary = role.permissions_boundary.partition(":policy/")[2]
        yield Sentence(f"The role {role.name}", f"may do nothing outside its boundary {boundary}", source)
    arn = role_arn(environment, role)
    assumed = [a.role.name for a in environment.access if a.role and arn in a.role.trusted_roles]
    if assumed:
        yield Sentence(f"The role {role.name}", f"may assume {', '.join(assumed)}", source)


def _working_with(environment: Environment, access: Access) -> list[KnowledgeBase]:
    """The knowledge bases that work with the role of an entry, each once."""
    found = {
        knowledge_base.key: knowledge_base
        for region in environment.regions
        for knowledge_base in region.knowledge_bases
        if knowledge_base.role == access.key
    }
    return list(found.values())


def _needed(knowledge_base: KnowledgeBase) -> str:
    """What `vectorform.desired.knowledge_base_roles` grants, in short."""
    vectors = f"put, query, read and delete the vectors of {knowledge_base.index or knowledge_base.index_arn}"
    documents = "read the documents and " if knowledge_base.data_sources else ""
    return (
        f"may, for the knowledge base {knowledge_base.key}, {vectors}, "
        f"and {documents}call {knowledge_base.embedding_model}"
    )


def _users(oidc: Oidc) -> str:
    return f"{' or '.join(oidc.subjects)} of {oidc.provider}"


def _pods(pods: PodIdentity) -> str:
    return f"pods of {pods.namespace}/{pods.service_account} in the cluster {pods.cluster}"


def _own(statement: Statement) -> str:
    """A statement of IAM: `may bedrock:InvokeModel on *`."""
    may = "may" if statement.effect == "Allow" else "may not"
    what = ", ".join(statement.actions) or f"anything but {', '.join(statement.not_actions)}"
    on = ", ".join(statement.resources) or f"everything but {', '.join(statement.not_resources)}"
    when = f", where {_conditions(statement.conditions)}" if statement.conditions else ""
    return f"{may} {what} on {on}{when}"


def _conditions(conditions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    return "; ".join(
        f"{key} {operator} {', '.join(values)}"
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _may(access: Access) -> str:
    if not access.grants:
        return "is granted no vectors"
    may = _MAY[access.permissions] if access.permissions else f"may {', '.join(access.actions)}"
    return f"{may} of {'; '.join(map(_grant, access.grants))}"


def _grant(grant: Grant) -> str:
    if grant.index_prefix is not None:
        return f"the vector bucket {grant.bucket}, only indexes whose names start with {grant.index_prefix}"
    if grant.indexes is None:
        return f"the vector bucket {grant.bucket}, all indexes"
    return f"the vector bucket {grant.bucket}, only {', '.join(grant.indexes)}"


def _of_buckets(environment: Environment) -> Iterator[Sentence]:
    """The statements of bucket policies, each with the regions that have it."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            if bucket.access_from:
                yield _from_elsewhere(environment, region, bucket, bucket.access_from)
            for statement in bucket.policy_statements:
                place = (region.name, str(bucket.source or ""))
                found.setdefault(_statement(bucket, statement), []).append(place)
    for (who, what), places in found.items():
        regions = ", ".join(dict.fromkeys(region for region, _ in places))
        everywhere = len({region for region, _ in places}) == len(environment.regions)
        yield Sentence(who, what if everywhere else f"{what} (in {regions})", places[0][1])


def _from_elsewhere(
    environment: Environment, region: Region, bucket: VectorBucket, where: AccessFrom
) -> Sentence:
    places = ", ".join((*where.vpc_endpoints, *where.vpcs))
    excepted = ", ".join(("AWS services", *let_in(environment, region, bucket)))
    what = f"may reach {bucket.name} only through {places}, except {excepted}"
    return Sentence("Everybody", what, str(bucket.source or ""))


def _statement(bucket: VectorBucket, statement: PolicyStatement) -> tuple[str, str]:
    if statement.principals == "*":
        who = "Everybody"
    else:
        names = [name for names in statement.principals.values() for name in names]
        who = ", ".join([*names, *(f"the role {arn.rpartition('/')[2]}" for arn in statement.roles)])
        who = who[:1].upper() + who[1:]
    may = "may" if statement.effect == "Allow" else "may not"
    of = "" if statement.indexes is None else f", only {', '.join(statement.indexes)}"
    when = f", where {_conditions(statement.conditions)}" if statement.conditions else ""
    return who, f"{may} {', '.join(statement.actions)} on the vector bucket {bucket.key}{of}{when}"


def _protection(environment: Environment) -> Iterator[Sentence]:
    buckets = {bucket.key: bucket for region in environment.regions for bucket in region.vector_buckets}
    protected = [key for key, bucket in buckets.items() if bucket.deletion_protection]
    unprotected = [key for key in buckets if key not in protected]
    if protected:
        yield Sentence(
            "Nobody", f"may delete {', '.join(protected)} or any index of theirs that is not retired"
        )
    if unprotected:
        yield Sentence(
            "Any principal that IAM allows", f"may delete {', '.join(unprotected)} and all of their indexes"
        )
    if environment.protection_lifted_by:
        roles = ", ".join(environment.protection_lifted_by)
        yield Sentence("Nobody", f"may change the policy of a vector bucket, but {roles}")
