"""The user's settings: a TOML file in the folder where configuration belongs."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from pledger.cli.saving import unfinished
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import StorageTrouble, WrongUsage
from pledger.projections.untrusted import tables_of, text_of


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; None where it is not."""

    ledger: str | None = None
    me: str | None = None
    partnership: str | None = None


MEANINGS = {
    "ledger": "the ledger's file, where neither --ledger nor PLEDGER_LEDGER names one",
    "me": "who records, where neither --me nor PLEDGER_ME tells",
    "partnership": "the partnership meant where none is named",
}


def settings_path() -> Path:
    """Where the settings are; PLEDGER_CONFIG names another file."""
    told = os.environ.get("PLEDGER_CONFIG")
    if told:
        return Path(told)
    import platformdirs

    return platformdirs.user_config_path("pledger", appauthor=False) / "config.toml"


def read_settings(path: Path) -> Settings:
    """Read the settings; none where there is no file. Raises WrongUsage where it cannot be understood."""
    try:
        stored = tables_of(text_of(path))
    except FileNotFoundError:
        return Settings()
    except ValueError as error:
        raise WrongUsage(
            f"the settings cannot be read: {error}", where=str(path), remedy="mend the file, or delete it"
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error
    for key, value in stored.items():
        check_key(key, str(path))
        if not isinstance(value, str):
            raise WrongUsage(f"the setting {key} is not a text", where=str(path), remedy=f'write it as {key} = "..."')
        if not value.isprintable():
            raise WrongUsage(
                f"the setting {key} has a character that cannot be shown", where=str(path), remedy="mend the file"
            )
    return Settings(**stored)


def write_setting(path: Path, key: str, value: str | None) -> None:
    """Set one setting, or take it out; everything else in the file stays as it is. Written aside and renamed."""
    import tomlkit

    check_key(key, str(path))
    if value is not None and (not value.strip() or not value.isprintable()):
        raise WrongUsage(
            f"{key} cannot be {value!r}",
            where=str(path),
            remedy=f"give characters that can be shown; to have none: pledger config {key} --unset",
        )
    if path.exists() and not path.is_file() and not path.is_dir():  # a device would be lost
        raise WrongUsage("the settings are no file", where=str(path), remedy="name a file with PLEDGER_CONFIG")
    read_settings(path)  # what cannot be understood is not written to
    try:
        document = tomlkit.parse(text_of(path)) if path.exists() else tomlkit.document()
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
        text = tomlkit.dumps(document).encode()
        target = path.resolve()  # some keep their settings behind a link
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(target) as aside:
            aside.write_bytes(text)
    except OSError as error:
        raise _unusable(path, error) from error


def check_key(key: str, where: str) -> None:
    """Refuse a setting that there is not, with the nearest one that there is."""
    known = [setting.name for setting in fields(Settings)]
    if key not in known:
        guess = nearest(key, known, most=1)
        raise WrongUsage(
            f"there is no setting '{key}'",
            where=where,
            remedy=(f"did you mean {guess[0]}? " if guess else "") + f"the settings are: {listed(known)}",
        )


def _unusable(path: Path, error: OSError) -> StorageTrouble:
    return StorageTrouble(
        f"the settings cannot be used: {error.strerror}",
        where=str(path),
        remedy="check the file and its folder",
    )
