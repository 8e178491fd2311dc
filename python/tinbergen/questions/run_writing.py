"""Runs whose paths are written to files while they are worked out, here or by the workers of an executor.

A run that was stopped goes on with the ranges that are missing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.files import write_atomically
from tinbergen.basics.optional import load
from tinbergen.questions.file_kind import FileKind, Layout
from tinbergen.questions.file_kinds import kind_named
from tinbergen.questions.range_seals import Seal, digest_of, sums_file
from tinbergen.questions.run_folder import (
    ABOUT,
    FORMAT,
    RunFolder,
    Sums,
    folder_named,
    read_about,
    recipe_in,
)
from tinbergen.questions.run_ranges import Range, Run
from tinbergen.questions.workers import Executors, opened
from tinbergen.results.path_frames import refuse_clashes
from tinbergen.results.recipe import Recipe, asked, written

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.basics.settings import RunSettings
    from tinbergen.written.model import Model

__all__ = ["WriteRange", "write_run"]

_LONGEST_NAME = 255
"""How many bytes the name of a file or folder may have."""
_FILE = 64e6
"""About how many bytes a file has."""


def write_run(
    model: Model,
    settings: RunSettings,
    store: str,
    folder: str | os.PathLike[str],
    executor: Executors | None,
    size: int | None,
    watch: Watch | None,
) -> RunFolder:
    """Run what is not in a folder yet, and write it there; see `Model.simulate`."""
    place = folder_named(folder)
    kind = kind_named(store)
    load(kind.library)
    before = read_about(place, to_write=True)
    if before is not None and settings["seed"] is None:
        settings = {**settings, "seed": recipe_in(place, before).settings["seed"]}
    keep = settings["keep"]
    kept = list(dict.fromkeys(model.indicators if keep is None else keep))
    refuse_clashes(list(kind.taken), kept)
    cells = max(1, len(kept)) * len(model._program().periods)
    fitting = max(1024, min(2**20, int(_FILE / 8 / cells) // 1024 * 1024))
    run = Run.of(model, settings, size or fitting, (1, 1), sent=executor is not None)
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
    if store != "parquet":
        about["files"] = store
    layout = Layout.of(place, model, settings, about)
    _refuse_long(layout, kind)
    with opened(executor) as crew:
        if before is None:
            _begin(place, about)
        elif before != json.loads(json.dumps(about)):
            _refuse(place, before, about)
        kind.begin(layout)
        sums = Sums(layout, kind, run.ranges)
        missing = [piece for piece in run.pieces if not sums.has(piece)]
        task = WriteRange(store, layout)
        if crew is None:
            answers = _here(run, task, missing, watch)
        else:
            answers = run.spread(crew, task, missing, watch)
        for _, answer in answers:
            sums.take(answer)
    return RunFolder(model, sums.whole(), recipe, layout, kind)


def _refuse_long(layout: Layout, kind: FileKind) -> None:
    """Refuse names of which no folder can be made, before anything is run."""
    indicators = [name for name, _ in layout.indicators]
    names = [(scenario, name) for scenario in layout.scenarios for name in indicators]
    for scenario, name in names:
        place = kind.file_of(layout, scenario, name, (0, layout.range_paths))
        for part in place.relative_to(layout.place).parts:
            size = len(os.fsencode(part))
            if size > _LONGEST_NAME:
                owner = name if name in part else scenario
                raise ValueError(
                    f'folder: the name "{owner[:40]}..." would need a folder whose name has {size} bytes, more '
                    f"than the {_LONGEST_NAME} that systems allow; give it a shorter one, and a label that says more"
                )


def _here(
    run: Run, task: WriteRange, missing: list[Range], watch: Watch | None
) -> Iterator[tuple[Range, bytes]]:
    """Write ranges in this process."""
    done, total = 0, sum(end - first for first, end in missing)
    for piece in missing:
        if watch is not None:
            watch(done, total)
        yield piece, task(run.ranges, piece)
        done += piece[1] - piece[0]
    if watch is not None:
        watch(done, total)


@dataclass(frozen=True, slots=True)
class WriteRange:
    """Writes a range where it is worked out: all machines see the folder."""

    store: str
    layout: Layout

    def __call__(self, ranges: _core.Ranges, piece: Range) -> bytes:
        """Run it, write its paths, and its sums when they are there."""
        streamed, stored = ranges.run_stored(*piece)
        kind: FileKind = kind_named(self.store)
        digests = {}
        for scenario in streamed.names:
            rows = {name: stored.rows(scenario, name) for name in streamed.indicators}
            kind.write(self.layout, scenario, piece, rows)
            digests[scenario] = {name: digest_of(row) for name, row in rows.items()}
        content = streamed.to_bytes()
        sums = sums_file(self.layout.place, piece)
        sums.parent.mkdir(exist_ok=True)
        seal = Seal.of(self.layout, kind, piece, digests)
        write_atomically(sums, seal.before(content))
        return content


def _begin(place: Path, about: dict[str, Any]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise FileExistsError(
            f"{place}: there are other files in it; name an empty folder, or a new one"
        )
    write_atomically(place / ABOUT, json.dumps(about))


def _refuse(place: Path, before: dict[str, Any], about: dict[str, Any]) -> None:
    differs = "recipe"
    for key, usual in (("paths", 0), ("range_paths", 0), ("files", "parquet")):
        there, here = before.get(key, usual), about.get(key, usual)
        if there != here:
            differs = f"{key} ({there} there, {here} here)"
    if differs == "recipe":
        mine, theirs = (json.loads(run["recipe"][0]) for run in (about, before))
        keys = [key for key in ("version", "model", "settings") if mine.get(key) != theirs.get(key)]
        differs = keys[0] if keys else differs
    raise FileExistsError(
        f"{place}: it holds another run, which differs in {differs}; name another folder, or open that "
        "run with tb.read_run"
    )
