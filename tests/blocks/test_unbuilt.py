"""A stack of one's own that leaves a block out: refused, with the line to add, where it is needed."""

from __future__ import annotations

import pytest

from vectorform.blocks.unbuilt import Unbuilt, built
from vectorform.desired.addresses import ACCESS_POLICIES, ACCESS_ROLES, VECTOR_BUCKETS

DOCUMENT = {"resource": {"aws_s3vectors_vector_bucket": {"vector_buckets": {}}}}


def test_what_is_not_needed_may_be_left_out() -> None:
    rows = {VECTOR_BUCKETS: {"docs": {}}, ACCESS_POLICIES: {}}
    assert built(DOCUMENT, rows, "dev") == {VECTOR_BUCKETS: {"docs": {}}}


def test_what_is_needed_is_named_with_its_line() -> None:
    rows = {VECTOR_BUCKETS: {"docs": {}}, ACCESS_POLICIES: {"app": {}}, ACCESS_ROLES: {"app": {}}}
    with pytest.raises(Unbuilt) as caught:
        built(DOCUMENT, rows, "dev")
    assert str(caught.value) == (
        "dev: stacks/region_stack.py does not build everything that the configuration needs:\n"
        "  `access` needs the line: others += add_access(self, environment, region)\n"
        "  `access.*.role` needs the line: others += add_access(self, environment, region)"
    )
