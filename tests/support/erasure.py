"""Looking for a name, byte by byte, in every form in which a file might hold it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def forms_of(words: str) -> set[bytes]:
    """Words as they are, in capitals and in small letters, in several encodings, and as JSON escapes them."""
    cased = {words, words.upper(), words.lower(), words.casefold(), words.title()}
    escaped = {json.dumps(text)[1:-1] for text in cased} | {
        json.dumps(text, ensure_ascii=False)[1:-1] for text in cased
    }
    return {text.encode(code) for text in cased | escaped for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")}


def files_in(*folders: Path) -> Iterator[Path]:
    """Every file below these folders."""
    return (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())


def holding(words: Iterable[str], files: Iterable[Path]) -> list[str]:
    """The names of the files in which any of these words stand in any form."""
    forms = {form for each in words for form in forms_of(each)}
    return [file.name for file in files if any(form in bytes_ for bytes_ in [_bytes_of(file)] for form in forms)]


def _bytes_of(file: Path) -> bytes:
    """What is in a file; nothing, where it is gone: a running server replaces its own files at any time."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
