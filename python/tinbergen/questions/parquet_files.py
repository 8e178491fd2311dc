"""Parquet: a file for each scenario and range, in folders that are named as Hive partitions are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.optional import load
from tinbergen.questions.file_kind import FileKind, Layout, range_name
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
        options |= {"column_encoding": {"path": "DELTA_BINARY_PACKED"}, "write_page_checksum": True}
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

    def file_of(self, layout: Layout, scenario: str, indicator: str, piece: Range) -> Path:
        """Return the one file."""
        return self.files(layout, scenario, piece)[0]

    def read(
        self, layout: Layout, scenario: str, indicator: str, pieces: Sequence[Range]
    ) -> Iterator[NDArray[np.float64]]:
        """Read the indicator from file after file."""
        parquet = load("pyarrow.parquet")
        for piece in pieces:
            (file,) = self.files(layout, scenario, piece)
            with parquet.ParquetFile(file, page_checksum_verification=True) as opened:
                column = opened.read([indicator])[indicator]
            numbers: NDArray[np.float64] = column.to_numpy()
            yield numbers.reshape(len(layout.periods), -1)
