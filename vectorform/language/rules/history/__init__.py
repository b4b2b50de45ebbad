"""Rules on what an environment says about its past: `moved`, `retired`, `max_deletions`.

Keys are those of the YAML: "bucket" or "bucket/index".
"""

from vectorform.language.rules.history import let_go, moved, replaced, retired

CHECKS = (
    moved.check,
    retired.check,
    let_go.check,
    replaced.check,
)
