"""Files: read up to a limit, written whole or not at all and to the disk."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from tinbergen.errors import ModelError, Problem

__all__ = [
    "LARGEST",
    "read_input",
    "sync_folder",
    "write_atomically",
    "write_synced",
]

LARGEST = 200 << 20
"""No file that is larger is read, in bytes; what is read has limits of its own in the core."""

_PIECE = 1 << 20


def read_input(path: str | os.PathLike[str], largest: int | None = None) -> bytes:
    """Read a file that was named, as long as it is no larger than can be meant.

    Parameters
    ----------
    path
        The file. Pipes and devices are rejected before they are opened: they have no size and may
        never end.
    largest
        How many bytes it may have, `LARGEST` at most.

    Raises
    ------
    ModelError
        When it is larger, of which nothing is read, or no regular file.
    """
    name, most = os.fspath(path), min(LARGEST, largest or LARGEST)
    _check(name, Path(path).stat(), most)
    # Not waiting for a writer, should a pipe have come into its place since.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags)
    try:
        _check(name, os.fstat(descriptor), most)
        pieces, size = [], 0
        while piece := os.read(descriptor, min(_PIECE, most + 1 - size)):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise _refused(name, f"is larger than {most} bytes")
    finally:
        os.close(descriptor)
    return b"".join(pieces)


def _check(name: str, status: os.stat_result, most: int) -> None:
    """Refuse what is no regular file, and what is too large."""
    if stat.S_ISDIR(status.st_mode):
        raise _refused(name, "is a folder; name a file")
    if not stat.S_ISREG(status.st_mode):
        raise _refused(
            name, "is a pipe or a device, which may never end; save it as a file and name that"
        )
    if status.st_size > most:
        raise _refused(name, f"is larger than {most} bytes")


def _refused(name: str, message: str) -> ModelError:
    return ModelError([Problem(name, None, "", message)])


def write_atomically(
    path: str | os.PathLike[str], content: str | bytes | Iterable[str | bytes]
) -> Path:
    """Write a file so that nobody ever sees half of it, also after a crash, and give its path.

    Parameters
    ----------
    path
        Where; its folder must exist.
    content
        Bytes, or text that is written as UTF-8 with the line ends it has; or parts of them, one after
        the other.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        write_synced(draft, [content] if isinstance(content, (str, bytes)) else content)
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename != str(draft):
            raise
        # Nobody has asked for the file that is written first.
        raise type(error)(error.errno, error.strerror, str(target)) from None
    finally:
        draft.unlink(missing_ok=True)
    return target


def write_synced(file: Path, parts: Iterable[str | bytes]) -> None:
    """Write a new file, to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o666)
    try:
        for part in parts:
            rest = memoryview(part.encode() if isinstance(part, str) else part)
            while rest:
                rest = rest[os.write(descriptor, rest[:_PIECE]) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where folders can be synced."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
