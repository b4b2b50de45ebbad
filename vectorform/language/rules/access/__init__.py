"""Rules on an access entry: what it grants, its policy, its role."""

from vectorform.language.rules.access import grants, policy_name, policy_size, role, trust

CHECKS = (
    policy_name.check,
    role.name,
    role.description,
    role.trusted,
    trust.check,
    grants.check,
    policy_size.check,
)
