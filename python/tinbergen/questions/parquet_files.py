"""Parquet: a file for each scenario and range, in folders that are named as Hive partitions are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.optional import load
from tinbergen.questions.file_kind import AGAIN, FileKind, Layout, range_name
from tinbergen.questions.run_ranges import Range

__all__ = ["ParquetFiles"]


class ParquetFiles(FileKind):
    """Columns period, path and the indicators; within a file a period is a row group."""

    name = "parquet"
    library = "pyarrow.parquet"
    taken = ("scenario", "period", "path")

    def begin(self, layout: Layout) -> None:
        """Make nothing: folders are made with the first file."""

    def files(self, layout: Layout, scenario: str, piece: Range) -> list[Path]:
        """Return the one file."""
        folder = layout.place / f"scenario={quote(scenario, safe='')}"
        return [folder / f"{range_name(piece)}.parquet"]

    def write(
        self, layout: Layout, scenario: str, piece: Range, rows: Mapping[str, NDArray[np.float64]]
    ) -> None:
        """Write the file beside its place, and put it there when it is on the disk."""
        (target,) = self.files(layout, scenario, piece)
        target.parent.mkdir(parents=True, exist_ok=True)
        arrow, parquet = load("pyarrow"), load("pyarrow.parquet")
        fields = [("period", arrow.string()), ("path", arrow.int64())]
        schema = arrow.schema(fields + [(name, arrow.float64()) for name in rows])
        first, end = piece
        path = arrow.array(np.arange(first, end))
        # Another worker may be writing the same range: whichever comes last has the same bytes.
        draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
        options: dict[str, Any] = {"use_dictionary": ["period"], "compression": "none"}
        options["column_encoding"] = {"path": "DELTA_BINARY_PACKED"}
        try:
            with draft.open("wb") as file:
                with parquet.ParquetWriter(file, schema, **options) as writer:
                    for k, period in enumerate(layout.periods):
                        columns = [arrow.array([period] * (end - first)), path]
                        columns += [arrow.array(values[k]) for values in rows.values()]
                        table = arrow.Table.from_arrays(columns, schema=schema)
                        writer.write_table(table, row_group_size=max(1, end - first))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def read(self, layout: Layout, scenario: str, indicator: str) -> NDArray[np.float64]:
        """Read the indicator from all files."""
        folder = self.files(layout, scenario, (0, 0))[0].parent
        files = sorted(folder.glob("*.parquet"))
        parts = [_part(file, indicator, len(layout.periods)) for file in files]
        return np.concatenate(parts, axis=1)


def _part(file: Path, indicator: str, periods: int) -> NDArray[np.float64]:
    """Read an indicator in the paths of one file, which have to be those of its name."""
    first, end = (int(text) for text in file.stem.split("-")[1:])
    try:
        table = load("pyarrow.parquet").ParquetFile(file).read(["path", indicator])
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: cannot be read ({error}); {AGAIN}") from error
    paths: NDArray[np.int64] = table["path"].to_numpy()
    if len(paths) != periods * (end - first) or (paths[0], paths[-1]) != (first, end - 1):
        raise ValueError(f"{file}: has other paths than its name says; {AGAIN}")
    numbers: NDArray[np.float64] = table[indicator].to_numpy()
    return numbers.reshape(periods, -1)
