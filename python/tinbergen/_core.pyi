"""The compiled module: thin, typed, and private. Use `tinbergen` instead."""

import builtins
from collections.abc import Sequence
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.fit_columns import FitOptions, FitReportParts
from tinbergen.basics.model_columns import (
    ContributionColumns,
    CurveColumns,
    DataColumns,
    DifferenceColumns,
    EigenvalueColumns,
    ExplanationParts,
    GridColumns,
    ImportCheckColumns,
    InstrumentColumns,
    LeverColumns,
    MultiplierColumns,
    NoteParts,
    RareAnswer,
    ResponseColumns,
    RevisionAnswer,
    RevisionColumns,
    SeekAnswer,
    SettingColumns,
    SweptAttainmentColumns,
    SweptFanColumns,
    TraceColumns,
    TraceReadColumns,
    WantedColumns,
    WarningReadingColumns,
    WayColumns,
)
from tinbergen.basics.progress_bar import Watch
from tinbergen.basics.run_columns import (
    AlertColumns,
    AttainmentColumns,
    BrokenColumns,
    ContrastColumns,
    FailureColumns,
    FanColumns,
    FirstByPeriodColumns,
    FirstByTargetColumns,
    GivenColumns,
    GoalColumns,
    IdentityColumns,
    LimitingColumns,
    MostLikelyColumns,
    OutturnColumns,
    PairColumns,
    ProgressColumns,
    RequiredColumns,
    RequirementColumns,
    RoundColumns,
    RunInfo,
    ShortfallColumns,
    SurpriseColumns,
    Until,
    VarianceColumns,
    WarningRecordColumns,
)
from tinbergen.basics.score_columns import (
    FanScoreColumns,
    FigureScoreColumns,
    PathScoreColumns,
    PitColumns,
    ReliabilityColumns,
)
from tinbergen.basics.sensitivity_columns import (
    EffectColumns,
    ElementaryColumns,
    FirstColumns,
    GivenIndexColumns,
    InputColumns,
    PawnColumns,
    RangeColumns,
    RedrawnColumns,
    RegionColumns,
    SobolColumns,
    TornadoColumns,
)
from tinbergen.basics.settings import LeverRun, RunSettings
from tinbergen.basics.streamed_columns import MomentColumns

__all__ = [
    "Data",
    "DataTable",
    "Ensemble",
    "Ensembles",
    "Explaining",
    "Gathering",
    "Model",
    "Outturns",
    "Program",
    "Ranges",
    "Redrawing",
    "Search",
    "StoredRange",
    "Streamed",
    "Tiled",
    "Tracked",
    "at_means",
    "attainment_by_round",
    "attainment_given",
    "benchmark_paths",
    "brier",
    "broken",
    "cart",
    "consistency_bars",
    "contributions",
    "debug_build",
    "default_kind",
    "designs",
    "diebold_mariano",
    "diff",
    "distribution_sample",
    "distribution_support",
    "distribution_values",
    "distributions",
    "drivers",
    "energy_score",
    "evidence",
    "exchange",
    "explain_order",
    "explaining",
    "fan_scores",
    "figure_scores",
    "first_met",
    "first_order",
    "fit",
    "fit_model",
    "fit_phrases",
    "format_of",
    "frontier",
    "given_indices",
    "goal_text",
    "identity_check",
    "idle_levers",
    "import_check",
    "importers",
    "inputs",
    "interval_scores",
    "invert",
    "is_idle_lever",
    "isoquant",
    "largest",
    "lever_costs",
    "lever_shares",
    "limiting",
    "log_scores",
    "morris",
    "morris_design",
    "most_likely",
    "multipliers",
    "notes",
    "observe",
    "origin_ratio",
    "origin_share",
    "outcome",
    "pairs",
    "path_scores",
    "paths_met",
    "pawn",
    "pick_freeze",
    "pick_freeze_design",
    "pit_histogram",
    "prim",
    "probabilities",
    "progress",
    "ranges",
    "rare",
    "read_bimets",
    "read_dynare",
    "read_eviews",
    "read_frml",
    "read_text",
    "recalibrated",
    "recalibration",
    "redrawing",
    "redrawn_indices",
    "reliability",
    "required_paths",
    "requirements",
    "response",
    "revise",
    "schema",
    "search",
    "seek",
    "shapley_effects",
    "shapley_indices",
    "shortfall",
    "simulate_until",
    "sources",
    "span_of_data",
    "stability",
    "stated_scores",
    "streams",
    "subject",
    "surprises",
    "swap",
    "sweep",
    "target_kinds",
    "target_mark",
    "target_met",
    "target_paths",
    "target_words",
    "tiled",
    "to_text",
    "tornado",
    "trace",
    "track",
    "version",
    "warning_alerts",
    "warning_readings",
    "warning_record",
    "with_coefficients",
    "with_residuals",
]

_Finding: TypeAlias = tuple[str, list[str], list[str], str, list[str], str, list[tuple[str, float]]]

_Share: TypeAlias = tuple[float, float, float, float, float]

version: str
debug_build: bool
sources: str
streams: int

def designs() -> list[str]:
    """Return the names of all designs."""

def importers() -> list[str]:
    """Return the names of the functions that read a model from elsewhere."""

def distributions() -> list[str]:
    """Return the keys of all kinds of distributions."""

def largest() -> dict[str, int]:
    """Return how many bytes a file may have: of a plan, a model as text, a table of outturns."""

def exchange(a: str, b: str) -> bool:
    """Exchange two files or folders in one step; false where the system cannot."""

def schema() -> str:
    """Return the JSON Schema of a plan file, as text."""

def ranges(
    program: Program,
    settings: RunSettings,
) -> Ranges:
    """Make the ranges of the paths of a run."""

def warning_record(program: Program, ensemble: Ensemble) -> WarningRecordColumns:
    """Compute how good rules on indicators are in simulated paths."""

def warning_readings(
    model: Model, outturns: Sequence[tuple[str, str, float]]
) -> WarningReadingColumns:
    """Evaluate rules on indicators in known periods."""

def warning_alerts(
    model: Model,
    now: Sequence[tuple[str, float]],
    before: Sequence[tuple[str, float]] | None = None,
) -> AlertColumns:
    """Evaluate rules on probabilities in a round."""

def diff(before: Model, after: Model) -> DifferenceColumns:
    """Return what differs: columns address, kind, before, after."""

def explaining(
    before: Model,
    after: Model,
    run: RunSettings,
    *,
    goal: str | None = None,
    quantile: tuple[str, str, float] | None = None,
    before_known: Outturns | None = None,
    after_known: Outturns | None = None,
    scenario: str = "baseline",
    groups: Sequence[tuple[str, Sequence[str]]] | None = None,
    watch: Watch | None = None,
) -> Explaining:
    """Begin to attribute the change of a probability or a quantile."""

def explain_order(
    program: Program,
) -> tuple[list[tuple[list[str], list[str], list[str]]], list[tuple[str, str]], str]:
    """Return blocks (indicators, feedback, cycle), needs within a period, and the text."""

def broken(ensemble: Ensemble) -> BrokenColumns:
    """Return columns path, period, indicator, reason, equation, numbers, values."""

def goal_text(text: str) -> str:
    """Write a goal in one way."""

def probabilities(
    program: Program, ensemble: Ensemble, goals: Sequence[str], given: str | None = None
) -> GoalColumns:
    """Return columns goal, probability, low, high, error, paths."""

def pairs(program: Program, ensemble: Ensemble, names: Sequence[str] | None = None) -> PairColumns:
    """Return columns a, b, both, given (each with _low, _high, _error, _paths), lift, correlation."""

def paths_met(program: Program, ensemble: Ensemble) -> list[bytes]:
    """Return for each target a bit a path, 1 where it is met, the first path in the lowest bit."""

def limiting(program: Program, ensemble: Ensemble, of: str) -> LimitingColumns:
    """Return columns target, gain, gain_error, own, without, alone, missed."""

def first_met(
    program: Program, ensemble: Ensemble
) -> tuple[FirstByPeriodColumns, FirstByTargetColumns]:
    """Return a table by target and period (first, by), and one by target (median, never, stays)."""

def shortfall(
    program: Program, ensemble: Ensemble, quantiles: Sequence[float], tail: float
) -> ShortfallColumns:
    """Return columns target, probability, mean, worst, missing, missing_if_missed, failed, bands."""

def progress(
    program: Program,
    ensemble: Ensemble,
    on_track: float,
    off_track: float,
    interval: bool,
    base: str | None = None,
) -> ProgressColumns:
    """Return status, last actual, bound, required growth and ESCAP's indices by target."""

def subject(program: Program, ensemble: Ensemble, target: str) -> Ensemble:
    """Return what a target is about, as an ensemble of that alone."""

def simulate_until(
    program: Program,
    settings: RunSettings,
    *,
    half_width: float,
    of: Sequence[str],
    most: int,
    watch: Watch | None = None,
) -> tuple[Ensembles, Until]:
    """Simulate until half-widths are small enough."""

def with_residuals(
    model: Model,
    periods: str,
    *,
    draw: str,
    block: float | None,
    demean: bool,
    of: Sequence[str] | None,
) -> Model:
    """Return the model with shocks that draw residuals of the past again."""

def with_coefficients(
    model: Model, names: Sequence[str], covariance: Sequence[Sequence[float]]
) -> Model:
    """Return the model with parameters drawn around their values."""

def import_check(model: Model, periods: str) -> ImportCheckColumns:
    """Compare equations with data.

    Columns indicator, verdict, relative, largest, at, size, periods, missing.
    """

def track(model: Model, periods: str, data: Data | None, identities: bool) -> Model:
    """Return the model over periods in which it reproduces its histories."""

def swap(
    model: Model, indicator: str, residual: str, periods: str
) -> tuple[list[str], list[float], str | None]:
    """Return the periods and values on which an indicator is kept, and what is solved for."""

def invert(
    model: Model,
    targets: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    instruments: Sequence[str],
    scenario: str | None,
) -> tuple[InstrumentColumns, WantedColumns]:
    """Return instruments and targets.

    Columns instrument, kind, period, before, after; and indicator, period, before, wanted, reached.
    """

def identity_check(
    program: Program,
    runs: Ensembles,
    scenario: str,
    further: Sequence[str],
    behavioural: bool,
    watch: Watch | None = None,
) -> IdentityColumns:
    """Return columns equation, kind, relative, largest, period, path, periods."""

def notes(model: Model) -> list[NoteParts]:
    """Return notes: kind, indicators, message, line, text."""

def read_text(text: bytes, data: Data | None, periods: str | None, file: str) -> Model:
    """Read a model in plain text."""

def read_eviews(text: bytes, data: Data | None, periods: str, file: str) -> Model:
    """Read a model in the manner of EViews."""

def read_frml(text: bytes, data: Data | None, periods: str, file: str) -> Model:
    """Read equations in the language of modelflow."""

def read_bimets(
    text: bytes,
    data: Data | None,
    periods: str,
    coefficients: Sequence[tuple[str, float]],
    file: str,
) -> Model:
    """Read a model in the description language of bimets."""

def read_dynare(text: bytes, data: Data | None, periods: str | None, file: str) -> Model:
    """Read a model in the language of Dynare."""

def format_of(name: str, bytes: bytes) -> str | None:
    """Return the importer that a file is for."""

def span_of_data(model: Model) -> str | None:
    """Return the periods that the histories of a model allow."""

def target_kinds() -> tuple[list[str], list[str], list[str]]: ...
def target_mark(
    text: str, known: Sequence[tuple[str, float]]
) -> (
    tuple[
        str,
        tuple[str, str],
        list[float],
        list[float],
        list[str] | None,
        tuple[float, bool] | None,
    ]
    | None
): ...
def target_met(
    text: str, periods: str, paths: Sequence[tuple[str, NDArray[np.float64]]]
) -> list[bool]: ...
def target_words(text: str) -> str: ...
def to_text(model: Model) -> str:
    """Write a model as plain text."""

def required_paths(program: Program, ensemble: Ensemble) -> RequiredColumns:
    """Return target, indicator, period, required, predicted."""

def requirements(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: str,
    by_period: bool = False,
    tracked: Tracked | None = None,
    watch: Watch | None = None,
) -> RequirementColumns:
    """Return kind, name, periods, of_goal, met, missed, difference, error, distance, noise, clear."""

def inputs(
    program: Program,
    runs: Ensembles,
    scenario: str,
    by_period: bool = True,
    tracked: Tracked | None = None,
    watch: Watch | None = None,
) -> InputColumns:
    """Return kind, name, periods, address, values (an array for each)."""

def target_paths(
    program: Program, ensemble: Ensemble
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Return ids, ones and zeros of shape (targets, paths), and the headroom of that shape."""

def outcome(
    program: Program, ensemble: Ensemble, of: tuple[str, str, str | None]
) -> NDArray[np.float64]:
    """Return an outcome in each path."""

def tornado(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: tuple[str, str, str | None],
    by_period: bool = False,
    tracked: Tracked | None = None,
    watch: Watch | None = None,
) -> TornadoColumns:
    """Return what each assumption does from its 10th to its 90th percentile."""

def given_indices(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: tuple[str, str, str | None],
    by_period: bool = False,
    tracked: Tracked | None = None,
    watch: Watch | None = None,
) -> GivenIndexColumns:
    """Return first-order indices and distances of each assumption."""

def redrawn_indices(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: Sequence[tuple[str, str, str | None]],
    groups: Sequence[Sequence[str]],
    watch: Watch | None = None,
) -> RedrawnColumns:
    """Return first-order and total indices of each assumption, drawn again."""

def redrawing(
    program: Program,
    *,
    paths: int,
    seed: int,
    parameters: Sequence[tuple[str, float | NDArray[np.float64]]],
    scenario: str,
    of: Sequence[tuple[str, str, str | None]],
    groups: Sequence[Sequence[str]],
    threads: int | None = None,
) -> Redrawing:
    """Begin to draw each assumption of a run again."""

def shapley_indices(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: tuple[str, str, str | None],
    by_period: bool,
    groups: Sequence[Sequence[str]],
    tracked: Tracked | None = None,
    watch: Watch | None = None,
) -> tuple[list[list[str]], EffectColumns]:
    """Return the members of groups, and their Shapley effects with what all explain."""

def first_order(
    inputs: NDArray[np.float64],
    output: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> FirstColumns:
    """Return first-order indices, a column a row."""

def pawn(
    inputs: NDArray[np.float64],
    output: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    slices: int,
    seed: int,
) -> PawnColumns:
    """Return the index PAWN, a column a row."""

def shapley_effects(
    inputs: NDArray[np.float64],
    groups: Sequence[Sequence[int]],
    output: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> EffectColumns:
    """Return Shapley effects of groups of columns, and what all explain."""

def pick_freeze_design(inputs: int, rows: int, seed: int) -> NDArray[np.float64]:
    """Return points of the unit cube."""

def pick_freeze(outputs: NDArray[np.float64]) -> SobolColumns:
    """Return first-order and total indices from samples, one a row."""

def morris_design(inputs: int, trajectories: int, levels: int, seed: int) -> NDArray[np.float64]:
    """Return points of the unit cube."""

def morris(points: NDArray[np.float64], output: NDArray[np.float64]) -> ElementaryColumns:
    """Return elementary effects, a column a row."""

def prim(
    inputs: NDArray[np.float64],
    output: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    peel: float,
    least: float,
    seed: int,
) -> tuple[float, RegionColumns, RangeColumns]:
    """Return the chance of a box as good, the chosen box and the trajectory, and their ranges."""

def cart(
    inputs: NDArray[np.float64],
    output: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    depth: int,
    least: float,
    seed: int,
) -> tuple[float, float, RegionColumns, RangeColumns]:
    """Return what a tree explains, the chance of one as good, its leaves and their ranges."""

def most_likely(
    program: Program, runs: Ensembles, scenario: str, of: str
) -> tuple[float, MostLikelyColumns, list[tuple[str, float]]]:
    """Return the distance, columns kind, name, period, value, usual, and prices of targets."""

def trace(
    runs: Ensembles,
    scenario: str,
    indicator: str,
    period: str,
    path: int,
    depth: int,
    tracked: Tracked | None = None,
) -> tuple[TraceColumns, TraceReadColumns, str]:
    """Return the steps, what they read, and the text."""

def rare(
    program: Program, runs: Ensembles, *, scenario: str, of: str, met: bool, paths: int
) -> tuple[RareAnswer, WayColumns]:
    """Return the probability of a rare event, and columns distance, share of its ways."""

def revise(
    program: Program,
    runs: Ensembles,
    *,
    probability: float,
    of: str,
    scenario: str,
    hold: Sequence[str],
    weights: Sequence[tuple[str, float]] | None,
    tighten: bool,
    tracked: Tracked | None = None,
) -> tuple[RevisionAnswer, RevisionColumns, list[_Finding], Model]:
    """Return probabilities, the table of bounds, new findings, and the revised model."""

def seek(
    program: Program,
    run: LeverRun,
    *,
    probability: float,
    margin: float | None = None,
    most: int = 2000,
    watch: Watch | None = None,
) -> tuple[SeekAnswer, LeverColumns, SettingColumns]:
    """Return what was found, a table of settings, and one of all that was tried."""

def sweep(
    program: Program,
    run: RunSettings,
    *,
    scenarios: Sequence[str],
    parameters: tuple[Sequence[str], Sequence[Sequence[float]]],
    levers: tuple[Sequence[str], Sequence[Sequence[float]]],
    replace: bool,
    of: Sequence[str],
    indicators: Sequence[str],
    levels: Sequence[float],
    first: int = 0,
    watch: Watch | None = None,
) -> tuple[SweptAttainmentColumns, list[SweptFanColumns]]:
    """Return the attainment of settings, and a table of fans for each indicator."""

def frontier(
    program: Program,
    run: LeverRun,
    watch: Watch | None = None,
) -> tuple[list[str], SettingColumns]:
    """Return levers, and columns settings (a matrix), cost, probability."""

def idle_levers(
    program: Program,
    run: LeverRun,
    watch: Watch | None = None,
) -> list[str]:
    """Return the levers that change nothing about a goal."""

def is_idle_lever(
    program: Program,
    lever: str,
    run: LeverRun,
    watch: Watch | None = None,
) -> bool:
    """Find whether one lever changes nothing about a goal."""

def lever_shares(
    program: Program,
    points: Sequence[Sequence[float]],
    run: LeverRun,
    watch: Watch | None = None,
) -> list[_Share]:
    """Return how likely a goal is with levers at some places."""

def search(
    program: Program,
    run: LeverRun,
    *,
    probability: float,
    margin: float | None = None,
    most: int = 2000,
) -> Search:
    """Begin to search for the cheapest setting of levers, which are tried elsewhere."""

def lever_costs(
    program: Program, levers: Sequence[str], scenario: str, settings: Sequence[Sequence[float]]
) -> list[float]:
    """Return what settings of levers cost, counted from where they stand in a scenario."""

def isoquant(
    program: Program,
    run: LeverRun,
    *,
    levels: Sequence[float],
    watch: Watch | None = None,
) -> tuple[GridColumns, CurveColumns]:
    """Return columns a, b, cost, probability of all settings; and level, a, b of the curves."""

def at_means(model: Model) -> Model:
    """Return the model with every distribution at its mean."""

def response(a: Ensemble, b: Ensemble, indicators: Sequence[str]) -> ResponseColumns:
    """Compare two scenarios.

    Columns indicator, period, baseline, level, difference, percent, error, q05, q95, percent_q05,
    percent_q95.
    """

def multipliers(
    model: Model, kind: str, name: str, size: float, indicators: Sequence[str]
) -> MultiplierColumns:
    """Return columns indicator, period, dynamic, cumulative, permanent."""

def contributions(
    model: Model, scenario: str | None, by: str, indicators: Sequence[str]
) -> tuple[str, ContributionColumns]:
    """Return the method, and columns indicator, period, part, contribution."""

def stability(
    model: Model, period: str
) -> tuple[str, float, list[tuple[str, int]], EigenvalueColumns, NDArray[np.float64]]:
    """Return verdict, radius, states, columns modulus, real, imaginary, cycle, and the matrix."""

def drivers(
    model: Model, indicator: str, radius: int, side: str
) -> tuple[list[tuple[str, int, bool]], list[tuple[str, str, list[int]]], str, str, str]:
    """Return names with distance and whether exogenous, edges with lags, text, DOT and Mermaid."""

def distribution_values(
    written: str, what: str, values: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def distribution_sample(written: str, count: int, seed: int) -> NDArray[np.float64]: ...
def distribution_support(written: str) -> tuple[float, float, bool]:
    """Return the ends of what it draws, and whether it has a density."""

@final
class Model:
    """A model as written: names, equations, uncertainty, scenarios, targets."""

    @staticmethod
    def from_toml(
        text: bytes,
        file: str | None = None,
        tables: Sequence[tuple[str, bytes]] | None = None,
    ) -> Model: ...
    @staticmethod
    def from_json(
        text: str, notes: Sequence[tuple[str, list[str], str, int | None, str]] | None = None
    ) -> Model: ...
    @staticmethod
    def read_frbus(xml: bytes, data: Data, periods: str) -> Model: ...
    @staticmethod
    def read_modelflow(pcim: bytes, periods: str) -> Model: ...
    def to_toml(self) -> str: ...
    def to_plan_files(self, stem: str) -> tuple[str, list[tuple[str, str]]]:
        """Write the plan file, and the tables of draws that stand beside it: names and texts."""
    def to_json(self) -> str: ...
    def over(self, periods: str) -> Model: ...
    def residuals(self, periods: str) -> tuple[list[str], list[str], list[float]]:
        """Return indicators, periods and residuals."""
    def compile(self) -> Program: ...

@final
class Program:
    """A checked model, ready to run; immutable."""

    @property
    def model(self) -> Model: ...
    @property
    def periods(self) -> list[str]: ...
    @property
    def scenarios(self) -> list[str]: ...
    @property
    def warnings(self) -> list[tuple[str, str]]: ...
    def equations(self) -> dict[str, str]: ...
    def check(self, *, central: float = 0.9, rounding: float = 0.005) -> list[_Finding]:
        """Return findings: kind, targets, indicators, message, sources, resolve, values."""
    def simulate(
        self,
        settings: RunSettings,
        watch: Watch | None = None,
    ) -> Ensembles: ...
    def stream(
        self,
        settings: RunSettings,
        *,
        first_path: int | None = None,
        watch: Watch | None = None,
    ) -> Streamed: ...
    def variance_split(
        self,
        *,
        paths: int,
        seed: int | None = None,
        scenario: str = "baseline",
        indicators: Sequence[str] | None = None,
        threads: int | None = None,
        watch: Watch | None = None,
    ) -> VarianceColumns:
        """Split variances.

        Columns kind ("indicator" or "target"), name, period, part, first, first_error, total,
        total_error.
        """

def tiled(
    program: Program,
    settings: RunSettings,
    *,
    quantiles: Sequence[float],
    or_stored: bool = False,
    tile: int | None = None,
    watch: Watch | None = None,
) -> Ensembles | Tiled:
    """Simulate tile by tile; where it is wished, only if the paths do not fit into memory.

    Tiles have at most `tile` periods, for tests.
    """

@final
class Ensembles:
    """One ensemble for each scenario, and the mixture when scenarios have probabilities."""

    @property
    def names(self) -> list[str]: ...
    @property
    def info(self) -> RunInfo:
        """Seed, paths, design, streams, version, hash of the model."""
    @property
    def storage(self) -> list[tuple[int, int, int]]:
        """Bytes, indicators, and those of them that were asked for, of each scenario."""
    def ensemble(self, name: str) -> Ensemble: ...
    def attainment(self) -> AttainmentColumns:
        """Return attainment.

        Columns scenario, target, probability, low, high, undefined, h05, h25, h50, h75, h95 (quantiles
        of the headroom; NaN for sets).
        """
    def contrast(self, a: str, b: str, indicators: Sequence[str] | None = None) -> ContrastColumns:
        """Compare two scenarios.

        Columns kind, name, period, difference (mean of b - a), error, independent_error, q05, q50,
        q95.
        """

@final
class Explaining:
    """Work that attributes a change, in runs that may be made anywhere."""

    @property
    def simulations(self) -> int: ...
    def run(self, first: int, end: int, watch: Watch | None = None) -> bytes:
        """Make some of the runs."""
    def finish(self, parts: Sequence[bytes]) -> ExplanationParts:
        """Put together what all runs gave, in any order."""
    def explain(self, watch: Watch | None = None) -> ExplanationParts:
        """Make all runs."""

@final
class Redrawing:
    """The runs of redrawn indices, which may be made anywhere."""

    @property
    def runs(self) -> int: ...
    def run(self, k: int, watch: Watch | None = None) -> NDArray[np.float64]:
        """Make a run: outcomes, paths."""
    def indices(
        self,
        k: int,
        a: NDArray[np.float64],
        b: NDArray[np.float64],
        c: NDArray[np.float64],
    ) -> RedrawnColumns:
        """Return the indices of an assumption, of the first two runs and its own."""

@final
class Search:
    """A search whose settings are tried elsewhere."""

    def needed(self) -> tuple[int, list[list[float]]] | None:
        """Return the seed and the settings that are needed next."""
    def take(self, seed: int, points: Sequence[Sequence[float]], shares: Sequence[_Share]) -> None:
        """Add how likely the goal is there, and go on."""
    def found(self) -> tuple[SeekAnswer, LeverColumns, SettingColumns]: ...

@final
class Ranges:
    """A run whose paths are worked out range by range."""

    def check(self) -> None:
        """Refuse what cannot be streamed."""
    def run(self, first: int, end: int, watch: Watch | None = None) -> Streamed: ...
    def run_stored(
        self, first: int, end: int, watch: Watch | None = None
    ) -> tuple[Streamed, StoredRange]: ...
    def stored(self, first: int, end: int, watch: Watch | None = None) -> StoredRange: ...
    def gathering(self) -> Gathering:
        """Make room for the paths of the run, which come range by range."""
    def read(self, bytes: bytes) -> Streamed:
        """Read what `Streamed.to_bytes` wrote of this run."""

@final
class StoredRange:
    """Some of the paths of a run, stored."""

    def rows(self, scenario: str, indicator: str) -> NDArray[np.float64]:
        """Return the paths of an indicator: periods of the span, paths."""
    def to_bytes(self) -> bytes: ...

@final
class Gathering:
    """A run whose paths come range by range."""

    def take(self, bytes: bytes) -> None:
        """Add what `StoredRange.to_bytes` gives."""
    def finish(self) -> Ensembles: ...

@final
class Streamed:
    """What the paths of each scenario add up to."""

    @property
    def names(self) -> list[str]: ...
    @property
    def info(self) -> RunInfo: ...
    @property
    def indicators(self) -> list[str]: ...
    @property
    def bytes(self) -> int: ...
    def merge(self, other: Streamed) -> Streamed: ...
    def judge(self) -> None:
        """Refuse more failed paths than the model tolerates."""
    def to_bytes(self) -> builtins.bytes:
        """Return it as bytes, for `Ranges.read`."""
    def ensemble(self, name: str) -> Ensemble:
        """Return the ensemble of a scenario without a path: what went wrong."""
    def attainment(self) -> AttainmentColumns:
        """Return attainment, as of `Ensembles`, and headroom_error."""
    def fan(
        self, scenario: str, indicators: Sequence[str], quantiles: Sequence[float]
    ) -> FanColumns:
        """Summarise indicators, as an `Ensemble` does, with a bound on the error of a row."""
    def moments(self, scenario: str, indicators: Sequence[str]) -> MomentColumns: ...
    def history(self, scenario: str, indicator: str) -> tuple[list[str], NDArray[np.float64]]: ...

@final
class Tiled:
    """What is known of the paths of each scenario, which were simulated tile by tile."""

    @property
    def names(self) -> list[str]: ...
    @property
    def info(self) -> RunInfo: ...
    @property
    def indicators(self) -> list[str]: ...
    @property
    def bytes(self) -> int: ...
    @property
    def levels(self) -> list[float]:
        """The levels of its quantiles."""
    @property
    def tiles(self) -> int:
        """How many tiles its periods were cut into."""
    def ensemble(self, name: str) -> Ensemble:
        """Return the ensemble of a scenario without a path: what went wrong."""
    def attainment(self) -> AttainmentColumns:
        """Return attainment, as of `Ensembles`."""
    def fan(
        self, scenario: str, indicators: Sequence[str], quantiles: Sequence[float]
    ) -> FanColumns:
        """Summarise indicators, as an `Ensemble` does."""
    def moments(self, scenario: str, indicators: Sequence[str]) -> MomentColumns: ...
    def history(self, scenario: str, indicator: str) -> tuple[list[str], NDArray[np.float64]]: ...

@final
class Ensemble:
    """All paths of one scenario."""

    @property
    def scenario(self) -> str: ...
    @property
    def indicators(self) -> list[str]: ...
    @property
    def periods(self) -> list[str]: ...
    @property
    def paths(self) -> int: ...
    @property
    def weights(self) -> NDArray[np.float64] | None: ...
    def values(self, indicator: str) -> NDArray[np.float64]:
        """Return a read-only view, shape (periods of the span, paths), no copy."""
    def history(self, indicator: str) -> tuple[list[str], NDArray[np.float64]]:
        """Return known periods before the span and their values (the mean where drawn)."""
    def fan(self, indicators: Sequence[str], quantiles: Sequence[float]) -> FanColumns:
        """Summarise indicators.

        Columns indicator, period, mean; and bands, of shape (rows, quantiles).
        """
    def failures(self) -> FailureColumns:
        """Count failures: columns indicator, period, paths (how many were not finite)."""

def evidence(
    ensemble: Ensemble,
) -> tuple[float | None, float | None, float, float | None, int]: ...
def surprises(
    tracked: Tracked,
    settings: RunSettings,
) -> SurpriseColumns:
    """Return columns scenario, indicator, period, basis, value, expected, sd, deviations, ..."""

def path_scores(
    paths: NDArray[np.float64], weights: NDArray[np.float64] | None, actual: NDArray[np.float64]
) -> PathScoreColumns:
    """Score paths, one row a figure."""

def figure_scores(
    ensemble: Ensemble, figures: Sequence[tuple[str, str, float]]
) -> FigureScoreColumns:
    """Score the paths of a run for each indicator, period and actual value."""

def fan_scores(
    paths: NDArray[np.float64], weights: NDArray[np.float64] | None, actual: NDArray[np.float64]
) -> FanScoreColumns:
    """Score fans, one row a figure."""

def stated_scores(
    levels: Sequence[float], quantiles: NDArray[np.float64], actual: NDArray[np.float64]
) -> FanScoreColumns:
    """Score stated quantiles, one row a figure; crps and log_score are not-a-number."""

def log_scores(
    paths: NDArray[np.float64], weights: NDArray[np.float64] | None, actual: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def benchmark_paths(
    series: Sequence[tuple[str, Sequence[float], int, str]],
    clipped: bool,
    periods: int,
    paths: int,
    seed: int,
) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return paths, so many rows for each series, and what is wrong with those that have none."""

def recalibration(places: Sequence[float]) -> tuple[float, float]: ...
def recalibrated(
    paths: NDArray[np.float64], rows: Sequence[tuple[float, float, str]]
) -> NDArray[np.float64]: ...
def origin_ratio(
    of: Sequence[float], by: Sequence[float], block: int
) -> tuple[float, float, float, float]:
    """Return value, error, low and high."""

def origin_share(
    of: Sequence[float], by: Sequence[float], block: int
) -> tuple[float, float, float]:
    """Return value, low and high."""

def pit_histogram(
    places: Sequence[float], origins: Sequence[int], classes: int, block: int
) -> PitColumns: ...
def consistency_bars(
    stated: Sequence[float],
    happened: Sequence[bool],
    origins: Sequence[int],
    classes: int,
    block: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return low and high ends."""

def brier(stated: NDArray[np.float64], happened: NDArray[np.bool_]) -> float: ...
def interval_scores(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    probability: float,
    actual: NDArray[np.float64],
) -> NDArray[np.float64]: ...
def energy_score(
    paths: NDArray[np.float64], weights: NDArray[np.float64] | None, actual: NDArray[np.float64]
) -> float: ...
def reliability(
    stated: NDArray[np.float64], happened: NDArray[np.bool_], classes: int
) -> ReliabilityColumns: ...
def diebold_mariano(
    first: NDArray[np.float64], second: NDArray[np.float64], horizon: int
) -> tuple[float, float, float, float]:
    """Return difference, error, statistic and p-value."""

def attainment_given(
    tracked: Tracked,
    settings: RunSettings,
) -> GivenColumns:
    """Return columns scenario, target, probability, low, high, effective_paths."""

@final
class DataTable:
    """The cells of a table, read once."""

    @staticmethod
    def read(
        content: bytes,
        file: str,
        separator: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> DataTable: ...
    @staticmethod
    def of_columns(
        columns: Sequence[tuple[str, Sequence[object]]], name: str, decimal: str | None = None
    ) -> DataTable: ...

@final
class Data:
    """Series by period."""

    def __new__(cls, table: DataTable) -> Data: ...
    def names(self) -> list[str]: ...
    def notes(self) -> list[NoteParts]: ...
    def rows(self) -> DataColumns:
        """Return columns series, period, value."""

def default_kind(name: str, values: Sequence[float]) -> str: ...
def fit(
    data: Data, peers: Sequence[tuple[str, Data]], options: FitOptions
) -> tuple[Model, FitReportParts]: ...
def fit_phrases() -> list[tuple[str, str]]: ...
def fit_model(
    model: Model,
    data: Data | None,
    peers: Sequence[tuple[str, Data]],
    of: Sequence[str] | None,
    options: FitOptions,
) -> tuple[Model, FitReportParts]: ...

@final
class Outturns:
    """A table of actual values with their vintages."""

    def __new__(cls, table: DataTable, vintage: str | None = None) -> Outturns: ...
    def notes(self) -> list[NoteParts]: ...
    def to_csv(self) -> str: ...
    @property
    def vintages(self) -> list[str]: ...
    def as_of(self, day: str) -> Outturns: ...
    def rows(self) -> OutturnColumns:
        """Return columns indicator, period, value, vintage, basis, sd, source."""

@final
class Tracked:
    """A program conditioned on outturns."""

    @property
    def model(self) -> Model: ...
    @property
    def known(self) -> Outturns: ...
    def simulate(
        self,
        settings: RunSettings,
        watch: Watch | None = None,
    ) -> Ensembles: ...

def observe(
    program: Program,
    outturns: Outturns,
    as_of: str | None = None,
    least_effective: float | None = None,
) -> Tracked: ...
def attainment_by_round(
    program: Program,
    outturns: Outturns,
    settings: RunSettings,
    *,
    dates: Sequence[str] | None = None,
    least_effective: float | None = None,
) -> RoundColumns:
    """Return columns as_of, scenario, target, probability, low, high, effective_paths."""
