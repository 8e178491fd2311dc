"""Draw the pictures of the README.

`make pictures` writes them to docs/pictures; tests/python/test_pictures.py draws them again and holds what
is on them, texts and positions, to the digest that each carries.
"""

import hashlib
import io
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

import tinbergen as tb

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def figures() -> dict[str, Figure]:
    """Draw each picture."""
    runs = tb.plans.yuecheng().simulate(paths=10_000, seed=1)
    shown = ["baseline", "trade_friction", "innovation_push"]
    attainment = runs.plot.attainment(targets="headline", scenarios=shown)
    return {"attainment": figure_of(attainment), "page": figure_of(runs.plot.page())}


def figure_of(drawn: Axes | list[Axes] | Figure) -> Figure:
    """Return the figure of a chart."""
    if isinstance(drawn, Figure):
        return drawn
    figure = (drawn if isinstance(drawn, Axes) else np.ravel(drawn)[0]).figure
    assert isinstance(figure, Figure)
    return figure


def digest(figure: Figure) -> str:
    """Digest what a figure shows: its texts, and where its points and lines are, to six digits."""
    shown = [text.get_text() for text in figure.findobj(Text)]
    for axes in figure.axes:
        for line in axes.lines:
            shown += [f"{value:.6g}" for value in np.ravel(np.asarray(line.get_xydata(), float))]
        for patch in axes.patches:
            shown += [f"{value:.6g}" for value in patch.get_path().vertices.ravel()]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()


def main() -> None:
    """Write all of them, each with its digest."""
    PICTURES.mkdir(exist_ok=True)
    for name, figure in figures().items():
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", dpi=100)
        image = Image.open(drawn).convert("RGB").quantize(128, dither=Image.Dither.NONE)
        image.info.clear()
        image.save(PICTURES / f"{name}.png", pnginfo=_info(digest(figure)), optimize=True)
        print(PICTURES / f"{name}.png")


def _info(text: str) -> object:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Shows", text)
    return info


if __name__ == "__main__":
    main()
