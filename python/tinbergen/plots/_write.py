"""All charts of a run as files."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from tinbergen.files import write_atomically
from tinbergen.frames import Table
from tinbergen.plots._attainment import attainment, attainment_size
from tinbergen.plots._fan import FAN_SIZE, draw_small_fan, fan
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._rounds import by_round
from tinbergen.plots._style import GREY, SMALL, TITLE, settle, style
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import label_of, scenario_label, wrap
from tinbergen.plots._types import EnsembleLike, ModelLike, RunsLike, TableLike
from tinbergen.plots._words import semicolons, word

__all__ = ["write_charts", "write_rounds"]

_DPI = 150
_MOST, _ACROSS = 12, 3  # fans on the sheet, fans beside each other
_LINES = 6  # targets in a chart by round


def write_charts(
    runs: RunsLike, folder: str | os.PathLike[str], *, language: str = "en"
) -> list[Path]:
    """Write the charts of a run as PNG files of 150 dots per inch, and give their paths.

    ``attainment.png`` has the targets in all scenarios, ``fans.png`` small fans of up to twelve
    indicators with targets, and ``fan_<indicator>.png`` the fan of each of them; fans are those of
    the baseline, or of the first scenario when it was not run. Each file is whole or not there.

    Parameters
    ----------
    runs
        The ensembles of all scenarios.
    folder
        Where; it is made if it must be.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, keep=["gdp"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in runs.plot.write(folder)]
    ['attainment.png', 'fans.png', 'fan_gdp.png']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = list(runs)
    ensemble = runs["baseline" if "baseline" in names else names[0]]
    indicators = _with_targets(ensemble)
    written = []
    if runs.model.targets:
        figure = _figure(*attainment_size(runs, language))
        attainment(runs, language=language, ax=figure.add_subplot())
        written.append(_save(figure, folder / "attainment.png"))
    table = runs.attainment() if runs.model.targets else None
    if indicators:
        figure = _sheet(ensemble, indicators[:_MOST], table, language)
        written.append(_save(figure, folder / "fans.png"))
    for name in indicators:
        figure = _figure(*FAN_SIZE)
        fan(ensemble, name, language=language, ax=figure.add_subplot(), attainment=table)
        written.append(_save(figure, folder / f"fan_{name}.png"))
    return written


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
    figure = _figure(7.2, 4.4)
    by_round(
        kept,
        _moved(kept),
        model=model,
        column="as_of",
        language=language,
        ax=figure.add_subplot(),
    )
    return _save(figure, folder / "rounds.png")


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


def _figure(width: float, height: float, pad: float = 0.04) -> Figure:
    """Make a figure that no window and no backend of the user knows about."""
    with mpl.rc_context(style()):
        figure = Figure(
            figsize=(width, height),
            layout=ConstrainedLayoutEngine(w_pad=pad, h_pad=pad),
            facecolor="white",
        )
        FigureCanvasAgg(figure)
    return figure


def _sheet(
    ensemble: EnsembleLike, names: Sequence[str], table: TableLike | None, language: str
) -> Figure:
    """Draw small fans on one sheet, with one note for all."""
    across = min(_ACROSS, len(names))
    down = ceil(len(names) / across)
    figure = _figure(3.9 * across, 2.8 * down + 0.9, pad=0.12)
    model = ensemble.model
    with mpl.rc_context(style()):
        title = f"{label_of(model, model.name, language)} · "
        title += scenario_label(model, ensemble.scenario, language)
        columns = 3.9 * across * 72 / (0.56 * TITLE)
        figure.suptitle(wrap(title, columns), x=0.01, ha="left", fontsize=TITLE)
        places = [figure.add_subplot(down, across, k + 1) for k in range(len(names))]
        for ax, name in zip(places, names, strict=True):
            draw_small_fan(ax, ensemble, name, language)
        note = [word("paths", language, n=f"{ensemble.paths:,}"), word("sheet bands", language)]
        note.append(word("hollow", language))
        figure.supxlabel(semicolons(note, language), x=0.01, ha="left", fontsize=SMALL, color=GREY)
        height = settle(places[0])
        chance = probability_of(ensemble, table)
        for ax, name in zip(places, names, strict=True):
            draw_marks(ax, target_marks(ensemble, name, chance, language)[0], height)
    return figure


def _save(figure: Figure, path: Path) -> Path:
    """Write a figure to a file that is whole or not there."""
    buffer = io.BytesIO()
    with mpl.rc_context(style()):
        figure.savefig(buffer, format="png", dpi=_DPI, facecolor="white")
    return write_atomically(path, buffer.getvalue())
