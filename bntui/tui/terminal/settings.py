"""Settings that last: one TOML file in the user's configuration folder."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from bntui import toml_text
from bntui.page_spec import OwnPages, check_names
from bntui.records import UserError
from bntui.spec import explain
from bntui.tui.terminal.capabilities import Colors, Markers
from bntui.user_paths import read_text, reason, replace_text


class Settings(BaseModel):
    """The contents of the settings file; without a theme Textual's default is used.

    `pages` are shown in every run, behind those of its preset. `bell` and `notifications`: the terminal rings, or shows
    a desktop notification, when a variant diverges, and when a run or a sweep ends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str | None = None
    colors: Colors = Colors.AUTO
    markers: Markers = Markers.AUTO
    low_bandwidth: bool = False
    bell: bool = False
    notifications: bool = False
    pages: OwnPages | None = None


def default_path() -> Path:
    """Return the path of `settings.toml` in the user's configuration folder for bntui."""
    return Path(platformdirs.user_config_dir("bntui")) / "settings.toml"


class SettingsFile:
    """The settings in a file, or only in memory without a path; `error` is a message if the file is not valid.

    A file that cannot be read is left as it is: what its user wrote there is not replaced.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.settings, self.error = Settings(), ""
        try:
            if path is not None and path.exists():
                settings = Settings.model_validate(toml_text.parsed(read_text(path, toml_text.LONGEST)))
                check_names(settings.pages or ())
                self.settings = settings
        except (OSError, UserError, ValidationError) as error:
            self.error = str(UserError(f"{path}: {_reason(error)}; using the defaults"))
        self._valid = not self.error

    def change(self, **values: object) -> None:
        """Set and save these values. Raises UserError if they cannot be saved; they are in force nevertheless."""
        self.settings = Settings.model_validate({**self.settings.model_dump(), **values})
        if self._path is None:
            return
        if not self._valid:
            raise UserError(f"{self._path}: is not valid; repair or delete it, then they can be saved")
        try:
            replace_text(self._path, tomli_w.dumps(self.settings.model_dump(mode="json", exclude_none=True)))
        except OSError as error:
            raise UserError(f"{self._path}: {reason(error)}") from None


def _reason(error: OSError | UserError | ValidationError) -> str:
    return explain(error, Settings) if isinstance(error, ValidationError) else reason(error)
