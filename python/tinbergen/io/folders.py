"""Folders: written whole or not at all, and never half replaced."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tinbergen import _core
from tinbergen.basics.files import sync_folder, write_synced

__all__ = ["place_folder", "standing"]

_ABANDONED = 3600.0
"""Drafts that nobody has touched for so many seconds were left by a process that was killed."""


def place_folder(
    target: Path, contents: Mapping[str, bytes], *, replaced: Callable[[Path], bool] | None
) -> None:
    """Write a folder so that its place has the old one or the new one, whole, at any time.

    All files are on the disk before the folder comes to its place. The old one is exchanged for it
    in one step where the system can; where it cannot, the old one stands beside its place for a
    moment, and `standing` finds it there.

    Parameters
    ----------
    target
        Where.
    contents
        The files by name.
    replaced
        Whether a folder that has something in it may be replaced; it never is when not given. Asked
        once more of what was taken out of its place, which is put back when it may not.

    Raises
    ------
    FileExistsError
        When there is something that is not to be replaced.
    """
    _make_parents(target.parent)
    _tidy(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        draft.mkdir()
        for file, content in contents.items():
            write_synced(draft / file, [content])
        sync_folder(draft)
        _settle(draft, target, replaced)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename is None or draft not in (
            Path(error.filename),
            *Path(error.filename).parents,
        ):
            raise
        # Nobody has asked for the folder that is written first.
        raise type(error)(error.errno, error.strerror, str(target)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def standing(target: Path) -> Path:
    """Return where a folder stands: in its place, or beside it where its replacement was cut off."""
    if target.exists():
        return target
    return next(iter(_beside(target, "old")), target)


def _settle(draft: Path, target: Path, replaced: Callable[[Path], bool] | None) -> None:
    """Move a draft to its place; what stood there, if anything, is in the place of the draft then."""
    for _ in range(100):  # others may be at it: each turn, somebody has come further
        if _moved(draft, target):
            return
        if replaced is None or not replaced(target):
            break
        try:
            exchanged = _core.exchange(str(draft), str(target))
        except FileNotFoundError:
            continue
        if not exchanged:
            _replace_in_steps(draft, target)
            return
        if replaced(draft):
            return
        _core.exchange(str(draft), str(target))  # not what it was when it was asked for
        break
    raise FileExistsError(
        f"{target}: there is something already; name another, or pass replace=True"
    )


def _moved(draft: Path, target: Path) -> bool:
    """Move a folder to a place where there is nothing, or an empty folder; else say no."""
    try:
        if os.name == "nt" and target.is_dir():
            target.rmdir()  # no rename goes over a folder there
        draft.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    return True


def _replace_in_steps(draft: Path, target: Path) -> None:
    """Replace a folder where the system cannot exchange two."""
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    target.rename(old)
    try:
        draft.rename(target)
    except BaseException:
        if not target.exists():
            old.rename(target)
        raise
    sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _tidy(target: Path) -> None:
    """Put back what a killed process left beside its place, and remove its drafts."""
    for old in _beside(target, "old"):
        if not target.exists():
            old.rename(target)
        elif _is_abandoned(old):
            shutil.rmtree(old, ignore_errors=True)
    for draft in _beside(target, "tmp"):
        if _is_abandoned(draft):
            shutil.rmtree(draft, ignore_errors=True)


def _beside(target: Path, kind: str) -> list[Path]:
    """Return the folders of a kind beside a place, those that were made last first."""
    try:
        found = [path for path in target.parent.iterdir() if _is_of(path.name, target.name, kind)]
        return sorted(found, key=lambda path: -path.stat().st_mtime)
    except OSError:
        return []


def _is_of(name: str, target: str, kind: str) -> bool:
    mark = name.removeprefix(f".{target}.").removesuffix(f".{kind}")
    return name == f".{target}.{mark}.{kind}" and len(mark) == 8 and mark.isalnum()


def _is_abandoned(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > _ABANDONED


def _make_parents(folder: Path) -> None:
    """Make a folder with those above it, to the disk."""
    if folder.is_dir():
        return
    _make_parents(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
