"""Rules on an index in one region, and on all indexes of a vector bucket."""

from vectorform.language.rules.indexes import (
    embedding_model,
    name,
    name_twice,
    no_long_texts,
    smoke_prefix,
    text_search,
    too_many_keys,
)

CHECKS = (
    name.check,
    smoke_prefix.check,
    too_many_keys.check,
    embedding_model.check,
    text_search.check,
)
ALL_OF_A_BUCKET = (
    name_twice.check,
    no_long_texts.check,
)
