"""The rules of the language, a package for each topic: one rule is one small thing with an id.

Ids are given by topic: VF0 files, VF1 YAML, VF2 schema and templates, VF3 regions and state, VF4 vector
buckets, indexes and tags, VF5 access, VF6 policies, VF7 moves and retirements, VF8
knowledge bases.
"""
