"""All charts of a run, as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt

from tinbergen.plots.attainment import attainment
from tinbergen.plots.fans import fan
from tinbergen.plots.style import house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tinbergen.runs import Runs

__all__ = ["write_charts"]

_MOST = 12


def write_charts(runs: Runs, folder: str | os.PathLike[str], *, language: str = "en") -> list[Path]:
    """Write the attainment chart, and a fan of each indicator with a target, as PNG files.

    Parameters
    ----------
    runs
        What a simulation gave.
    folder
        Where to; made unless it is there.
    language
        Of labels.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    target_folder = Path(folder)
    target_folder.mkdir(parents=True, exist_ok=True)
    first = runs[next(iter(runs))]
    wanted = dict.fromkeys(target.indicator for target in runs.model.targets)
    names = [name for name in wanted if name in first][:_MOST]
    backend = plt.get_backend()
    plt.switch_backend("agg")
    try:
        written = [_save(attainment(runs, language=language).figure, target_folder / "attainment.png")]
        with house_style():
            columns = min(3, max(len(names), 1))
            rows = -(-len(names) // columns)
            if names:
                sheet, grid = plt.subplots(
                    rows, columns, figsize=(5.4 * columns, 3.6 * rows), layout="constrained", squeeze=False
                )
                for name, axes in zip(names, grid.flat, strict=False):
                    fan(first, name, language=language, ax=axes)
                for axes in grid.flat[len(names) :]:
                    axes.remove()
                written.append(_save(sheet, target_folder / "fans.png"))
        for name in names:
            axes = fan(first, name, language=language)
            written.append(_save(axes.figure, target_folder / f"fan_{name}.png"))
    finally:
        plt.switch_backend(backend)
    return written


def _save(figure: Figure, path: Path) -> Path:
    """Write a figure in one go: a half-written file is never seen."""
    temporary = path.with_suffix(".part.png")
    with house_style():
        figure.savefig(temporary, dpi=150)
    plt.close(figure)
    temporary.replace(path)
    return path
