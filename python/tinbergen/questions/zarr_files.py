"""Zarr: a group for each scenario with an array for each indicator, a file for each indicator and range."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.optional import load
from tinbergen.questions.file_kind import FileKind, Layout
from tinbergen.questions.run_ranges import Range

__all__ = ["ZarrFiles"]


class ZarrFiles(FileKind):
    """Arrays period times path (Zarr 3), a shard for each range with a chunk for each period in it.

    Who writes a range writes whole shards, so that nobody waits for anybody. The metadata of all arrays
    stand in the root, where xarray finds them.
    """

    name = "zarr"
    library = "zarr"
    taken = ("period", "path")

    def begin(self, layout: Layout) -> None:
        """Make the groups and the arrays, without their numbers."""
        zarr = load("zarr")
        if _is_begun(layout):
            return
        with warnings.catch_warnings():
            # That a run stands beside the arrays, and that metadata are put together, which xarray reads.
            warnings.simplefilter("ignore")
            about = {"model": layout.model}
            (layout.place / "zarr.json").unlink(missing_ok=True)  # of one that was stopped before
            root = zarr.create_group(
                layout.folder, zarr_format=3, overwrite=False, attributes=about
            )
            for scenario in layout.scenarios:
                group = root.create_group(
                    _name(scenario), overwrite=True, attributes={**about, "scenario": scenario}
                )
                self._arrays(group, layout)
            zarr.consolidate_metadata(layout.folder)

    def _arrays(self, group: Any, layout: Layout) -> None:
        periods, paths = len(layout.periods), layout.paths
        size = min(paths, layout.range_paths)  # shards are filled up
        text = group.create_array("period", shape=(periods,), dtype=str, dimension_names=["period"])
        text[:] = np.array(layout.periods, dtype=np.dtypes.StringDType())
        group.create_array(
            "path", shape=(paths,), chunks=(size,), dtype="int64", dimension_names=["path"]
        )
        for name, notes in layout.indicators:
            group.create_array(
                name,
                shape=(periods, paths),
                shards=(periods, size),
                chunks=(1, size),
                dtype="float64",
                compressors=load("zarr.codecs").Crc32cCodec(),  # checked by all who read it
                fill_value=np.nan,
                attributes=dict(notes),
                dimension_names=["period", "path"],
            )

    def files(self, layout: Layout, scenario: str, piece: Range) -> list[Path]:
        """Return the shards of a range, and its paths by number."""
        group, number = layout.place / _name(scenario), str(piece[0] // layout.range_paths)
        shards = [group / name / "c" / "0" / number for name, _ in layout.indicators]
        return [*shards, group / "path" / "c" / number]

    def file_of(self, layout: Layout, scenario: str, indicator: str, piece: Range) -> Path:
        """Return the shard of the indicator."""
        number = str(piece[0] // layout.range_paths)
        return layout.place / _name(scenario) / indicator / "c" / "0" / number

    def write(
        self, layout: Layout, scenario: str, piece: Range, rows: Mapping[str, NDArray[np.float64]]
    ) -> None:
        """Write the shards of a range; each takes its place when it is whole."""
        zarr, (first, end) = load("zarr"), piece
        with zarr.config.set({"array.write_empty_chunks": True}):
            group = zarr.open_group(layout.folder, mode="r+", path=_name(scenario))
            for name, values in rows.items():
                file = self.file_of(layout, scenario, name, piece)
                _put(group[name], slice(first, end), values, file)
            files = self.files(layout, scenario, piece)
            _put(group["path"], slice(first, end), np.arange(first, end), files[-1])
        for file in files:
            with file.open("rb") as written:
                os.fsync(written.fileno())

    def read(
        self, layout: Layout, scenario: str, indicator: str, pieces: Sequence[Range]
    ) -> Iterator[NDArray[np.float64]]:
        """Read the indicator from shard after shard."""
        place = layout.place / _name(scenario) / indicator
        array = load("zarr").open_array(str(place), mode="r")
        for first, end in pieces:
            yield np.asarray(array[:, first:end])


def _put(array: Any, where: slice, values: NDArray[Any], file: Path) -> None:
    """Write a whole shard; one that was there and is damaged gives way."""
    try:
        array[..., where] = values
    except ValueError:
        # The last shard is not full, and what stands in its place is read before it is written.
        file.unlink(missing_ok=True)
        array[..., where] = values


def _is_begun(layout: Layout) -> bool:
    """Whether all arrays are there: their metadata are put together at last."""
    file = layout.place / "zarr.json"
    return file.is_file() and b"consolidated_metadata" in file.read_bytes()


def _name(scenario: str) -> str:
    """Return the name of the group of a scenario: no other scenario has it, as no name has a percent sign."""
    if scenario.startswith("_") or scenario.casefold() == "sums":
        return f"%{ord(scenario[0]):02X}{scenario[1:]}"
    return scenario
