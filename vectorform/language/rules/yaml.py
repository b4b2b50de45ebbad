"""What a YAML file cannot say here: bytes, syntax, and what readers of YAML disagree on."""

from __future__ import annotations

from vectorform.language.rule import Rule

TOO_LARGE = Rule("VF101", "file-too-large")
ENCODING = Rule("VF102", "not-utf-8")
INVISIBLE = Rule("VF103", "invisible-character")
SYNTAX = Rule("VF104", "yaml-syntax")
CONFLICT = Rule("VF105", "unresolved-conflict")
TOO_DEEP = Rule("VF106", "yaml-too-deep")
TOO_MANY_VALUES = Rule("VF107", "yaml-too-many-values")
EMPTY = Rule("VF108", "empty-file")
NOT_A_MAP = Rule("VF109", "file-is-no-map")
GIVEN_TWICE = Rule("VF110", "key-given-twice")
TAG = Rule("VF111", "yaml-tag")
AMBIGUOUS = Rule("VF112", "ambiguous-scalar")
KEY_NOT_TEXT = Rule("VF113", "key-not-text")
MERGE_KEY = Rule("VF114", "merge-key")
SECOND_DOCUMENT = Rule("VF115", "second-document")
ANCHOR = Rule("VF116", "anchor")
ODD_SPACE = Rule("VF118", "odd-space")
BARE_TEMPLATE = Rule("VF117", "template-without-quotes")
