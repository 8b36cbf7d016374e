"""A run whose texts, all that its maker can choose, hold what controls a terminal."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bntui.records import Column, Measurement, Notice, NoticeKind, Progress, RunInfo, Session, State
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import parse

ESCAPES = "\x1b]52;c;cHduZWQ=\x07\x9b31m\u202e\x08\x0e"
"""Fills the clipboard, changes colors, characters and the direction of writing, and moves the cursor."""


def hostile_run(runs_dir: Path) -> Path:
    """Write a finished run that can be read, and return its folder, whose name is no better than the rest."""
    names = ("standard", "bn")
    layers = (f"conv1{ESCAPES}", f"conv2{ESCAPES}")
    columns = (
        Column("train", "loss", unit=f"nats{ESCAPES}"),
        Column("train", "accuracy"),
        *(Column("moments", name, layer, ESCAPES) for layer in layers for name in ("mean", "var", "mean_drift")),
    )
    spec = parse('network = "vgg-mini"\ndataset = "digits"\nvariants = ["standard", "bn"]', "p")
    session = Session(
        f"bntui {ESCAPES}", versions={f"torch{ESCAPES}": ESCAPES}, cpu=ESCAPES, dataset=f"digits{ESCAPES}"
    )
    writer = RunWriter(runs_dir, spec, session=session)
    device = f"cpu{ESCAPES}"
    writer.begin(RunInfo(columns, names, layers, 1000, 5, f"digits{ESCAPES}", device, f"a processor{ESCAPES}"))
    for step in range(4):
        taken = [Measurement(step, name, "train", (2.0, 0.5)) for name in names]
        writer.write([*taken, *(Measurement(step, name, "moments", (0.5, 1.0, 0.1) * 2) for name in names)])
    notices = [Notice(NoticeKind.FALLBACK, f"digits{ESCAPES}"), Notice(NoticeKind.DIVERGED, ESCAPES, 3, "bn", ESCAPES)]
    writer.write(notices, Progress(4, 1.0, 0.0))
    writer.close(State.FINISHED)
    texts = {"title": f"title{ESCAPES}", "note": f"note{ESCAPES}", "host": f"host{ESCAPES}"}
    with closing(sqlite3.connect(writer.folder / folders.DATABASE)) as database, database:
        for key, text in texts.items():
            database.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, json.dumps(text)))
    return writer.folder.rename(runs_dir / f"p-{ESCAPES}\udcff-1")
