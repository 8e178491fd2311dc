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

import importlib as _importlib
import os as _os
import sys as _sys
import typing as _typing

# The core needs both when it loads, and would take a Ctrl-C at that moment for a mistake in them.
import numpy as _numpy  # noqa: F401

from tinbergen import errors as _errors  # noqa: F401

# isort: split
from tinbergen import _core
from tinbergen.basics.version import VERSION as _VERSION
from tinbergen.former import register as _register_former

if _typing.TYPE_CHECKING:
    from tinbergen.basics.periods import Period, Span
    from tinbergen.basics.table import Table
    from tinbergen.errors import (
        MemoryLimitError,
        ModelError,
        NumericalError,
        Problem,
        RecipeError,
        TouchedRoundWarning,
        UnknownNameError,
    )
    from tinbergen.io import plans
    from tinbergen.io.any_model import read_model
    from tinbergen.io.imports import (
        read_bimets,
        read_dynare,
        read_eviews,
        read_frbus,
        read_frml,
        read_modelflow,
        read_text,
    )
    from tinbergen.io.plan_files import read_plan, schema
    from tinbergen.io.round_charts import plot_rounds
    from tinbergen.io.rounds import Round, compare_rounds, read_round
    from tinbergen.io.template import Filled, read_workbook, template
    from tinbergen.questions import scores, sensitivity
    from tinbergen.questions.backtest import backtest
    from tinbergen.questions.conditioning import Tracked
    from tinbergen.questions.explanation import Explanation, diff, explain
    from tinbergen.questions.fitting import fit
    from tinbergen.questions.plan_scores import score_plans
    from tinbergen.questions.run_folder import RunFolder, read_run
    from tinbergen.results.backtest import Backtest
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.fit_report import FitReport
    from tinbergen.results.notes import Note, Notes
    from tinbergen.results.plan_scores import PlanScores
    from tinbergen.results.runs import Runs
    from tinbergen.results.streamed import StreamedEnsemble, StreamedRuns
    from tinbergen.results.sweep import Sweep
    from tinbergen.results.tiled import TiledEnsemble, TiledRuns
    from tinbergen.written import process
    from tinbergen.written.composed_distributions import (
        discrete,
        elicited,
        empirical,
        mixture,
        truncated,
    )
    from tinbergen.written.copula import Copula
    from tinbergen.written.data import Data
    from tinbergen.written.distribution import Distribution
    from tinbergen.written.distributions import (
        bernoulli,
        beta,
        gamma,
        lognormal,
        normal,
        pert,
        poisson,
        student_t,
        triangular,
        two_piece_normal,
        uniform,
        weibull,
    )
    from tinbergen.written.draws import Draws
    from tinbergen.written.early_warning import EarlyWarning
    from tinbergen.written.goal import Goal, at_least, goal
    from tinbergen.written.model import Model
    from tinbergen.written.outturns import Outturns
    from tinbergen.written.parts import (
        Event,
        Indicator,
        Lever,
        Link,
        Parameter,
        Shock,
        Stream,
    )
    from tinbergen.written.quantity import Quantity
    from tinbergen.written.scenario import Change, Scenario
    from tinbergen.written.target import Relative, Target, TargetSet

__all__ = [
    "Backtest",
    "Change",
    "Copula",
    "Data",
    "Distribution",
    "Draws",
    "EarlyWarning",
    "Ensemble",
    "Event",
    "Explanation",
    "Filled",
    "FitReport",
    "Goal",
    "Indicator",
    "Lever",
    "Link",
    "MemoryLimitError",
    "Model",
    "ModelError",
    "Note",
    "Notes",
    "NumericalError",
    "Outturns",
    "Parameter",
    "Period",
    "PlanScores",
    "Problem",
    "Quantity",
    "RecipeError",
    "Relative",
    "Round",
    "RunFolder",
    "Runs",
    "Scenario",
    "Shock",
    "Span",
    "Stream",
    "StreamedEnsemble",
    "StreamedRuns",
    "Sweep",
    "Table",
    "Target",
    "TargetSet",
    "TiledEnsemble",
    "TiledRuns",
    "TouchedRoundWarning",
    "Tracked",
    "UnknownNameError",
    "__version__",
    "at_least",
    "backtest",
    "bernoulli",
    "beta",
    "compare_rounds",
    "diff",
    "discrete",
    "elicited",
    "empirical",
    "explain",
    "fit",
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
    "read_bimets",
    "read_dynare",
    "read_eviews",
    "read_frbus",
    "read_frml",
    "read_model",
    "read_modelflow",
    "read_plan",
    "read_round",
    "read_run",
    "read_text",
    "read_workbook",
    "schema",
    "score_plans",
    "scores",
    "sensitivity",
    "student_t",
    "template",
    "triangular",
    "truncated",
    "two_piece_normal",
    "uniform",
    "weibull",
]

_HOMES = {
    "basics.periods": ("Period", "Span"),
    "basics.table": ("Table",),
    "errors": (
        "MemoryLimitError",
        "ModelError",
        "NumericalError",
        "Problem",
        "RecipeError",
        "TouchedRoundWarning",
        "UnknownNameError",
    ),
    "io": ("plans",),
    "io.any_model": ("read_model",),
    "io.imports": (
        "read_bimets",
        "read_dynare",
        "read_eviews",
        "read_frbus",
        "read_frml",
        "read_modelflow",
        "read_text",
    ),
    "io.plan_files": ("read_plan", "schema"),
    "io.round_charts": ("plot_rounds",),
    "io.rounds": ("Round", "compare_rounds", "read_round"),
    "io.template": ("Filled", "read_workbook", "template"),
    "questions": ("scores", "sensitivity"),
    "questions.backtest": ("backtest",),
    "questions.conditioning": ("Tracked",),
    "questions.explanation": ("Explanation", "diff", "explain"),
    "questions.fitting": ("fit",),
    "questions.plan_scores": ("score_plans",),
    "questions.run_folder": ("RunFolder", "read_run"),
    "results.backtest": ("Backtest",),
    "results.ensemble": ("Ensemble",),
    "results.fit_report": ("FitReport",),
    "results.plan_scores": ("PlanScores",),
    "results.notes": ("Note", "Notes"),
    "results.runs": ("Runs",),
    "results.streamed": ("StreamedEnsemble", "StreamedRuns"),
    "results.tiled": ("TiledEnsemble", "TiledRuns"),
    "results.sweep": ("Sweep",),
    "written": ("process",),
    "written.composed_distributions": ("discrete", "elicited", "empirical", "mixture", "truncated"),
    "written.copula": ("Copula",),
    "written.data": ("Data",),
    "written.distribution": ("Distribution",),
    "written.distributions": (
        "bernoulli",
        "beta",
        "gamma",
        "lognormal",
        "normal",
        "pert",
        "poisson",
        "student_t",
        "triangular",
        "two_piece_normal",
        "uniform",
        "weibull",
    ),
    "written.draws": ("Draws",),
    "written.early_warning": ("EarlyWarning",),
    "written.goal": ("Goal", "at_least", "goal"),
    "written.model": ("Model",),
    "written.outturns": ("Outturns",),
    "written.parts": (
        "Event",
        "Indicator",
        "Lever",
        "Link",
        "Parameter",
        "Shock",
        "Stream",
    ),
    "written.quantity": ("Quantity",),
    "written.scenario": ("Change", "Scenario"),
    "written.target": ("Relative", "Target", "TargetSet"),
}
"""The names of the package by the module that has each: imported when first used, so that the import of
the package takes no longer than it has to. What type checkers see stands above."""
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__version__ = _VERSION

_register_former()

_ROOMS = ("basics", "errors", "io", "lazy", "plots", "questions", "results", "shell", "written")
_SUCCESSORS = {"Finding": "Note", "Findings": "Notes"}


if not _typing.TYPE_CHECKING:  # for type checkers there is what stands above and nothing else

    def __getattr__(name: str) -> object:
        """Import what is used for the first time, or name the successor of a name that is gone."""
        if name in _HOME:
            home = _importlib.import_module(f"tinbergen.{_HOME[name]}")
            value = (
                getattr(home, name)
                if hasattr(home, name)
                else _importlib.import_module(f"{home.__name__}.{name}")
            )
            globals()[name] = value
            return value
        if name in _ROOMS:
            return _importlib.import_module(f"tinbergen.{name}")
        if name in _SUCCESSORS:
            raise AttributeError(f"tinbergen.{name} is tinbergen.{_SUCCESSORS[name]} now")
        raise AttributeError(f"module 'tinbergen' has no attribute {name!r}")


def _before_fork() -> None:
    """Import everything before a process forks, if anything has been used.

    In the child a module that another thread was importing would stay locked.
    """
    if "tinbergen.written" in _sys.modules:
        for home in _HOMES:
            _importlib.import_module(f"tinbergen.{home}")
        _importlib.import_module("tinbergen.lazy").load_questions()


if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(before=_before_fork)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if _core.debug_build:
    import warnings as _warnings

    _warnings.warn(
        "this is a debug build of tinbergen: many times slower than a release build",
        RuntimeWarning,
        stacklevel=2,
    )
