"""The keys of frameworks: each preset is possible in S3 Vectors and leaves what is filtered on."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.language.projects import HEAD, project
from vectorform import language
from vectorform.desired.model import Preset
from vectorform.desired.presets import PRESETS
from vectorform.desired.service_limits import MAX_NON_FILTERABLE_KEYS


def test_every_preset_has_its_keys() -> None:
    assert set(PRESETS) == set(get_args(Preset))
    for preset in PRESETS.values():
        assert 0 < len(preset.keys) <= MAX_NON_FILTERABLE_KEYS and preset.source
        assert all(1 <= len(key) <= 63 for key in preset.keys)
        assert not set(preset.keys) & set(preset.filterable)


@pytest.mark.parametrize("preset", PRESETS)
def test_an_index_gets_the_keys_before_its_own(tmp_path: Path, preset: Preset) -> None:
    entry = (
        f"{{dimension: 4, distance_metric: cosine, preset: {preset}, non_filterable_metadata_keys: [own]}}"
    )
    text = f"{HEAD}vector_buckets: {{documents: {{indexes: {{pages: {entry}}}}}}}\n"
    environment = language.check("dev", project(tmp_path, dev=text)).required()
    (index,) = environment.home.vector_buckets[0].indexes
    assert index.non_filterable_metadata_keys == (*PRESETS[preset].keys, "own")
