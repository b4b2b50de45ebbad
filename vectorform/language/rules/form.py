"""What the schema refuses, by kind, and templates that cannot be filled in."""

from __future__ import annotations

from vectorform.language.rule import Rule

UNKNOWN_KEY = Rule("VF201", "unknown-key")
KEY_FORM = Rule("VF202", "key-form")
FOREIGN_KEY = Rule("VF203", "key-that-does-not-belong")
MISSING_KEY = Rule("VF204", "missing-key")
TYPE = Rule("VF205", "wrong-type")
ENUM = Rule("VF206", "value-out-of-enum")
RANGE = Rule("VF207", "number-out-of-range")
SIZE = Rule("VF208", "wrong-size")
LISTED_TWICE = Rule("VF209", "listed-twice")
PATTERN = Rule("VF210", "text-form")
OTHER = Rule("VF211", "not-possible")

UNKNOWN_VARIABLE = Rule("VF250", "unknown-variable")
BRACE = Rule("VF251", "brace")
FILLED_TOO_LONG = Rule("VF252", "filled-too-long")
VARIABLES_IN_A_CIRCLE = Rule("VF253", "variables-in-a-circle")
LONG_CHAIN = Rule("VF254", "chain-of-variables")
RESERVED_VARIABLE = Rule("VF255", "reserved-variable")
DOLLAR = Rule("VF259", "variable-with-dollar")
NO_ROLE = Rule("VF257", "reference-without-such-role")
NO_DEPLOYER = Rule("VF258", "reference-to-no-deployer")
CONDITION_KEY_TWICE = Rule("VF256", "condition-key-twice")

MEMBERS = Rule("VF260", "for-each")
KEY_OF_EACH = Rule("VF261", "key-of-each")
MEMBER_TWICE = Rule("VF262", "member-twice")
FIELD = Rule("VF263", "field-of-each")
VARIABLE_IN_TEXT = Rule("VF264", "list-in-text")
