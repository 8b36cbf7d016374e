"""Pages of one's own: what presets and settings may say, and one line for what they may not."""

import pytest

from bntui import spec
from bntui.page_spec import catalogue
from bntui.records import UserError
from bntui.sweep.point import identity
from bntui.train import resolve
from bntui.tui.terminal.settings import SettingsFile

PRESET = """
network = "blog-cnn"
dataset = "digits"
variants = ["bn"]
"""
PAGES = """
[[pages]]
name = "mine"
lines = [["loss", "accuracy"], ["claims"]]
shares = [2, 1]

[[pages]]
name = "weight norms"
"""


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "mine.toml"
        path.write_text(PRESET + text)
        return spec.load(str(path))

    return load


def test_a_preset_names_pages_which_change_no_measurement(load):
    plain, paged = load(""), load(PAGES)
    assert [page.name for page in paged.pages] == ["mine", "weight norms"]
    assert paged.pages[0].views == ("loss", "accuracy", "claims")
    assert identity(resolve(plain)) == identity(resolve(paged))
    assert spec.parse(paged.toml(), "mine") == paged
    assert spec.parse(plain.toml(), "mine") == plain


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"\nlines = [["accurcy"]]', "pages: 'x': unknown view 'accurcy'; did you mean accuracy"),
        ('name = "x"\nlines = [["?"]]', "pages: 'x': unknown view '?'; `bntui explain` lists all"),
        ('name = "layer"', "pages: 'layer' has no lines, and is no page of bntui; did you mean layers?"),
        ('name = "x"\nlines = [["loss"]]\nshares = [1, 2]', "page 'x': shares: give one for each of the 1 lines"),
        ('name = "x"\nlines = [["loss"], ["loss"]]', "page 'x': 'loss' occurs twice"),
        ('name = "x"\nlines = []\n[[pages]]\nname = "x"', "pages: 'x' occurs twice"),
        ('name = "x"\nlines = [[]]', "pages.0.lines.0 = []: "),
        ('name = "x"\nline = [["loss"]]', "pages.0.line = [['loss']]: unknown key; did you mean lines?"),
        ('name = "x"\nspecial = true', "pages.0.special = True: unknown key"),
        ('lines = [["loss"]]', "'pages.0.name' is missing"),
        ('name = "x"\nlines = [["loss"]]\nshares = [0]', "pages.0.shares.0 = 0: "),
    ],
)
def test_bad_pages_get_one_line(load, tmp_path, text, message):
    with pytest.raises(UserError) as caught:
        load(f"[[pages]]\n{text}\n")
    assert message in str(caught.value) and "\n" not in str(caught.value)
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[[pages]]\n{text}\n")
    file = SettingsFile(settings)
    assert message in file.error and file.settings.pages is None


def test_views_of_another_version_are_read_from_a_stored_run():
    text = PRESET + '[[pages]]\nname = "x"\nlines = [["gone"]]\n'
    assert spec.parse(text, "x").pages[0].views == ("gone",)


def test_settings_keep_their_pages(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(PAGES)
    file = SettingsFile(path)
    file.change(theme="nord")
    again = SettingsFile(path).settings
    assert again.theme == "nord" and again.pages == file.settings.pages and len(again.pages or ()) == 2
    assert not file.error


def test_the_shipped_pages_are_written_the_same_way():
    shipped = catalogue()
    spec.check_names(shipped.pages)
    assert shipped.pages[0].lines == (("accuracy", "drift"), ("beta", "loss"))
