"""The pages of a run: one's own, those that are always there, and special ones where they are measured."""

from dataclasses import replace

from bntui.page_spec import PageSpec
from bntui.records import Column, RunInfo
from bntui.views.page_catalogue import ONLY_REPORTED, OTHER_PANES, PAGES, pages_of
from bntui.views.system_views import SYSTEM_VIEWS
from bntui.views.view_catalogue import VIEWS
from tests.declared_columns import declared_columns

INFO = RunInfo(declared_columns(), ("bn",), ("conv1",), 1, 1, "digits", "cpu", "cpu")
ORDINARY = [page.name for page in PAGES if not page.special]
SPECIAL = [page.name for page in PAGES if page.special]


def names(pages):
    return [page.name for page in pages]


def measuring(*columns):
    return replace(INFO, columns=tuple(Column(probe, name) for probe, name in columns))


def test_every_view_is_on_a_page_and_every_page_holds_views():
    placed = [view for page in PAGES for view in page.views]
    assert {*placed, *ONLY_REPORTED} == {*VIEWS, *OTHER_PANES, *SYSTEM_VIEWS}


def test_pages_have_names_of_their_own_and_the_first_ten_keep_their_keys():
    assert len({page.name for page in PAGES}) == len({page.id for page in PAGES}) == len(PAGES)
    assert ORDINARY[7:] == ["claims", "mechanics", "log"]
    assert names(PAGES) == ORDINARY + SPECIAL


def test_special_pages_are_there_only_where_they_are_measured():
    assert names(pages_of([])) == ORDINARY
    assert names(pages_of([], INFO)) == ORDINARY + SPECIAL
    assert names(pages_of([], measuring(("train", "loss"), ("moments", "mean_drift")))) == [*ORDINARY, "system"]
    shown = names(pages_of([], measuring(("train", "loss"), ("weight_norms", "angle"))))
    assert shown == [*ORDINARY, "weight norms", "system"]


def test_panes_of_gpus_are_there_only_where_one_trains():
    on_cpu, on_gpu = (pages_of([], info)[-1] for info in (INFO, replace(INFO, device_uuids=("GPU-1",))))
    assert on_cpu.views == ("speed", "probe_share", "cpu", "process_memory")
    assert on_gpu.views == ("gpu_load", "gpu_memory", "gpu_power", "gpu_temperature", *on_cpu.views)


def test_pages_of_ones_own_come_first_and_replace_those_of_their_name():
    own = [PageSpec(name="mine", lines=[["loss"]]), PageSpec(name="weight norms"), PageSpec(name="mine")]
    pages = pages_of([*own, PageSpec(name="layers", lines=[["scale"]])])
    assert names(pages) == ["mine", "weight norms", "layers", *(name for name in ORDINARY if name != "layers")]
    assert pages[1] in PAGES and pages[2].views == ("scale",)
    assert names(pages_of(own, INFO)).count("weight norms") == 1


def test_views_of_another_version_are_left_out():
    old = PageSpec(name="old", lines=[["loss", "gone"], ["gone too"]], shares=[2, 1])
    (page, *_) = pages_of([old, PageSpec(name="gone page"), PageSpec(name="empty", lines=[["nothing"]])])
    assert page.lines == (("loss",),) and page.line_shares == (1,)
    assert names(pages_of([PageSpec(name="gone page"), PageSpec(name="empty", lines=[["nothing"]])])) == ORDINARY
