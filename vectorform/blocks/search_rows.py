"""What `vectorform search-settings` is to set, by the keys of the YAML. Plain data, no CDKTF.

Each row has the moment at which AWS created what it is of: one that is created again is set again.
"""

from __future__ import annotations

from vectorform.blocks.literals import literal
from vectorform.blocks.rows import Rows
from vectorform.desired.addresses import index_address, vector_bucket_address
from vectorform.desired.model import Region
from vectorform.desired.search_settings import of_bucket, of_buckets, of_index, of_indexes


def default_mode_rows(region: Region) -> Rows:
    """The modes of what is created in vector buckets."""
    return {
        bucket.key: {**of_bucket(bucket), "created": _created(vector_bucket_address(bucket))}
        for bucket in of_buckets(region)
    }


def index_setting_rows(region: Region) -> Rows:
    """The mode and the text search of indexes."""
    rows: Rows = {}
    for bucket, index in of_indexes(region):
        settings = of_index(index)
        if "text_search" in settings:
            settings["text_search"] = {literal(key): value for key, value in settings["text_search"].items()}
        rows[index.address] = {**settings, "created": _created(index_address(bucket, index))}
    return rows


def _created(address: str) -> str:
    return f"${{{address}.creation_time}}"
