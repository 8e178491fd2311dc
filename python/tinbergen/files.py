"""Files that are whole or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that nobody ever sees half of it, and give its path.

    Parameters
    ----------
    path
        Where; its folder must exist.
    content
        Bytes, or text that is written as UTF-8 with the line ends it has.
    """
    target = Path(path)
    raw = content.encode() if isinstance(content, str) else content
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        draft.write_bytes(raw)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target
