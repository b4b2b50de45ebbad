"""A checked tree to the desired state: defaults filled in, templates resolved, every value with its source.

Expects a tree that fits the schema as far as it goes: what the schema refused has been taken out, so things
may be missing, but nothing has the wrong type. What comes out of an incomplete tree is good for finding
further problems only. A module for each kind of objects.
"""

from vectorform.language.resolve.environment import ENVIRONMENT_NAME_FORM, resolve
from vectorform.language.resolve.keys import ALIAS as KEY_ALIAS_DEFAULT
from vectorform.language.resolve.vector_buckets import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT

__all__ = [
    "BUCKET_NAME_DEFAULT",
    "ENVIRONMENT_NAME_FORM",
    "INDEX_NAME_DEFAULT",
    "KEY_ALIAS_DEFAULT",
    "resolve",
]
