"""What a room below reaches in a room above: the one list of names that are imported when used.

A model is written on one floor and asked on a higher one, and both `Model.simulate` and ``import
tinbergen`` without matplotlib have to work. So nothing here is imported before it is called. The
classes below say which function answers which method; its signature and its documentation stand
where the work is done, and `help`, editors and type checkers show those.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cached_property
from types import MethodType
from typing import TYPE_CHECKING, Any, cast

from tinbergen.basics.optional import load

if TYPE_CHECKING:
    from tinbergen import plots as charts
    from tinbergen.io import archive as _archive
    from tinbergen.io import plan_files as _plan_files
    from tinbergen.io import workbook as _workbook
    from tinbergen.io import xarrays as _xarrays
    from tinbergen.plots import _analysis as analysis_charts
    from tinbergen.questions import attainment as _attainment
    from tinbergen.questions import checks as _checks
    from tinbergen.questions import conditioning as _conditioning
    from tinbergen.questions import discovery as _discovery
    from tinbergen.questions import effects as _effects
    from tinbergen.questions import explanation as _explanation
    from tinbergen.questions import frontier as _frontier
    from tinbergen.questions import inputs as _inputs
    from tinbergen.questions import levers as _levers
    from tinbergen.questions import most_likely as _most_likely
    from tinbergen.questions import notes as _notes
    from tinbergen.questions import order as _order
    from tinbergen.questions import plan_fitting as _plan_fitting
    from tinbergen.questions import plan_revision as _plan_revision
    from tinbergen.questions import rare_events as _rare_events
    from tinbergen.questions import requirements as _requirements
    from tinbergen.questions import revision as _revision
    from tinbergen.questions import robustness as _robustness
    from tinbergen.questions import run_scores as _run_scores
    from tinbergen.questions import run_sensitivity as _run_sensitivity
    from tinbergen.questions import sentences as _sentences
    from tinbergen.questions import simulation as _simulation
    from tinbergen.questions import simulation_plans as _simulation_plans
    from tinbergen.questions import structure as _structure
    from tinbergen.questions import surprises as _surprises
    from tinbergen.questions import sweep as _sweep
    from tinbergen.questions import tornado as _tornado
    from tinbergen.questions import trace as _trace
    from tinbergen.questions import uncertainty as _uncertainty
    from tinbergen.questions import variance as _variance
    from tinbergen.questions import warnings as _warnings
    from tinbergen.report import explore as _explore
    from tinbergen.report import write as _report
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.fit_report import FitReport
    from tinbergen.results.notes import Notes
    from tinbergen.results.pathless import PathlessRuns
    from tinbergen.results.runs import Runs
    from tinbergen.written.data import Data
    from tinbergen.written.model import Model
    from tinbergen.written.outturns import Outturns

__all__ = [
    "EnsembleQuestions",
    "FolderQuestions",
    "ModelQuestions",
    "PathlessQuestions",
    "ReaderQuestions",
    "RunsQuestions",
    "TrackedQuestions",
    "analysis_charts",
    "charts",
    "load_questions",
]


_NEEDS = {
    "tinbergen.io.xarrays": ("xarray",),
    "tinbergen.plots": ("matplotlib",),
    "tinbergen.report.explore": ("anywidget", "jinja2", "matplotlib"),
}
"""What modules import at their top that may not be installed."""


class LazyFunction:
    """A function of a module that is not imported yet; in a class, a method."""

    __slots__ = ("_found", "_module", "_name")

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name
        self._found: Callable[..., Any] | None = None

    def _find(self) -> Callable[..., Any]:
        if self._found is None:
            for room, libraries in _NEEDS.items():
                if self._module.startswith(room):
                    for library in libraries:
                        load(library)  # or say what to install
            self._found = getattr(importlib.import_module(self._module), self._name)
        return self._found

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._find()(*arguments, **options)

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]:
        return self._find() if instance is None else MethodType(self._find(), instance)

    def __repr__(self) -> str:
        return f"<lazy {self._module}.{self._name}>"


class LazyModule:
    """A module that is not imported yet: its attributes are lazy functions."""

    __slots__ = ("_module",)

    def __init__(self, module: str) -> None:
        self._module = f"tinbergen.{module}"

    def __getattr__(self, name: str) -> LazyFunction:
        if name.startswith("__"):
            raise AttributeError(name)
        return LazyFunction(self._module, name)


if not TYPE_CHECKING:
    analysis_charts = LazyModule("plots._analysis")
    _archive = LazyModule("io.archive")
    _attainment = LazyModule("questions.attainment")
    charts = LazyModule("plots")
    _checks = LazyModule("questions.checks")
    _conditioning = LazyModule("questions.conditioning")
    _discovery = LazyModule("questions.discovery")
    _effects = LazyModule("questions.effects")
    _explanation = LazyModule("questions.explanation")
    _explore = LazyModule("report.explore")
    _frontier = LazyModule("questions.frontier")
    _inputs = LazyModule("questions.inputs")
    _levers = LazyModule("questions.levers")
    _most_likely = LazyModule("questions.most_likely")
    _notes = LazyModule("questions.notes")
    _order = LazyModule("questions.order")
    _plan_files = LazyModule("io.plan_files")
    _plan_fitting = LazyModule("questions.plan_fitting")
    _plan_revision = LazyModule("questions.plan_revision")
    _rare_events = LazyModule("questions.rare_events")
    _report = LazyModule("report.write")
    _requirements = LazyModule("questions.requirements")
    _revision = LazyModule("questions.revision")
    _robustness = LazyModule("questions.robustness")
    _run_scores = LazyModule("questions.run_scores")
    _run_sensitivity = LazyModule("questions.run_sensitivity")
    _sentences = LazyModule("questions.sentences")
    _simulation = LazyModule("questions.simulation")
    _simulation_plans = LazyModule("questions.simulation_plans")
    _structure = LazyModule("questions.structure")
    _surprises = LazyModule("questions.surprises")
    _sweep = LazyModule("questions.sweep")
    _tornado = LazyModule("questions.tornado")
    _trace = LazyModule("questions.trace")
    _uncertainty = LazyModule("questions.uncertainty")
    _variance = LazyModule("questions.variance")
    _warnings = LazyModule("questions.warnings")
    _workbook = LazyModule("io.workbook")
    _xarrays = LazyModule("io.xarrays")


def load_questions() -> None:
    """Import the modules of all questions, as far as they need no optional library."""
    modules = {one._module for one in globals().values() if isinstance(one, LazyModule)}
    for module in sorted(modules):
        if not module.startswith(tuple(_NEEDS)):
            importlib.import_module(module)


class ModelQuestions:
    """What can be asked of a model."""

    __slots__ = ()

    check = _checks.check
    contributions = _effects.contributions
    diff = _explanation.diff
    drivers = _structure.drivers
    explain = _order.explain
    explore = _explore.explore
    fit = _plan_fitting.fit
    frontier = _frontier.frontier
    import_check = _checks.import_check
    invert = _simulation_plans.invert
    isoquant = _frontier.isoquant
    multipliers = _effects.multipliers
    observe = _conditioning.observe
    residuals = _checks.residuals
    response = _effects.response
    revise = _plan_revision.revise
    robustness = _robustness.robustness
    rounds = _conditioning.rounds
    save = _plan_files.save
    seek = _levers.seek
    simulate = _simulation.simulate
    stability = _structure.stability
    swap = _simulation_plans.swap
    sweep = _sweep.sweep
    to_text = _plan_files.to_text
    track = _simulation_plans.track
    variance_split = _variance.variance_split
    warning_readings = _warnings.warning_readings
    with_coefficients = _uncertainty.with_coefficients
    with_residuals = _uncertainty.with_residuals

    @property
    def fit_report(self) -> FitReport:
        """What the data said and what the prior said, of a model that was fitted here.

        Examples
        --------
        >>> import tinbergen as tb
        >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
        >>> tb.fit({"year": range(2013, 2021), "gdp": gdp}).fit_report.parameters.columns[:4]
        ('indicator', 'process', 'parameter', 'estimate')
        """
        return _plan_fitting.fit_report(cast("Model", self))

    @property
    def notes(self) -> Notes:
        """What an importer could not map or had to assume, and how residuals are redrawn.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.Model("empty", "2021..2025").notes
        nothing to note
        """
        return _notes.notes_of_model(cast("Model", self))


class TrackedQuestions:
    """What can be asked of a model that is conditioned on actual values, beside its runs."""

    __slots__ = ()

    explore = _explore.explore


class ReaderQuestions:
    """What can be asked of a table that was read."""

    __slots__ = ()

    @property
    def notes(self) -> Notes:
        """What had to be assumed to read it, what was left out, and what looks odd.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.Data({"date": ["2020-01-01", "2020-04-01"], "x": [1.0, 2.0]}).notes
        assumed: data: dates are taken for quarterly periods (2020-01-01 for 2020-Q1)
        """
        return _notes.notes_of_table(cast("Data | Outturns", self))


class RunsQuestions:
    """What can be asked of the runs of all scenarios."""

    alerts = _warnings.alerts
    archive = _archive.archive
    discover = _discovery.discover
    first_met = _attainment.first_met
    identity_check = _simulation_plans.identity_check
    in_words = _sentences.in_words
    limiting = _attainment.limiting
    most_likely = _most_likely.most_likely
    pairs = _attainment.pairs
    probability = _attainment.probability
    progress = _attainment.progress
    rare = _rare_events.rare
    report = _report.report
    required_paths = _attainment.required_paths
    requirements = _requirements.requirements
    revise = _revision.revise
    scores = _run_scores.scores
    sensitivity = _run_sensitivity.sensitivity
    shortfall = _attainment.shortfall
    surprises = _surprises.surprises
    to_workbook = _workbook.to_workbook
    to_xarray = _xarrays.to_xarray
    tornado = _tornado.tornado
    trace = _trace.trace

    @cached_property
    def notes(self) -> Notes:
        """What the run has to say: surprises first, how its numbers came about last.

        Paths that failed, actual values that nobody expected, few effective paths, early warnings that fire, intervals that stayed too
        wide, scenarios that change nothing, warnings of the compiler, assumptions of whoever read the model; at last the
        parameters that are other numbers in this run, what is stored of its paths, and the version of
        the contract between a seed and its numbers.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
        >>> [note.address for note in runs.notes]
        ['run.storage', 'run.streams']
        """
        return _notes.notes_of_runs(cast("Runs", self))


class PathlessQuestions:
    """What can be asked of runs that keep no path."""

    in_words = _sentences.in_words

    @cached_property
    def notes(self) -> Notes:
        """What the run has to say: paths that failed, and how its numbers came about.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.minimal().simulate(paths=100, seed=1, store="streamed")
        >>> [note.address for note in runs.notes]
        ['run.storage', 'run.streams']
        """
        return _notes.notes_of_pathless(cast("PathlessRuns", self))


class FolderQuestions:
    """What can be asked of runs whose paths are files."""

    to_xarray = _xarrays.to_xarray


class EnsembleQuestions:
    """What can be asked of the paths of one scenario."""

    __slots__ = ()

    headroom = _inputs.headroom
    inputs = _inputs.inputs
    met = _inputs.met
    to_xarray = _xarrays.to_xarray
    warning_record = _warnings.warning_record

    @property
    def notes(self) -> Notes:
        """What is worth knowing of the paths: how many failed, what their weights are worth.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.plans.yuecheng().simulate(paths=100, seed=1)["baseline"].notes
        nothing to note
        """
        return _notes.notes_of_ensemble(cast("Ensemble", self))
