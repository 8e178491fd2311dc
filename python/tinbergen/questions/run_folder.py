"""Folders with the paths of a run: written range by range, read back to the bit when asked.

A range is whole when its sums stand beside its paths: they are written last.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.optional import load
from tinbergen.basics.parameter_values import parameter_items
from tinbergen.errors import NotKeptError, UnknownNameError
from tinbergen.lazy import FolderQuestions
from tinbergen.questions.file_kind import Layout, range_name
from tinbergen.questions.file_kinds import kind_named
from tinbergen.questions.run_ranges import Range, cut
from tinbergen.results.recipe import Recipe, recipe_of
from tinbergen.results.streamed import StreamedRuns

if TYPE_CHECKING:
    import polars as pl

    from tinbergen.questions.file_kind import FileKind
    from tinbergen.written.model import Model

__all__ = [
    "ABOUT",
    "FORMAT",
    "RunFolder",
    "Sums",
    "read_about",
    "read_run",
    "sums_file",
]

FORMAT = 1
"""The version of how folders are laid out."""
ABOUT = "run.json"
"""The file that says which run a folder holds."""


class RunFolder(FolderQuestions, StreamedRuns):
    """A run whose paths are files; made by ``Model.simulate(store="parquet")`` or ``"zarr"``, opened by `read_run`.

    It says what a streamed run says, from sums that stand beside the paths. The paths are read when they
    are asked for: by any library that reads such files, or by `paths`.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> folder = tempfile.mkdtemp()
    >>> plan = tb.plans.minimal()
    >>> runs = plan.simulate(3000, seed=1, store="parquet", folder=folder, range_paths=1024)
    >>> stored = plan.simulate(3000, seed=1)
    >>> bool((runs.paths("gdp") == stored["baseline"]["gdp"]).all())
    True
    """

    def __init__(
        self, model: Model, core: _core.Streamed, recipe: Recipe, layout: Layout, kind: FileKind
    ) -> None:
        super().__init__(model, core, recipe)
        self._layout = layout
        self._kind = kind

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._layout.place

    @property
    def store(self) -> str:
        """The kind of the files: ``"parquet"``, ``"zarr"``."""
        return self._kind.name

    def files(self, scenario: str | None = None) -> list[Path]:
        """Return the files of a scenario, or of all, in the order of paths.

        Examples
        --------
        >>> import tempfile
        >>> import tinbergen as tb
        >>> folder = tempfile.mkdtemp()
        >>> runs = tb.plans.minimal().simulate(50, seed=1, store="parquet", folder=folder)
        >>> [file.name for file in runs.files("baseline")]
        ['paths-0000000000000-0000000000050.parquet']
        """
        names = list(self) if scenario is None else [scenario]
        for name in names:
            self[name]
        pieces = cut(self._layout.paths, self._layout.range_paths)
        return [
            file
            for name in names
            for piece in pieces
            for file in self._kind.files(self._layout, name, piece)
        ]

    def scan(self) -> pl.LazyFrame:
        """Return all paths as a lazy frame of polars: scenario, period, path, indicators.

        Examples
        --------
        >>> import tempfile
        >>> import tinbergen as tb
        >>> folder = tempfile.mkdtemp()
        >>> runs = tb.plans.minimal().simulate(50, seed=1, store="parquet", folder=folder)
        >>> runs.scan().select("gdp").collect().height  # 2 scenarios, 15 years, 50 paths
        1500
        """
        if self.store != "parquet":
            raise TypeError(
                f'scan: polars does not read {self.store}; open it with to_xarray(), or write store="parquet"'
            )
        files = [os.fspath(file) for file in self.files()]
        frame: pl.LazyFrame = load("polars").scan_parquet(files, hive_partitioning=True)
        return frame

    def paths(self, indicator: str, scenario: str = "baseline") -> NDArray[np.float64]:
        """Read the paths of an indicator: shape (periods of the span, paths), the bits of a stored run.

        Parameters
        ----------
        indicator
            One of those that were kept.
        scenario
            One of those that ran.

        Examples
        --------
        >>> import tempfile
        >>> import tinbergen as tb
        >>> folder = tempfile.mkdtemp()
        >>> runs = tb.plans.minimal().simulate(50, seed=1, store="parquet", folder=folder)
        >>> runs.paths("gdp").shape
        (15, 50)
        """
        if indicator not in self._model.indicators:
            raise UnknownNameError("indicator", indicator, self._model.indicators)
        ensemble = self[scenario]
        if indicator not in ensemble:
            raise NotKeptError(indicator)
        return self._kind.read(self._layout, scenario, indicator)

    def __reduce__(self) -> tuple[Any, ...]:
        return read_run, (os.fspath(self.folder),)

    def merge(self, other: StreamedRuns) -> NoReturn:
        """Refuse: ranges of one folder are one run already."""
        raise TypeError("a folder holds all paths of its run")

    def __repr__(self) -> str:
        return f"<RunFolder {os.fspath(self.folder)!r} of {self._model.name!r}: {', '.join(self)}>"


def read_run(folder: str | os.PathLike[str]) -> RunFolder:
    """Open a folder that ``Model.simulate(store="parquet")`` or ``"zarr"`` wrote.

    Parameters
    ----------
    folder
        Where it is. Nothing is read but the sums until paths are asked for.

    Raises
    ------
    FileNotFoundError
        When there is no run in it.
    ValueError
        When some of its paths are missing: it was stopped, and ``simulate`` with the same settings goes on.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> folder = tempfile.mkdtemp()
    >>> runs = tb.plans.minimal().simulate(50, seed=1, store="parquet", folder=folder)
    >>> tb.read_run(folder).fan() == runs.fan()
    True
    """
    place = Path(folder).absolute()
    about = read_about(place) if place.is_dir() else None
    if about is None:
        raise FileNotFoundError(f"{place}: there is no run in it (no {ABOUT})")
    recipe = recipe_of(*about["recipe"])
    settings = dict(recipe.settings)
    del settings["store"]
    if given := settings.get("parameters"):
        numbers = {n: np.asarray(v) if isinstance(v, list) else v for n, v in given.items()}
        settings["parameters"] = parameter_items(numbers, tuple(recipe.model.parameters))
    kind = kind_named(about.get("files", "parquet"))
    layout = Layout.of(place, recipe.model, settings, about["range_paths"])
    sums = Sums(layout, kind, _core.ranges(recipe.model._program(), **settings))
    for first, end in cut(about["paths"], about["range_paths"]):
        if not sums.has((first, end)):
            raise ValueError(
                f"{place}: paths {first} to {end - 1} are missing: simulate with the same settings "
                "and folder, which goes on where it was stopped"
            )
    return RunFolder(recipe.model, sums.whole(), recipe, layout, kind)


class Sums:
    """What the ranges of a folder add up to, as far as they are whole."""

    def __init__(self, layout: Layout, kind: FileKind, ranges: _core.Ranges) -> None:
        self._layout, self._kind, self._ranges = layout, kind, ranges
        self._found: _core.Streamed | None = None

    def has(self, piece: Range) -> bool:
        """Return whether a range is whole, and add it where it is."""
        try:
            content = sums_file(self._layout.place, piece).read_bytes()
        except FileNotFoundError:
            return False
        digest, content = content[:32], content[32:]
        if hashlib.sha256(content).digest() != digest:
            return False
        part = self._ranges.read(content)
        files = (
            file for name in part.names for file in self._kind.files(self._layout, name, piece)
        )
        if not all(file.is_file() for file in files):
            return False
        self._add(part)
        return True

    def take(self, content: bytes) -> None:
        """Add what a range adds up to."""
        self._add(self._ranges.read(content))

    def _add(self, part: _core.Streamed) -> None:
        self._found = part if self._found is None else self._found.merge(part)

    def whole(self) -> _core.Streamed:
        """Return what all of them add up to."""
        assert self._found is not None  # there is a path at least
        self._found.judge()
        return self._found


def sums_file(place: Path, piece: Range) -> Path:
    """Return where the sums of a range are."""
    return place / "sums" / f"{range_name(piece)}.sums"


def read_about(place: Path) -> dict[str, Any] | None:
    """Read what run a folder holds; None where it holds none."""
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        about = None
    if not isinstance(about, dict) or about.get("tinbergen") != FORMAT:
        raise FileExistsError(
            f"{place / ABOUT}: this is no run of this version; name another folder"
        )
    return about
