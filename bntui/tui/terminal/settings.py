"""What the reader has chosen and need not choose again: one TOML file in the user's configuration folder."""

from __future__ import annotations

import os
import tempfile
import tomllib
from pathlib import Path

import platformdirs
import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from bntui.tui.terminal.capabilities import Colors, Markers


class Settings(BaseModel):
    """What can be kept; without a theme it is Textual's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str | None = None
    colors: Colors = Colors.AUTO
    markers: Markers = Markers.AUTO
    low_bandwidth: bool = False


def default_path() -> Path:
    """`settings.toml` in the user's configuration folder for bntui."""
    return Path(platformdirs.user_config_dir("bntui")) / "settings.toml"


class SettingsFile:
    """The settings in a file, or with no path in memory only; `trouble` is the line that says what is wrong with it."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.settings, self.trouble = Settings(), ""
        try:
            if path is not None and path.exists():
                self.settings = Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            self.trouble = f"{path}: {_why(error)}; the defaults hold"

    def change(self, **values: object) -> None:
        """Keep these values; raises OSError where the file cannot be written."""
        self.settings = Settings.model_validate({**self.settings.model_dump(), **values})
        if self._path is not None:
            _write(self._path, tomli_w.dumps(self.settings.model_dump(mode="json", exclude_none=True)))


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'][0].lower()}{first['msg'][1:]}"
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _write(path: Path, text: str) -> None:
    """All or nothing, whoever reads or writes it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink()
        raise
