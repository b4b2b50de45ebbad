"""Who may do what, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform.desired.model import Access, Environment, Grant, PolicyStatement, VectorBucket

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
    return [*map(_entry, environment.access), *_of_buckets(environment), *_protection(environment)]


def _entry(access: Access) -> Sentence:
    if access.role is None:
        who = f"Whoever has the policy {access.policy_name}"
    else:
        role = access.role
        trusted = [*role.trusted_services, *role.trusted_principals, *role.trusted_roles]
        trusted += [f"users of {role.oidc.provider}"] if role.oidc else []
        trusted += [f"pods of {role.eks_pod_identity.service_account}"] if role.eks_pod_identity else []
        by = f", assumed by {', '.join(trusted)}" if trusted else ", which nobody may assume yet"
        external = " with an external id" if access.role.external_id else ""
        who = f"The role {access.role.name}{by}{external}"
    return Sentence(
        who,
        _may(access),
        str(access.source or ""),
    )


def _may(access: Access) -> str:
    if not access.grants:
        return "may do nothing with vectors"
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
            for statement in bucket.policy_statements:
                place = (region.name, str(bucket.source or ""))
                found.setdefault(_statement(bucket, statement), []).append(place)
    for (who, what), places in found.items():
        regions = ", ".join(dict.fromkeys(region for region, _ in places))
        everywhere = len({region for region, _ in places}) == len(environment.regions)
        yield Sentence(who, what if everywhere else f"{what} (in {regions})", places[0][1])


def _statement(bucket: VectorBucket, statement: PolicyStatement) -> tuple[str, str]:
    if statement.principals == "*":
        who = "Everybody"
    else:
        who = ", ".join(name for names in statement.principals.values() for name in names)
    may = "may" if statement.effect == "Allow" else "may not"
    of = "" if statement.indexes is None else f", only {', '.join(statement.indexes)}"
    conditions = "; ".join(
        f"{key} {operator} {', '.join(values)}"
        for operator, keys in statement.conditions.items()
        for key, values in keys.items()
    )
    when = f", where {conditions}" if conditions else ""
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
        yield Sentence("Whom IAM allows", f"may delete {', '.join(unprotected)} and all of their indexes")
    if environment.protection_lifted_by:
        roles = ", ".join(environment.protection_lifted_by)
        yield Sentence("Nobody", f"may change the policy of a vector bucket, but {roles}")
