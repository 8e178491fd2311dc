"""All charts of a run as files."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypedDict

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from tinbergen.basics.files import write_atomically
from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike, theme_of
from tinbergen.plots._attainment import attainment
from tinbergen.plots._contrast import contrast
from tinbergen.plots._fan import fan
from tinbergen.plots._frame import apart
from tinbergen.plots._rounds import by_round
from tinbergen.plots._sheet import sheet_of_fans, sheet_of_scenarios
from tinbergen.plots._style import dressed, figure_of, look, style
from tinbergen.plots._types import EnsembleLike, ModelLike, RunsLike, TableLike

__all__ = ["write_charts", "write_rounds"]

_DPI = 150
_LINES = 6  # targets in a chart by round


def write_charts(
    runs: RunsLike,
    folder: str | os.PathLike[str],
    *,
    language: str = "en",
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> list[Path]:
    """Write the charts of a run as PNG files of 150 dots per inch, and give their paths.

    ``attainment.png`` has the targets in all scenarios, ``fans.png`` small fans of up to twelve
    indicators with targets, and ``fan_<indicator>.png`` the fan of each of them; fans are those of
    the baseline, or of the first scenario when it was not run. Where there are several scenarios,
    ``scenarios.png`` has them over each other, and ``change_<scenario>.png`` what each of them
    changes in the probabilities of targets. Each file is whole or not there.

    Parameters
    ----------
    runs
        The ensembles of all scenarios.
    folder
        Where; it is made if it must be.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    figsize
        Width and height of each file in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> runs = model.simulate(paths=100, seed=1, keep=["gdp"], scenarios=["baseline"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in runs.plot.write(folder)]
    ['attainment.png', 'fans.png', 'fan_gdp.png']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = list(runs)
    base = "baseline" if "baseline" in names else names[0]
    ensemble = runs[base]
    indicators = _with_targets(ensemble)
    given: _Options = {"language": language, "figsize": figsize, "theme": theme}
    dress: _Look = {"figsize": figsize, "theme": theme}
    table = runs.attainment() if runs.model.targets else None
    charts: list[tuple[str, Callable[[], Figure]]] = []
    if table is not None:
        charts.append(("attainment", lambda: figure_of(attainment(runs, **given))))
    if indicators:
        charts.append(
            ("fans", lambda: sheet_of_fans(ensemble, indicators, table, language, **dress))
        )
    others = [name for name in names if name not in {base, "mixture"}]
    if indicators and others:
        charts.append(
            ("scenarios", lambda: sheet_of_scenarios(runs, indicators, language, **dress))
        )
    for name in others if table is not None else ():
        changed = partial(_change, runs, base, name, given)
        charts.append((f"change_{name}", changed))
    for name in indicators:
        drawn = partial(_fan, ensemble, name, table, given)
        charts.append((f"fan_{name}", drawn))
    with apart():
        return [_save(draw(), folder / f"{name}.png", theme) for name, draw in charts]


class _Look(TypedDict):
    """How a chart looks."""

    figsize: Size | None
    theme: ThemeLike


class _Options(_Look):
    """What all charts take."""

    language: str


def _fan(ensemble: EnsembleLike, name: str, table: TableLike | None, given: _Options) -> Figure:
    return figure_of(fan(ensemble, name, attainment=table, **given))


def _change(runs: RunsLike, base: str, name: str, given: _Options) -> Figure:
    """Draw what a scenario changes in the probabilities of targets."""
    table = runs.contrast(base, name, [])
    return figure_of(contrast(table, model=runs.model, scenarios=(base, name), **given))


def write_rounds(
    table: TableLike,
    folder: str | os.PathLike[str],
    *,
    model: ModelLike | None = None,
    scenario: str = "baseline",
    language: str = "en",
) -> Path:
    """Write the probabilities by round that moved most as ``rounds.png``, and give its path.

    Parameters
    ----------
    table
        What ``model.rounds(...)`` gives.
    folder
        Where; it is made if it must be.
    model
        Where labels are looked up; names are shown without one.
    scenario
        The scenario.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> table = plan.rounds(tb.plans.outturns(), paths=1000, seed=1, scenarios="baseline")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tb.plots.write_rounds(table, folder, model=plan).name
    'rounds.png'
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.asarray(table["scenario"], str) == scenario
    columns = ("as_of", "target", "probability", "low", "high")
    kept = Table({name: np.asarray(table[name])[rows] for name in columns})
    with apart():
        ax = by_round(kept, _moved(kept), model=model, column="as_of", language=language)
        return _save(figure_of(ax), folder / "rounds.png", "light")


def _moved(table: Table) -> list[str]:
    """Name the targets and sets whose probability moved most, in the order of the table."""
    names = list(dict.fromkeys(map(str, table["target"])))
    range_of = {name: np.ptp(table.filter(target=name)["probability"]) for name in names}
    most = sorted(names, key=lambda name: -range_of[name])[:_LINES]
    return [name for name in names if name in most]


def _with_targets(ensemble: EnsembleLike) -> list[str]:
    """Name the indicators with a target whose paths were kept, in the order of the targets."""
    targets = ensemble.model.targets
    wanted = dict.fromkeys(t.indicator for t in targets if t.indicator is not None)
    return [name for name in wanted if name in ensemble]


def _save(figure: Figure, path: Path, theme: ThemeLike) -> Path:
    """Write a figure to a file that is whole or not there."""
    buffer = io.BytesIO()
    with dressed(theme_of(theme)), mpl.rc_context(style()):
        figure.savefig(buffer, format="png", dpi=_DPI, facecolor=look.ground)
    return write_atomically(path, buffer.getvalue())
