"""Every network, variant and data set that a preset can name has its phrase."""

from bntui.data import DATASETS
from bntui.models import MODELS
from bntui.report import named_parts
from bntui.variants import VARIANTS


def test_names_are_those_of_the_registries() -> None:
    assert set(named_parts.NETWORKS) == set(MODELS)
    assert set(named_parts.VARIANTS) == set(VARIANTS)
    assert set(named_parts.DATASETS) == set(DATASETS)


def test_phrases() -> None:
    assert named_parts.described("folder:/pictures", named_parts.DATASETS) == "folder:/pictures (images from a folder)"
    assert named_parts.described("own", named_parts.NETWORKS) == "own"
