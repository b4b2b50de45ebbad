"""Files of a project that cannot be used: what is read, extended, run, or written above it all."""

from __future__ import annotations

from vectorform.language.rule import Rule

# Of a project and its environments.
UNREADABLE = Rule("VF001", "unreadable-file")
NO_PROJECT = Rule("VF002", "no-project")
NO_CONFIG = Rule("VF003", "unreadable-config-folder")
NO_ENVIRONMENTS = Rule("VF004", "no-environments")
UNKNOWN_ENVIRONMENT = Rule("VF005", "unknown-environment")
TWO_FILES = Rule("VF006", "two-files-of-an-environment")
ENVIRONMENT_NAME = Rule("VF007", "environment-name")
NOT_READ = Rule("VF008", "file-not-read", "warning")
UNMET = Rule("VF009", "unmet-requirement")
SPECIFIER = Rule("VF010", "requirement")
NO_SUCH_PLACE = Rule("VF011", "no-such-place")
NO_BACKEND = Rule("VF012", "backend-argument")

# Of an environment in Python.
NOT_PYTHON = Rule("VF020", "not-python")
RAISED = Rule("VF021", "python-raised")
NOT_SET = Rule("VF022", "environment-not-set")
TOO_MUCH_BUILT = Rule("VF023", "too-much-built")
NO_VALUE = Rule("VF024", "not-a-value")
IN_ITSELF = Rule("VF025", "value-in-itself")
BUILT_TOO_DEEP = Rule("VF026", "built-too-deep")
BUILT_KEY = Rule("VF027", "built-key-not-text")

# Of `extends`.
EXTENDS = Rule("VF030", "extends-form")
LEAVES_PROJECT = Rule("VF031", "extends-out-of-project")
CIRCLE = Rule("VF032", "extends-in-a-circle")
NO_SUCH_FILE = Rule("VF033", "extends-no-such-file")
NO_PACKAGE = Rule("VF034", "extends-no-such-package")
TOO_MANY_LAYERS = Rule("VF035", "too-many-layers")
TOO_LARGE_TOGETHER = Rule("VF036", "layers-too-large")
NOTHING_TO_REMOVE = Rule("VF037", "nothing-to-remove")

# Of the rules that packages bring along.
PACKAGE_RULE = Rule("VF040", "rule-of-a-package")
PACKAGE_WARNING = Rule("VF041", "warning-of-a-package", "warning")
PACKAGE_HINT = Rule("VF042", "hint-of-a-package", "hint")
PACKAGE_RAISED = Rule("VF043", "rule-of-a-package-raised")
