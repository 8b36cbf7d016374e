"""A web server on the loopback interface, and small data sets in torchvision's formats."""

import contextlib
import functools
import gzip
import hashlib
import http.server
import pickle
import socket
import struct
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import CIFAR10, MNIST

from bntui.data import download


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Redirecting(_Quiet):
    """Answers /ADDRESS with a redirect to ADDRESS."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.path.removeprefix("/"))
        self.end_headers()


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The folder that `address` serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def address(served: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The base address, with a slash at the end."""
    with _serving(functools.partial(_Quiet, directory=str(served)), monkeypatch) as base:
        yield base


@pytest.fixture
def redirecting(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that redirects to the path that follows it."""
    with _serving(_Redirecting, monkeypatch) as base:
        yield base


@contextlib.contextmanager
def _serving(
    handler: Callable[..., http.server.BaseHTTPRequestHandler], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "SCHEMES", ("http",))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that refuses connections."""
    monkeypatch.setattr(download, "SCHEMES", ("http",))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address that accepts connections and never answers."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "SCHEMES", ("http",))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def idx(array: np.ndarray) -> bytes:
    """The IDX form of a uint8 array: magic number, sizes, values."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def small_mnist(served: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An MNIST of 12 and 8 images at its mirror's address; return the folder."""
    resources = []
    for part, count in (("train", 12), ("t10k", 8)):
        images = np.arange(count * 28 * 28).reshape(count, 28, 28) % 251
        for kind, array in (("images-idx3", images), ("labels-idx1", np.arange(count) % 10)):
            name, packed = f"{part}-{kind}-ubyte.gz", gzip.compress(idx(array), mtime=0)
            (served / name).write_bytes(packed)
            resources.append((name, md5(packed)))
    monkeypatch.setattr(MNIST, "resources", resources)
    monkeypatch.setattr(MNIST, "mirrors", [address])
    return served


@pytest.fixture
def small_cifar(served: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CIFAR-10 of two images per batch at its archive's address; return the folder."""
    names = [name for name, _ in CIFAR10.train_list + CIFAR10.test_list]
    files = {name: _batch(index) for index, name in enumerate(names)}
    files["batches.meta"] = pickle.dumps({"label_names": [str(kind) for kind in range(10)]})
    unpacked = served / CIFAR10.base_folder
    unpacked.mkdir()
    for name, content in files.items():
        (unpacked / name).write_bytes(content)
    archive = served / CIFAR10.filename
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(unpacked, CIFAR10.base_folder)
    sums = [[name, md5(files[name])] for name in names]
    monkeypatch.setattr(CIFAR10, "train_list", sums[:-1])
    monkeypatch.setattr(CIFAR10, "test_list", sums[-1:])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": md5(files["batches.meta"])})
    monkeypatch.setattr(CIFAR10, "url", address + CIFAR10.filename)
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(archive.read_bytes()))
    return served


def _batch(index: int) -> bytes:
    data = np.full((2, 3072), index, np.uint8)
    data[:, :1024] = 200  # red
    return pickle.dumps({"data": data, "labels": [index, 9]})
