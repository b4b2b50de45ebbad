"""Comments that ignore a rule."""

from __future__ import annotations

from vectorform.language.rule import Rule

IGNORED_ERROR = Rule("VF050", "ignored-error")
NO_REASON = Rule("VF051", "ignored-without-reason")
IGNORES_NOTHING = Rule("VF052", "ignores-nothing", "hint")
