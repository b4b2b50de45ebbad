"""Whether a KMS key's policy lets S3 Vectors index under the key: yes, no, or not to be known from here.

Elements and their matching: IAM User Guide, "IAM JSON policy elements reference" and "Conditions with
multiple context keys or values". Two things are not known: whether the service names the index or its bucket
as aws:SourceArn (the User Guide's statement fits both), and condition keys beside those that it documents.
What only such a thing would decide is "perhaps". The local AWS refuses exactly what is "no" here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from vectorform.desired.policies import INDEXING_PRINCIPAL
from vectorform.desired.wildcards import arn_matches, matches
from vectorform.verifier.documents import as_list

Answer = Literal["yes", "perhaps", "no"]
Context = Mapping[str, Sequence[str]]

_CONTEXT_KEYS = ("aws:s3vectors:arn", "aws:s3vectors:resource-id")
_DECRYPT = "kms:Decrypt"  # the User Guide asks for no more; see `indexing_statement`


def lets_index(document: Mapping[str, Any], key: str, account: str, sources: Iterable[str]) -> Answer:
    """The answer for one index of `account` under the key with the ARN `key`.

    `sources` are the ARNs that the service may name: the index's and the bucket's.
    """
    answers = {_allows(document, key, _context(account, source)) for source in sources}
    return answers.pop() if len(answers) == 1 else "perhaps"


def _context(account: str, source: str) -> Context:
    """What the service sends to KMS (S3 User Guide, "Data protection and encryption in S3 Vectors")."""
    return {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (INDEXING_PRINCIPAL,),
        "aws:sourceaccount": (account,),
        "aws:sourcearn": (source,),
        "kms:encryptioncontext:aws:s3vectors:arn": (source,),
        "kms:encryptioncontextkeys": _CONTEXT_KEYS,
    }


def _allows(document: Mapping[str, Any], key: str, context: Context) -> Answer:
    answers: dict[str, set[Answer]] = {"Allow": set(), "Deny": set()}
    for statement in as_list(document.get("Statement", [])):
        effect = str(statement.get("Effect")) if isinstance(statement, dict) else ""
        if effect in answers and _speaks(statement, key):
            answers[effect].add(_holds(statement.get("Condition"), context))
    if "yes" in answers["Deny"] or not answers["Allow"] - {"no"}:
        return "no"
    return "yes" if "yes" in answers["Allow"] and "perhaps" not in answers["Deny"] else "perhaps"


def _speaks(statement: Mapping[str, Any], key: str) -> bool:
    """Whether it is about the indexing service, about decrypting, and about this key."""
    excepted = "NotPrincipal" in statement
    if _names_service(statement.get("NotPrincipal" if excepted else "Principal")) is excepted:
        return False
    return _element(statement, "Action", _DECRYPT.lower(), fold=True) and _element(statement, "Resource", key)


def _names_service(principal: Any) -> bool:
    if not isinstance(principal, dict):
        return bool(principal == "*")
    services = [str(name) for name in as_list(principal.get("Service", []))]
    return "*" in as_list(principal.get("AWS", [])) or any(matches(n, INDEXING_PRINCIPAL) for n in services)


def _element(statement: Mapping[str, Any], name: str, value: str, *, fold: bool = False) -> bool:
    for element, wanted in ((name, True), (f"Not{name}", False)):
        if element in statement:
            patterns = (str(pattern) for pattern in as_list(statement[element]))
            return any(matches(p.lower() if fold else p, value) for p in patterns) is wanted
    return name == "Resource"


def _holds(conditions: Any, context: Context) -> Answer:
    """Whether all tests hold; one that cannot be judged leaves it open, unless another fails."""
    answers: set[Answer] = {"yes"}
    for operator, keys in conditions.items() if isinstance(conditions, dict) else ():
        for key, wanted in keys.items() if isinstance(keys, dict) else ():
            answers.add(_test(str(operator), str(key).lower(), [_text(w) for w in as_list(wanted)], context))
    return "no" if "no" in answers else "perhaps" if "perhaps" in answers else "yes"


def _test(operator: str, key: str, wanted: list[str], context: Context) -> Answer:
    actual = context.get(key)
    quantifier, _, name = operator.rpartition(":")
    name = name.removesuffix("IfExists")
    if actual is None:
        return "perhaps"
    if name == "Null":
        return "no" if [want.lower() for want in wanted[:1]] == ["true"] else "yes"
    negated = "Not" in name
    compare = _COMPARISONS.get(name.replace("Not", "", 1))
    if compare is None or any("${" in want for want in wanted):
        return "perhaps"
    outcomes = [any(compare(want, value) for want in wanted) is not negated for value in actual]
    return "yes" if (any if quantifier == "ForAnyValue" else all)(outcomes) else "no"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_COMPARISONS = {
    "ArnEquals": arn_matches,
    "ArnLike": arn_matches,
    "Bool": lambda want, value: want.lower() == value.lower(),
    "StringEquals": lambda want, value: want == value,
    "StringEqualsIgnoreCase": lambda want, value: want.lower() == value.lower(),
    "StringLike": matches,
}
