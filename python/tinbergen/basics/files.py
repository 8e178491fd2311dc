"""Files: read up to a limit, written whole or not at all and to the disk."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
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

    Who may read an older file of that name may read this one, and nobody else. A link stays a link: what it points
    to is written. Pipes and devices, such as `/dev/null`, are written to and stay what they are.

    Parameters
    ----------
    path
        Where; its folder must exist.
    content
        Bytes, or text that is written as UTF-8 with the line ends it has; or parts of them, one after
        the other.
    """
    named = Path(path)
    parts = [content] if isinstance(content, (str, bytes)) else content
    if named.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(named))
    before = named.stat() if named.exists() else None
    if before is not None and not stat.S_ISREG(before.st_mode):
        _write(named, parts, 0)
        return named
    target = Path(os.path.realpath(named)) if named.is_symlink() else named
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        write_synced(draft, parts, None if before is None else stat.S_IMODE(before.st_mode))
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename != str(draft):
            raise
        # Nobody has asked for the file that is written first.
        raise type(error)(error.errno, error.strerror, str(named)) from None
    finally:
        with suppress(OSError):  # what hindered the writing may hinder this, and is told already
            draft.unlink(missing_ok=True)
    return named


def write_synced(file: Path, parts: Iterable[str | bytes], mode: int | None = None) -> None:
    """Write a new file, to the disk, with the permissions of an older one if there is one."""
    _write(file, parts, os.O_CREAT | os.O_EXCL, mode)


def _write(file: Path, parts: Iterable[str | bytes], flags: int, mode: int | None = None) -> None:
    """Write to a file, and name it where that fails: the system does so only where it cannot be opened."""
    flags |= os.O_WRONLY | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o666 if mode is None else 0o600)
    try:
        for part in parts:
            rest = memoryview(part.encode() if isinstance(part, str) else part)
            while rest:
                with _named(file):
                    rest = rest[os.write(descriptor, rest[:_PIECE]) :]
        if flags & os.O_CREAT:
            if mode is not None and os.name != "nt":
                os.fchmod(descriptor, mode)
            with _named(file):
                os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Name a file in what goes wrong with it; of a pipe whose reader left there is nothing to say."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(file)) from None


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where folders can be synced."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
