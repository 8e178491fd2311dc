"""Floor 4: charts that can be printed as they are (``pip install "tinbergen[plot]"``).

They take what a simulation gives, or anything that looks like it, and give the axes they drew on.
Every chart takes the axes of a figure of your own (`ax`) or the size of a new one (`figsize`), the
language of its words, and a `theme`: ``"light"``, ``"dark"``, ``"grey"``, or a `Theme` of your own.
Where there is little room, texts become smaller and rows are left out, and the chart says so.
Chinese is shown on every machine: a font comes with the package. The user's matplotlib settings
are never changed. The room imports `basics`, `written`, `results` and `questions`.
"""

from tinbergen.basics.theme import Size, Theme, ThemeLike
from tinbergen.plots._attainment import attainment
from tinbergen.plots._compare import compare
from tinbergen.plots._contrast import contrast
from tinbergen.plots._distribution import distribution
from tinbergen.plots._fan import fan
from tinbergen.plots._hedgehog import hedgehog
from tinbergen.plots._honesty import pit, reliability
from tinbergen.plots._incidence import incidence
from tinbergen.plots._levers import frontier, isoquant
from tinbergen.plots._likely import most_likely
from tinbergen.plots._page import page
from tinbergen.plots._pairs import pairs
from tinbergen.plots._requirements import requirements
from tinbergen.plots._revision import revision
from tinbergen.plots._rounds import by_round
from tinbergen.plots._spaghetti import spaghetti
from tinbergen.plots._subject import subject
from tinbergen.plots._tornado import tornado
from tinbergen.plots._warnings import warning_record
from tinbergen.plots._waterfall import waterfall
from tinbergen.plots._write import write_charts, write_rounds

__all__ = [
    "Size",
    "Theme",
    "ThemeLike",
    "attainment",
    "by_round",
    "compare",
    "contrast",
    "distribution",
    "fan",
    "frontier",
    "hedgehog",
    "incidence",
    "isoquant",
    "most_likely",
    "page",
    "pairs",
    "pit",
    "reliability",
    "requirements",
    "revision",
    "spaghetti",
    "subject",
    "tornado",
    "warning_record",
    "waterfall",
    "write_charts",
    "write_rounds",
]
