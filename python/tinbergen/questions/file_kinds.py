"""The kinds of files that paths are written to."""

from __future__ import annotations

from tinbergen.questions.file_kind import FileKind
from tinbergen.questions.parquet_files import ParquetFiles
from tinbergen.questions.zarr_files import ZarrFiles

__all__ = ["FILE_KINDS", "kind_named"]

FILE_KINDS: tuple[FileKind, ...] = (
    ParquetFiles(),
    ZarrFiles(),
)
"""All of them."""


def kind_named(name: str) -> FileKind:
    """Return the kind that ``store=`` calls so.

    Examples
    --------
    >>> kind_named("parquet").library
    'pyarrow.parquet'
    """
    return next(kind for kind in FILE_KINDS if kind.name == name)
