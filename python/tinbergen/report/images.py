"""Pictures of a report as PNG, for formats that hold no drawings of their own."""

from __future__ import annotations

import io
import zipfile

from matplotlib.figure import Figure

from tinbergen.report.told import Told

__all__ = ["DOTS", "dots_image", "fan_image", "without_clock"]

_DPI = 170
DOTS = ("#123f72", "#bcc6d0")
"""The colours of dots that met a goal, and of those that missed it; they differ in lightness."""


def fan_image(told: Told, indicator: str) -> bytes:
    """Draw the fan of an indicator.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> fan_image(Told(runs, "en", "baseline"), "gdp")[1:4]
    b'PNG'
    """
    figure = Figure(figsize=(6.6, 3.0), layout="constrained")
    axes = figure.add_subplot()
    told.ensemble.plot.fan(indicator, ax=axes, language=told.language)
    return _png(figure)


def dots_image(filled: int) -> bytes:
    """Draw a hundred dots, of which some are dark.

    Examples
    --------
    >>> dots_image(30)[1:4]
    b'PNG'
    """
    figure = Figure(figsize=(1.8, 1.8))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.7, 9.7), ylim=(9.7, -0.7), aspect="equal")
    axes.axis("off")
    for k in range(100):
        axes.plot(k % 10, k // 10, "o", markersize=8, color=DOTS[0 if k < filled else 1])
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    return file.getvalue()


def without_clock(packed: bytes) -> bytes:
    """Write a file of an office program again, without the time at which its parts were packed.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as parts:
    ...     parts.writestr("a", "text")
    >>> zipfile.ZipFile(io.BytesIO(without_clock(file.getvalue()))).infolist()[0].date_time
    (1980, 1, 1, 0, 0, 0)
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            after.writestr(entry, before.read(part), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
