"""tinbergen: from the targets of a plan to the probability that they are met, together.

Read or write a model, simulate it, and ask.

Examples
--------
>>> import tinbergen as tb
>>> model = tb.plans.yuecheng()
>>> runs = model.simulate(paths=1000, seed=1)
>>> runs["baseline"]["gdp"].shape
(15, 1000)
>>> runs.attainment().columns[:5]
('scenario', 'target', 'probability', 'low', 'high')
"""

from importlib.metadata import version as _version

from tinbergen import _core, plans, process
from tinbergen.distribution import (
    Distribution,
    bernoulli,
    beta,
    discrete,
    elicited,
    empirical,
    gamma,
    lognormal,
    mixture,
    normal,
    pert,
    poisson,
    student_t,
    triangular,
    truncated,
    two_piece_normal,
    uniform,
    weibull,
)
from tinbergen.ensemble import Ensemble
from tinbergen.errors import (
    MemoryLimitError,
    ModelError,
    NumericalError,
    Problem,
    UnknownNameError,
)
from tinbergen.explanation import Explanation, diff, explain
from tinbergen.findings import Finding, Findings
from tinbergen.frames import Table
from tinbergen.goal import Goal, at_least, goal
from tinbergen.imports import read_eviews, read_frbus, read_modelflow, read_text
from tinbergen.model import Model, read_plan, schema
from tinbergen.outturns import Outturns, Tracked
from tinbergen.parts import Event, Indicator, Lever, Link, Parameter, Shock, Stream
from tinbergen.periods import Period, Span
from tinbergen.quantity import Quantity
from tinbergen.rounds import Round, compare_rounds, plot_rounds, read_round
from tinbergen.runs import Runs
from tinbergen.scenario import Change, Scenario
from tinbergen.target import Relative, Target, TargetSet
from tinbergen.warning import EarlyWarning

__all__ = [
    "Change",
    "Distribution",
    "EarlyWarning",
    "Ensemble",
    "Event",
    "Explanation",
    "Finding",
    "Findings",
    "Goal",
    "Indicator",
    "Lever",
    "Link",
    "MemoryLimitError",
    "Model",
    "ModelError",
    "NumericalError",
    "Outturns",
    "Parameter",
    "Period",
    "Problem",
    "Quantity",
    "Relative",
    "Round",
    "Runs",
    "Scenario",
    "Shock",
    "Span",
    "Stream",
    "Table",
    "Target",
    "TargetSet",
    "Tracked",
    "UnknownNameError",
    "__version__",
    "at_least",
    "bernoulli",
    "beta",
    "compare_rounds",
    "diff",
    "discrete",
    "elicited",
    "empirical",
    "explain",
    "gamma",
    "goal",
    "lognormal",
    "mixture",
    "normal",
    "pert",
    "plans",
    "plot_rounds",
    "poisson",
    "process",
    "read_eviews",
    "read_frbus",
    "read_modelflow",
    "read_plan",
    "read_round",
    "read_text",
    "schema",
    "student_t",
    "triangular",
    "truncated",
    "two_piece_normal",
    "uniform",
    "weibull",
]

__version__ = _version("tinbergen")

if _core.debug_build:
    import warnings as _warnings

    _warnings.warn(
        "this is a debug build of tinbergen: many times slower than a release build",
        RuntimeWarning,
        stacklevel=2,
    )
