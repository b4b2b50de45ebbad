"""Rules on where the state is kept."""

from vectorform.language.rules.backend import cloud_names, shared_state

CHECKS = (
    cloud_names.check,
    shared_state.check,
)
