"""Damage copies of a run at random, and read each with every command: an error is one line that names what is wrong.

`python -m tests.faults.damaged_runs TRIES [SEED]` prints each failure; `campaign` returns all.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bntui import api
from bntui.cli.main import execute
from bntui.records import Column, Measurement, Notice, NoticeKind, Progress, RunInfo, State, UserError
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.sources.replay import ReplayedRun
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import parse
from bntui.views.focus import Focus
from bntui.views.view_catalogue import VIEWS

HANG_SECONDS = 60
"""Seconds after which one try counts as hanging; the process then ends with a traceback."""

SPEC = """
network = "vgg-mini"
dataset = "digits"
variants = ["standard", "bn"]
steps = 40
probes.moments.every = 2
"""

Damage = Callable[[Path, random.Random], object]


class Failure(NamedTuple):
    """A try that did not end as it should: what was damaged, by which random number, what was run, what happened."""

    damage: str
    seed: int
    action: str
    what: str


def good_run(runs_dir: Path) -> Path:
    """Write a small finished run and return its folder."""
    names, layers = ("standard", "bn"), ("conv1", "conv2")
    moments = [Column("moments", name, layer) for layer in layers for name in ("mean", "mean_drift")]
    columns = (Column("train", "loss", unit="nats"), Column("train", "accuracy"), *moments)
    writer = RunWriter(runs_dir, parse(SPEC, "p"))
    writer.begin(RunInfo(columns, names, layers, 40, 5, "digits", "cpu", "a processor", classes=10))
    for step in range(40):
        taken = [Measurement(step, name, "train", (2.5 / (step + 1), step / 40)) for name in names]
        if step % 2 == 0:
            taken += [Measurement(step, name, "moments", (0.5, 0.125 * step, 0.25, 1.0)) for name in names]
        writer.write(taken, Progress(step + 1, step + 1.0, 0.25))
    writer.write([Notice(NoticeKind.DIVERGED, "standard diverged at step 39", 39, "standard", "loss")])
    writer.close(State.FINISHED)
    return writer.folder


# Damage


def _bytes(folder: Path, chance: random.Random) -> None:
    """Overwrite some bytes anywhere."""
    path = folder / folders.DATABASE
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 10, 200, 5000))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data)


def _block(folder: Path, chance: random.Random) -> None:
    """Overwrite one stretch with zeros or with noise."""
    path = folder / folders.DATABASE
    data = bytearray(path.read_bytes())
    start, length = chance.randrange(len(data)), chance.choice((1, 100, 4096, 40_000))
    data[start : start + length] = bytes(length) if chance.random() < 0.5 else chance.randbytes(length)
    path.write_bytes(data)


def _truncated(folder: Path, chance: random.Random) -> None:
    path = folder / folders.DATABASE
    os.truncate(path, chance.randrange(path.stat().st_size))


def _log(folder: Path, chance: random.Random) -> None:
    """Put garbage where the write-ahead log or its index is."""
    name = folders.DATABASE + chance.choice(("-wal", "-shm", "-journal"))
    (folder / name).write_bytes(chance.randbytes(chance.choice((0, 1, 32, 5000))))


_VALUES: tuple[object, ...] = (
    *(None, True, -1, 0, 1, 2**31, 2**63, 10**400, 1e308, -1.5, "", "x", "\x1b]52;c;eA==\x07", "\u202e", "é" * 5000),
    *([], {}, [[]], {"a": {}}, ["bn"], ["bn", "standard"], {"steps": "x"}, {"steps": 10**30, "seconds": 0}),
)


def _raw_json(chance: random.Random) -> str:
    depth = chance.choice((50, 1000, 100_000))
    return chance.choice(
        (
            "[" * depth + "]" * depth,
            '{"a":' * depth + "1" + "}" * depth,
            "9" * 5000,
            "NaN",
            "Infinity",
            "{",
            "",
            '"\\ud800"',
            "1" * 2_000_000,
            json.dumps(chance.choice(_VALUES)),
        )
    )


def _json(folder: Path, chance: random.Random) -> None:
    """Replace a value of the run by JSON of another kind."""
    keys = (
        "state",
        "preset",
        "spec",
        "progress",
        "info",
        "title",
        "note",
        "host",
        "process",
        "versions",
        "sessions",
        "seed",
    )
    _change(folder, "INSERT OR REPLACE INTO run VALUES (?, ?)", (chance.choice(keys), _raw_json(chance)))


def _trainer(folder: Path, chance: random.Random) -> None:
    """Let a run claim to be trained by a strange process of this machine."""
    strange = (-1, 0, 1, 2, os.getpid(), 2**31 - 1, 2**31, 2**64, 10**400, "x", None, [], 1.5)
    _change(folder, "UPDATE run SET value = '\"training\"' WHERE key = 'state'")
    # This process wrote the run and is alive: with the true time of its start the run would train.
    for key in ("started", *chance.sample(("process", "namespace"), chance.randrange(3))):
        _change(folder, "INSERT OR REPLACE INTO run VALUES (?, ?)", (key, json.dumps(chance.choice(strange))))


def _json_field(folder: Path, chance: random.Random) -> None:
    """Replace, remove or add a part of a value."""
    key = chance.choice(("info", "info", "info", "progress"))
    with contextlib.closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
        value = json.loads(database.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()[0])
        name = chance.choice([*value, "extra"])
        if chance.random() < 0.2:
            value.pop(name, None)
        else:
            value[name] = chance.choice(_VALUES)
        database.execute("UPDATE run SET value = ? WHERE key = ?", (json.dumps(value), key))


def _spec(folder: Path, chance: random.Random) -> None:
    """Replace a line of the spec by something strange."""
    lines = (
        *("steps = 0", "steps = 'x'", "steps = " + "9" * 5000, "a" + ".a" * 3000 + " = 1", "x = " + "[" * 5000),
        *(
            "variants = []",
            'variants = ["bn"]',
            'variants = ["bn", "bn"]',
            'name = "x"',
            "probes = 3",
            "probes.train = 1",
        ),
        *('probes.train.every = "x"', "probes.train.every = -1", "probes.moments.every = 1.5", "network = 3"),
        *('title = "\\u001b]52;c;eA==\\u0007"', "noise.additive = [[[]]]", "\x00", "[[variants]]\nname = 'x'", "= ="),
        *('network = "none"', 'dataset = "none"', "batch_size = 2", "optimizer = 1", "seed = -1", 'device = "x"'),
    )
    text = [line for line in SPEC.splitlines() if chance.random() < 0.9] + [chance.choice(lines)]
    _change(folder, "UPDATE run SET value = ? WHERE key = 'spec'", (json.dumps("\n".join(text)),))


def _row(folder: Path, chance: random.Random) -> None:
    """Store something of another type or size in a table."""
    table, column = chance.choice(
        (
            *(("measurements", column) for column in ("step", "variant", "probe", "data")),
            *(("notices", column) for column in ("kind", "text", "step", "variant", "place")),
            *(("columns", column) for column in ("probe", "name", "layer", "unit")),
        )
    )
    value = chance.choice((-1, 2**40, 2**62, 1.5, "x", "", b"", b"\xff\xfe", b"\x00" * 4000, "\x1b[2J", "é" * 3000))
    where = chance.choice(("1", "id = 1", "id % 7 = 0", "id = (SELECT MAX(id) FROM " + table + ")"))
    _change(folder, f"UPDATE {table} SET {column} = ? WHERE {where}", (value,))


def _invalid_text(folder: Path, chance: random.Random) -> None:
    table, column = chance.choice(
        (("run", "value"), ("notices", "text"), ("columns", "name"), ("measurements", "variant"))
    )
    _change(folder, f"UPDATE {table} SET {column} = CAST(X'FFFE22C3' AS TEXT)")


def _tables(folder: Path, chance: random.Random) -> None:
    """Drop a table, or put a view, a virtual table or another table in its place."""
    table = chance.choice(("run", "columns", "measurements", "notices"))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    fields = {"run": "i AS key, i AS value", "columns": "i AS id, 'a' AS probe, 'b' AS name, '' AS layer, '' AS unit"}
    chosen = fields.get(
        table, "i AS id, i AS step, '' AS variant, '' AS probe, '' AS data, '' AS kind, '' AS text, '' AS place"
    )
    replacement = chance.choice(
        (
            "",
            f"CREATE VIEW {table} AS {endless} SELECT {chosen} FROM n",
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)",
            f"CREATE TABLE {table} (id, key, value AS (zeroblob(1000000)), kind, text, step, variant, place)",
            f"CREATE VIRTUAL TABLE {table} USING fts5(id, key, value)",
        )
    )
    _change(folder, f"DROP TABLE {table}")
    with contextlib.suppress(sqlite3.OperationalError):
        _change(folder, replacement)


def _rows(folder: Path, chance: random.Random) -> None:
    """Remove rows, repeat them, or change their order."""
    table = chance.choice(("run", "columns", "measurements", "notices"))
    change = chance.choice(
        (
            f"DELETE FROM {table}",
            f"DELETE FROM {table} WHERE random() % 3 = 0",
            "UPDATE measurements SET id = -id",
            "UPDATE measurements SET id = id * 1000000",
            "UPDATE measurements SET step = 40 - step",
            "INSERT INTO columns (probe, name, layer, unit) SELECT probe, name, layer, unit FROM columns",
            "INSERT INTO measurements (step, variant, probe, data) SELECT step, variant, probe, data FROM measurements",
            "INSERT INTO measurements (step, variant, probe, data) VALUES (2147483647, 'bn', 'train', zeroblob(8))",
        )
    )
    _change(folder, change)


def _not_a_file(folder: Path, chance: random.Random) -> None:
    """Put a pipe, a folder, a link or an empty file where a file is expected."""
    path = folder / chance.choice(
        (folders.DATABASE, folders.DATABASE + "-wal", folders.DATABASE + "-shm", folders.SPEC)
    )
    path.unlink(missing_ok=True)
    target = chance.choice((folder, folder / "none", Path(os.devnull), Path("/dev/zero")))
    chance.choice((os.mkfifo, os.mkdir, lambda path: path.symlink_to(target), lambda path: path.write_bytes(b"")))(path)


def _version(folder: Path, chance: random.Random) -> None:
    _change(folder, f"PRAGMA user_version = {chance.choice((-1, 0, 1, 99, 2**31 - 1))}")


DAMAGE: dict[str, Damage] = {
    damage.__name__.strip("_"): damage
    for damage in (
        *(_bytes, _block, _truncated, _log, _json, _json_field, _trainer, _spec, _row, _invalid_text, _tables, _rows),
        *(_not_a_file, _version),
    )
}


def _change(folder: Path, query: str, parameters: tuple[object, ...] = ()) -> None:
    with contextlib.closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
        database.execute(query, parameters)


# Reading


def _commands(folder: Path, good: Path) -> dict[str, list[str]]:
    run = str(folder)
    return {
        "runs": ["runs", "--runs-dir", str(folder.parent)],
        "runs show": ["runs", "show", run],
        "runs show json": ["runs", "show", run, "--json"],
        "export": ["export", run, "--force", "--csv", str(folder.parent / "x.csv")],
        "export parquet": ["export", run, "--force", "--out", str(folder.parent / "x.parquet")],
        "export wide": [
            "export",
            run,
            "--force",
            "--csv",
            str(folder.parent / "x.csv"),
            "--format",
            "wide",
            "--from",
            "3",
        ],
        "claims": ["claims", run],
        "claims --json": ["claims", "--json", run],
        "claims of two": ["claims", run, str(good)],
        "rename": ["rename", run, "a title"],
        "note": ["note", run, "a note"],
        "stop": ["stop", run],
        "attach": ["attach", "no such run", "--runs-dir", str(folder.parent)],
    }


def _draw(source: AttachedRun | ComparedRuns | ReplayedRun) -> None:
    """Read a source to its end, and compute what its screen would show."""
    source.work()
    assert source.history is not None
    for view in VIEWS.values():
        layers = view.layers(source.history)
        view(source.history, Focus(layer=next(iter(layers), ""), every=source.spec.schedules, step=source.status.step))


def _use(folder: Path) -> None:
    run = api.load(folder)
    repr(run)
    run.points("train", "loss", variant="bn")
    run.claims()


def _played(folder: Path) -> ReplayedRun:
    return ReplayedRun(folder, 1e9, sleep=lambda _: None)


def _sources(folder: Path, good: Path) -> dict[str, Callable[[], object]]:
    return {
        "AttachedRun": lambda: _draw(AttachedRun(folder)),
        "ReplayedRun": lambda: _draw(_played(folder)),
        "ComparedRuns": lambda: _draw(ComparedRuns([good, folder])),
        "api.load": lambda: _use(folder),
        "api.runs": lambda: [(run.spec, run.newest) for run in api.runs(runs_dir=folder.parent)],
    }


def _run_command(arguments: list[str]) -> None:
    """Run a command. Raises AssertionError unless it ends with a known status and a clean line for an error."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as error:
        status = execute(arguments)
    message = error.getvalue()
    assert status in (0, 2), f"status {status}"
    assert (status == 2) == message.startswith("bntui: "), repr(message)
    assert message.count("\n") == (status == 2), repr(message)
    unclean = {char for char in out.getvalue() + message if not char.isprintable()} - {"\n", "\xa0"}
    assert not unclean, f"unprintable: {unclean}"


def _tries(folder: Path, good: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    for name, arguments in _commands(folder, good).items():
        yield name, lambda arguments=arguments: _run_command(arguments)  # type: ignore[misc]
    yield from _sources(folder, good).items()


def _failures_of(damage: str, seed: int, good: Path, runs_dir: Path) -> Iterator[Failure]:
    chance = random.Random(f"{damage} {seed}")
    folder = runs_dir / "p-1"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good, folder)
    # A few kinds of damage need a database that the damage before has spoilt.
    with contextlib.suppress(sqlite3.DatabaseError):
        DAMAGE[damage](folder, chance)
    for name, action in _tries(folder, good):
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
        try:
            action()
        except UserError:
            continue
        except Exception:
            yield Failure(damage, seed, name, traceback.format_exc(limit=-4))
        finally:
            faulthandler.cancel_dump_traceback_later()


def campaign(tries: int, first_seed: int = 0) -> tuple[int, list[Failure]]:
    """Damage `tries` runs, each kind of damage in turn; return the number of actions tried, and what failed."""
    actions = len(list(_tries(Path(), Path())))
    return tries * actions, [failure for failures in each(tries, first_seed) for failure in failures]


def each(tries: int, first_seed: int = 0) -> Iterator[list[Failure]]:
    """Damage `tries` runs, and yield what failed of each."""
    with tempfile.TemporaryDirectory() as folder:
        good = good_run(Path(folder) / "good")
        kinds = list(DAMAGE)
        for index in range(tries):
            damage, seed = kinds[index % len(kinds)], first_seed + index // len(kinds)
            yield list(_failures_of(damage, seed, good, Path(folder) / "runs"))


def main(tries: int, first_seed: int = 0) -> None:
    """Print what fails at once, and the numbers at the end."""
    failed = 0
    for failures in each(tries, first_seed):
        failed += bool(failures)
        for failure in failures:
            print(f"--- {failure.damage} {failure.seed} {failure.action}\n{failure.what}", flush=True)
    print(f"{tries} damaged runs, {failed} with failures")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
