"""Folders with the paths of a run: written range by range, read back to the bit when asked.

A range is whole when its sums stand beside its paths: they are written last.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.optional import load
from tinbergen.basics.parameter_values import parameter_items
from tinbergen.basics.run_kinds import IN_FILES
from tinbergen.errors import NotKeptError, RecipeError, UnknownNameError, wrong_type
from tinbergen.lazy import FolderQuestions
from tinbergen.questions.file_kind import AGAIN, Layout
from tinbergen.questions.file_kinds import FILE_KINDS, kind_named
from tinbergen.questions.range_seals import Seal, digest_of, read_seal
from tinbergen.questions.run_ranges import Range, cut
from tinbergen.results.recipe import Recipe, recipe_of
from tinbergen.results.streamed import StreamedRuns

if TYPE_CHECKING:
    import polars as pl

    from tinbergen.basics.settings import RunSettings
    from tinbergen.questions.file_kind import FileKind
    from tinbergen.written.model import Model

__all__ = [
    "ABOUT",
    "FORMAT",
    "RunFolder",
    "Sums",
    "folder_named",
    "read_about",
    "read_run",
    "recipe_in",
]

FORMAT = 1
"""The version of how folders are laid out."""
ABOUT = "run.json"
"""The file that says which run a folder holds."""
_GO_ON = "simulate with the same settings and folder, which writes again what is missing"


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

    _kept_as = IN_FILES

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
        pieces = self._pieces()
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
        self.check_files()
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
        layout, pieces = self._layout, self._pieces()
        found = np.empty((len(layout.periods), layout.paths))
        parts = self._kind.read(layout, scenario, indicator, pieces)
        for piece in pieces:
            file = self._kind.file_of(layout, scenario, indicator, piece)
            seal = self._seal(piece, [file])
            try:
                numbers = next(parts)
            except Exception as error:
                raise ValueError(f"{file}: cannot be read ({error}); {AGAIN}") from error
            if digest_of(numbers) != seal.digests[scenario][indicator]:
                raise ValueError(f"{file}: has other numbers than were written; {AGAIN}")
            found[:, slice(*piece)] = numbers
        return found

    def check_files(self) -> None:
        """Refuse files that are missing or have another size than they were written with.

        Raises
        ------
        ValueError
            When a file is not as it was written, by its name and what to do.

        Examples
        --------
        >>> import tempfile
        >>> import tinbergen as tb
        >>> plan = tb.plans.minimal()
        >>> runs = plan.simulate(100, seed=1, store="parquet", folder=tempfile.mkdtemp())
        >>> runs.check_files()
        >>> runs.files("baseline")[0].unlink()
        >>> runs.check_files()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: ...: is not there; ...
        """
        for piece in self._pieces():
            files = [file for name in self for file in self._kind.files(self._layout, name, piece)]
            self._seal(piece, files)

    def _pieces(self) -> list[Range]:
        return cut(self._layout.paths, self._layout.range_paths)

    def _seal(self, piece: Range, files: list[Path]) -> Seal:
        """Return the seal of a range of which these files are as they were written."""
        try:
            seal, _ = read_seal(self._layout, piece)
            wrong = seal.wrong(self._layout, files)
        except ValueError as error:
            wrong = str(error)
        if wrong is not None:
            raise ValueError(f"{wrong}; {_GO_ON}")
        return seal

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
        When some of its paths are missing or no longer what was written, with the file: it was stopped, or
        damaged, and ``simulate`` with the same settings goes on.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> folder = tempfile.mkdtemp()
    >>> runs = tb.plans.minimal().simulate(50, seed=1, store="parquet", folder=folder)
    >>> tb.read_run(folder).fan() == runs.fan()
    True
    """
    place = folder_named(folder)
    about = read_about(place) if place.is_dir() else None
    if about is None:
        raise FileNotFoundError(f"{place}: there is no run in it (no {ABOUT})")
    recipe = recipe_in(place, about)
    settings = dict(recipe.settings)
    del settings["store"]
    if given := settings.get("parameters"):
        numbers = {n: np.asarray(v) if isinstance(v, list) else v for n, v in given.items()}
        settings["parameters"] = parameter_items(numbers, tuple(recipe.model.parameters))
    kind = kind_named(about.get("files", "parquet"))
    layout = Layout.of(place, recipe.model, settings, about)
    sums = Sums(layout, kind, _core.ranges(recipe.model._program(), cast("RunSettings", settings)))
    for first, end in cut(about["paths"], about["range_paths"]):
        if (wrong := sums.wrong((first, end))) is not None:
            raise ValueError(
                f"{place}: paths {first} to {end - 1} are missing: {wrong}; simulate with the same "
                "settings and folder, which goes on where it was stopped"
            )
    return RunFolder(recipe.model, sums.whole(), recipe, layout, kind)


class Sums:
    """What the ranges of a folder add up to, as far as they are whole."""

    def __init__(self, layout: Layout, kind: FileKind, ranges: _core.Ranges) -> None:
        self._layout, self._kind, self._ranges = layout, kind, ranges
        self._found: _core.Streamed | None = None

    def has(self, piece: Range) -> bool:
        """Return whether a range is whole, and add it where it is."""
        return self.wrong(piece) is None

    def wrong(self, piece: Range) -> str | None:
        """Return which file of a range is not as it was written, and how; add it where all are."""
        try:
            seal, content = read_seal(self._layout, piece)
        except ValueError as error:
            return str(error)
        part = self._ranges.read(content)
        files = [
            file for name in part.names for file in self._kind.files(self._layout, name, piece)
        ]
        if (wrong := seal.wrong(self._layout, files)) is None:
            self._add(part)
        return wrong

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


def folder_named(folder: object) -> Path:
    """Return the folder of a run, as it was named.

    Examples
    --------
    >>> folder_named("runs/minimal").name
    'minimal'
    """
    if not isinstance(folder, (str, os.PathLike)) or not isinstance(os.fspath(folder), str):
        raise wrong_type("folder", "the path of a folder", folder)
    text = os.fspath(folder)
    if not text or "\0" in text:
        what = "has a character that no name has (NUL)" if text else "is empty"
        raise ValueError(f'folder: its name {what}; name a folder, such as "runs/minimal"')
    return Path(text).absolute()


def read_about(place: Path, *, to_write: bool = False) -> dict[str, Any] | None:
    """Read what run a folder holds; None where it holds none."""
    file = place / ABOUT
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        about = None
    if (wrong := _wrong_about(about)) is None:
        return about  # type: ignore[no-any-return]
    if to_write:
        raise FileExistsError(
            f"{file}: this is no run of this version ({wrong}); name another folder"
        )
    raise ValueError(
        f"{file}: this is no run of this version ({wrong}); put the file back as it was written, open it with "
        "the version that wrote it, or simulate again into an empty folder"
    )


def _wrong_about(about: Any) -> str | None:
    """Return what is wrong with what a folder says of its run."""
    if not isinstance(about, dict):
        return "it is damaged"
    if about.get("tinbergen") != FORMAT:
        return f"tinbergen is {about.get('tinbergen')!r}, expected {FORMAT}"
    for key in ("paths", "range_paths"):
        number = about.get(key)
        if type(number) is not int or number < 1:
            return f"{key} is {number!r}, expected a whole number from 1"
    recipe = about.get("recipe")
    if not isinstance(recipe, list) or list(map(type, recipe)) != [str, str]:
        return "its recipe is damaged"
    if about.get("files", "parquet") not in [kind.name for kind in FILE_KINDS]:
        return f"files is {about['files']!r}, which it does not know"
    return None


def recipe_in(place: Path, about: dict[str, Any]) -> Recipe:
    """Return what the run of a folder was made of."""
    try:
        recipe = recipe_of(*about["recipe"])
    except RecipeError as error:
        raise RecipeError(f"{place / ABOUT}: {error}", error.recipe) from error
    if recipe.settings["paths"] != about["paths"]:
        raise ValueError(
            f"{place / ABOUT}: says {about['paths']} paths, and its recipe {recipe.settings['paths']}; put the "
            "file back as it was written, or simulate again into an empty folder"
        )
    return recipe
