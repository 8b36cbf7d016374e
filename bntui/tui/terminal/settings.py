"""Settings that last: one TOML file in the user's configuration folder."""

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
    """The contents of the settings file; without a theme Textual's default is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str | None = None
    colors: Colors = Colors.AUTO
    markers: Markers = Markers.AUTO
    low_bandwidth: bool = False


def default_path() -> Path:
    """Return the path of `settings.toml` in the user's configuration folder for bntui."""
    return Path(platformdirs.user_config_dir("bntui")) / "settings.toml"


class SettingsFile:
    """The settings in a file, or only in memory without a path; `error` is a message if the file is not valid."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.settings, self.error = Settings(), ""
        try:
            if path is not None and path.exists():
                self.settings = Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            self.error = f"{path}: {_reason(error)}; using the defaults"

    def change(self, **values: object) -> None:
        """Set and save these values; raise OSError if the file cannot be written."""
        self.settings = Settings.model_validate({**self.settings.model_dump(), **values})
        if self._path is not None:
            _write(self._path, tomli_w.dumps(self.settings.model_dump(mode="json", exclude_none=True)))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'][0].lower()}{first['msg'][1:]}"
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _write(path: Path, text: str) -> None:
    """Replace the file at once, so that another process reads the old or the new text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink()
        raise
