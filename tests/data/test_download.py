"""Downloads, and their failures."""

import socket
from pathlib import Path

import pytest
from torchvision.datasets import CIFAR10, KMNIST, MNIST, FashionMNIST

from bntui.data import Cancelled, Request, Unavailable, download, load
from bntui.data import request as request_module
from bntui.data.download import Archive, DownloadError, fetch
from bntui.data.mnist import MIRRORS
from bntui.records import Loading
from tests.data.conftest import md5

CONTENT = bytes(range(256)) * 4096  # about a megabyte
ASKED = (1, 28, 28)


@pytest.fixture
def archive(served: Path, address: str) -> Archive:
    (served / "file.gz").write_bytes(CONTENT)
    return Archive([address + "file.gz"], md5(CONTENT), "it")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def test_only_the_complete_file_is_written(archive: Archive, folder: Path) -> None:
    target = folder / "file.gz"
    fetch(archive, target, Request(ASKED))
    assert target.read_bytes() == CONTENT
    assert list(folder.iterdir()) == [target]


def test_progress_is_reported(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_module, "REPORT_SECONDS", 0.0)
    reports: list[Loading] = []
    fetch(archive, tmp_path / "file.gz", Request(ASKED, report=reports.append))
    assert reports[-1] == Loading("downloading it: 1.0 of 1.0 MB", 1.0)
    assert len(reports) > 2
    fractions = [step.fraction or 0.0 for step in reports]
    assert fractions == sorted(fractions)


def test_the_next_mirror_is_tried(archive: Archive, tmp_path: Path, refusing: str) -> None:
    mirrored = Archive([refusing + "file.gz", *archive.urls], archive.md5, "it")
    fetch(mirrored, tmp_path / "file.gz", Request(ASKED))
    assert (tmp_path / "file.gz").read_bytes() == CONTENT


def test_another_file_than_the_published_one(archive: Archive, folder: Path) -> None:
    wrong = Archive(archive.urls, md5(b"other"), "it")
    with pytest.raises(DownloadError, match="serves a file with another checksum"):
        fetch(wrong, folder / "file.gz", Request(ASKED))
    assert list(folder.iterdir()) == []


def test_no_more_is_taken_than_the_limit(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LARGEST", len(CONTENT) - 1)
    with pytest.raises(DownloadError, match="serves more than 1 MB"):
        fetch(archive, folder / "file.gz", Request(ASKED))
    assert list(folder.iterdir()) == []


def test_only_addresses_with_encryption_are_used(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SCHEMES", ("https",))
    with pytest.raises(DownloadError, match="no address with https is known"):
        fetch(archive, folder / "file.gz", Request(ASKED))


@pytest.mark.parametrize("target", ["https://example.org/", "file:///etc/passwd", "ftp://example.org/"])
def test_a_redirect_to_another_kind_of_address_is_not_followed(target: str, redirecting: str, folder: Path) -> None:
    # The server here has no certificate, so plain HTTP is what is allowed, and anything else is not.
    archive = Archive([redirecting + target], md5(CONTENT), "it")
    with pytest.raises(DownloadError, match="redirects to .*, which is not https|answers 302"):
        fetch(archive, folder / "file.gz", Request(ASKED))
    assert list(folder.iterdir()) == []


def test_every_data_set_has_an_address_with_encryption() -> None:
    for collection in (MNIST, FashionMNIST, KMNIST):
        assert any(url.startswith("https://") for url in (*collection.mirrors, *MIRRORS.get(collection.__name__, ())))
    assert CIFAR10.url.startswith("https://")


def test_cancelled_between_two_blocks(archive: Archive, folder: Path) -> None:
    answers = iter([False] * 5)
    with pytest.raises(Cancelled):
        fetch(archive, folder / "file.gz", Request(ASKED, cancelled=lambda: next(answers, True)))
    assert list(folder.iterdir()) == []


def test_cancelled_while_the_server_is_silent(silent: str, tmp_path: Path) -> None:
    archive = Archive([silent + "file.gz"], md5(CONTENT), "it")
    answers = iter([False] * 2)
    with pytest.raises(Cancelled):
        fetch(archive, tmp_path / "file.gz", Request(ASKED, cancelled=lambda: next(answers, True)))


def _refuses(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    return "127.0.0.1:[0-9]+: Connection refused"


def _stays_silent(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(download, "TIMEOUT", 0.05)
    return "127.0.0.1:[0-9]+ does not answer"


def _has_it_not(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    return "127.0.0.1:[0-9]+ answers 404"


@pytest.mark.parametrize(
    ("where", "fails"), [("refusing", _refuses), ("silent", _stays_silent), ("address", _has_it_not)]
)
def test_the_error_is_one_line_with_advice(
    where: str,
    fails: object,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror = request.getfixturevalue(where)
    reason = fails(mirror, monkeypatch)  # type: ignore[operator]
    monkeypatch.setattr(MNIST, "mirrors", [mirror, mirror])
    with pytest.raises(Unavailable) as caught:
        load("mnist", Request(ASKED, data_dir=tmp_path))
    how = "use --dataset digits, or --data-dir DIR where it is"
    assert caught.match(rf"^mnist is not in .* and could not be downloaded \({reason}\); {how}$")


def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(Unavailable, match="Name or service not known"):
        load("kmnist", Request(ASKED, data_dir=tmp_path))
