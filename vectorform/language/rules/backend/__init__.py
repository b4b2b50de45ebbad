"""Rules on where the state is kept."""

from vectorform.language.rules.backend import (
    assumed_roles,
    cloud_names,
    http_address,
    shared_state,
    state_key,
)

CHECKS = (
    assumed_roles.check,
    cloud_names.check,
    http_address.check,
    shared_state.check,
    state_key.check,
)
