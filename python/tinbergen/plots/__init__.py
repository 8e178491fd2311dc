"""Charts that can be printed as they are (needs matplotlib: ``pip install "tinbergen[plot]"``).

They take what a simulation gives, or anything that looks like it, and give the axes they drew on.
Chinese is shown on every machine: a font comes with the package. The user's matplotlib settings
are never changed.
"""

from tinbergen.plots._attainment import attainment
from tinbergen.plots._compare import compare
from tinbergen.plots._contrast import contrast
from tinbergen.plots._fan import fan
from tinbergen.plots._levers import frontier, isoquant
from tinbergen.plots._likely import most_likely
from tinbergen.plots._pairs import pairs
from tinbergen.plots._requirements import requirements
from tinbergen.plots._rounds import by_round
from tinbergen.plots._waterfall import waterfall
from tinbergen.plots._write import write_charts, write_rounds

__all__ = [
    "attainment",
    "by_round",
    "compare",
    "contrast",
    "fan",
    "frontier",
    "isoquant",
    "most_likely",
    "pairs",
    "requirements",
    "waterfall",
    "write_charts",
    "write_rounds",
]
