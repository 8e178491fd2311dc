"""Runs whose paths are written as Parquet while they are worked out, here or by the workers of an executor.

A run that was stopped goes on with the ranges that are missing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.files import write_atomically
from tinbergen.basics.optional import load
from tinbergen.questions.run_folder import (
    ABOUT,
    FORMAT,
    RunFolder,
    Sums,
    path_files,
    range_name,
    read_about,
    sums_file,
)
from tinbergen.questions.workers import Executors, Range, Run, spread
from tinbergen.results.path_frames import refuse_clashes
from tinbergen.results.recipe import Recipe, asked, recipe_of, written

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.written.model import Model

__all__ = ["WriteRange", "write_run"]

_FILE = 64e6
"""About how many bytes a file has."""


def write_run(
    model: Model,
    settings: dict[str, Any],
    folder: str | os.PathLike[str],
    executor: Executors | None,
    size: int | None,
    watch: Watch | None,
) -> RunFolder:
    """Run what is not in a folder yet, and write it there; see `Model.simulate`."""
    place = Path(folder).absolute()
    load("pyarrow.parquet")
    before = read_about(place)
    if before is not None and settings["seed"] is None:
        settings = {**settings, "seed": recipe_of(*before["recipe"]).settings["seed"]}
    kept = settings["keep"] or list(model.indicators)
    refuse_clashes(["scenario", "period", "path"], kept)
    periods = tuple(map(str, model._program().periods))
    cells = len(kept) * len(periods)
    fitting = max(1024, min(2**20, int(_FILE / 8 / cells) // 1024 * 1024))
    run = Run.of(model, settings, executor, size or fitting, (1, 1))
    run.ranges.check()
    recipe = Recipe(
        model, asked({**settings, "seed": run.job.settings["seed"], "store": "streamed"})
    )
    about = {
        "tinbergen": FORMAT,
        "recipe": written(recipe, ""),
        "paths": settings["paths"],
        "range_paths": size or fitting,
    }
    if before is None:
        _begin(place, about)
    elif before != json.loads(json.dumps(about)):
        _refuse(place, before, about)
    sums = Sums(place, run.ranges)
    missing = [piece for piece in run.pieces if not sums.has(piece)]
    task = WriteRange(os.fspath(place), periods)
    for _, answer in _answers(run, task, missing, executor, watch):
        sums.take(answer)
    return RunFolder(model, sums.whole(), recipe, place)


def _answers(
    run: Run,
    task: WriteRange,
    missing: list[Range],
    executor: Executors | None,
    watch: Watch | None,
) -> Iterator[tuple[Range, bytes]]:
    if executor is not None:
        yield from spread(run.job, task, missing, executor, watch)
        return
    done, total = 0, sum(end - first for first, end in missing)
    for first, end in missing:
        if watch is not None:
            watch(done, total)
        yield (first, end), task(run.ranges, first, end)
        done += end - first
    if watch is not None:
        watch(done, total)


@dataclass(frozen=True, slots=True)
class WriteRange:
    """Writes a range where it is worked out: all machines see the folder."""

    folder: str
    periods: tuple[str, ...]

    def __call__(self, ranges: _core.Ranges, first: int, end: int) -> bytes:
        """Run it, write its paths, and its sums when they are there."""
        streamed, stored = ranges.run_stored(first, end)
        place = Path(self.folder)
        for scenario in streamed.names:
            target = path_files(place, scenario)
            target.mkdir(parents=True, exist_ok=True)
            rows = {name: stored.rows(scenario, name) for name in streamed.indicators}
            self._write(target / f"{range_name((first, end))}.parquet", rows, first, end)
        content = streamed.to_bytes()
        sums = sums_file(place, (first, end))
        sums.parent.mkdir(exist_ok=True)
        write_atomically(sums, hashlib.sha256(content).digest() + content)
        return content

    def _write(self, target: Path, rows: dict[str, Any], first: int, end: int) -> None:
        arrow, parquet = load("pyarrow"), load("pyarrow.parquet")
        fields = [("period", arrow.string()), ("path", arrow.int64())]
        schema = arrow.schema(fields + [(name, arrow.float64()) for name in rows])
        path = arrow.array(np.arange(first, end))
        # Another worker may be writing the same range: whichever comes last has the same bytes.
        draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
        options: dict[str, Any] = {"use_dictionary": ["period"], "compression": "none"}
        options["column_encoding"] = {"path": "DELTA_BINARY_PACKED"}
        try:
            with draft.open("wb") as file:
                with parquet.ParquetWriter(file, schema, **options) as writer:
                    for k, period in enumerate(self.periods):
                        columns = [arrow.array([period] * (end - first)), path]
                        columns += [arrow.array(values[k]) for values in rows.values()]
                        table = arrow.Table.from_arrays(columns, schema=schema)
                        writer.write_table(table, row_group_size=max(1, end - first))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def _begin(place: Path, about: dict[str, Any]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise FileExistsError(
            f"{place}: there are other files in it; name an empty folder, or a new one"
        )
    write_atomically(place / ABOUT, json.dumps(about))


def _refuse(place: Path, before: dict[str, Any], about: dict[str, Any]) -> None:
    differs = "recipe"
    for key in ("paths", "range_paths"):
        if before[key] != about[key]:
            differs = f"{key} ({before[key]} there, {about[key]} here)"
    if differs == "recipe":
        mine, theirs = (json.loads(run["recipe"][0]) for run in (about, before))
        keys = [key for key in ("version", "model", "settings") if mine.get(key) != theirs.get(key)]
        differs = keys[0] if keys else differs
    raise FileExistsError(
        f"{place}: it holds another run, which differs in {differs}; name another folder, or open that "
        "run with tb.read_run"
    )
