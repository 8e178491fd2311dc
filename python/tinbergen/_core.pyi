"""The compiled module: thin, typed, and private. Use `tinbergen` instead."""

from collections.abc import Callable, Sequence
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Ensemble",
    "Ensembles",
    "Model",
    "Outturns",
    "Program",
    "Tracked",
    "at_means",
    "attainment_by_round",
    "attainment_given",
    "broken",
    "contributions",
    "debug_build",
    "designs",
    "diff",
    "distributions",
    "drivers",
    "evidence",
    "explain",
    "explain_order",
    "first_met",
    "frontier",
    "goal_text",
    "identity_check",
    "import_check",
    "importers",
    "invert",
    "isoquant",
    "limiting",
    "most_likely",
    "multipliers",
    "notes",
    "observe",
    "pairs",
    "probabilities",
    "progress",
    "read_eviews",
    "read_text",
    "required_paths",
    "requirements",
    "response",
    "schema",
    "seek",
    "shortfall",
    "simulate_until",
    "stability",
    "swap",
    "target_kinds",
    "target_mark",
    "target_met",
    "target_words",
    "to_text",
    "track",
    "version",
    "warning_alerts",
    "warning_readings",
    "warning_record",
    "with_coefficients",
    "with_residuals",
]

version: str
debug_build: bool

def designs() -> list[str]:
    """Give the names of all designs."""

def importers() -> list[str]:
    """Give the names of the functions that read a model from elsewhere."""

def distributions() -> list[str]:
    """Give the keys of all kinds of distributions."""

def schema() -> str:
    """Give the JSON Schema of a plan file, as text."""

def warning_record(program: Program, ensemble: Ensemble) -> dict[str, Any]:
    """Say how good rules on indicators are in simulated paths."""

def warning_readings(model: Model, outturns: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Say what rules on indicators say of known periods."""

def warning_alerts(
    model: Model,
    now: Sequence[tuple[str, float]],
    before: Sequence[tuple[str, float]] | None = None,
) -> dict[str, Any]:
    """Say what rules on probabilities say of a round."""

def diff(before: Model, after: Model) -> dict[str, Any]:
    """Give what differs: columns address, kind, before, after."""

def explain(
    before: Model,
    after: Model,
    *,
    goal: str | None = None,
    quantile: tuple[str, str, float] | None = None,
    before_known: Outturns | None = None,
    after_known: Outturns | None = None,
    basis: str | None = None,
    scenario: str = "baseline",
    groups: Sequence[tuple[str, Sequence[str]]] | None = None,
    paths: int,
    seed: int | None = None,
    design: str = "random",
    threads: int | None = None,
    memory_limit: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Say why a probability or a quantile changed."""

def explain_order(
    program: Program,
) -> tuple[list[tuple[list[str], list[str], list[str]]], list[tuple[str, str]], str]:
    """Give blocks (indicators, feedback, cycle), needs within a period, and the text."""

def broken(ensemble: Ensemble) -> dict[str, Any]:
    """Give columns path, period, indicator, reason, equation, values."""

def goal_text(text: str) -> str:
    """Write a goal in one way."""

def probabilities(
    program: Program, ensemble: Ensemble, goals: Sequence[str], given: str | None = None
) -> dict[str, Any]:
    """Give columns goal, probability, low, high, error, paths."""

def pairs(
    program: Program, ensemble: Ensemble, names: Sequence[str] | None = None
) -> dict[str, Any]:
    """Give columns a, b, both, given (each with _low, _high, _error, _paths), lift, correlation."""

def limiting(program: Program, ensemble: Ensemble, of: str) -> dict[str, Any]:
    """Give columns target, gain, gain_error, own, without, alone, missed."""

def first_met(program: Program, ensemble: Ensemble) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a table by target and period (first, by), and one by target (median, never, stays)."""

def shortfall(
    program: Program, ensemble: Ensemble, quantiles: Sequence[float], tail: float
) -> dict[str, Any]:
    """Give columns target, probability, mean, worst, missing, missing_if_missed, failed, bands."""

def progress(
    program: Program,
    ensemble: Ensemble,
    on_track: float,
    off_track: float,
    interval: bool,
    base: str | None = None,
) -> dict[str, Any]:
    """Give status, last actual, bound, required growth and ESCAP's indices by target."""

def simulate_until(
    program: Program,
    *,
    half_width: float,
    of: Sequence[str],
    most: int,
    paths: int,
    seed: int | None = None,
    scenarios: Sequence[str] | None = None,
    keep: Sequence[str] | None = None,
    design: str = "random",
    threads: int | None = None,
    memory_limit: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> tuple[Ensembles, dict[str, Any]]:
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
    """Give the model with shocks that draw residuals of the past again."""

def with_coefficients(
    model: Model, names: Sequence[str], covariance: Sequence[Sequence[float]]
) -> Model:
    """Give the model with parameters drawn around their values."""

def import_check(model: Model, periods: str) -> dict[str, Any]:
    """Hold equations against data.

    Columns indicator, verdict, relative, largest, at, size, periods, missing.
    """

def track(model: Model, periods: str, data: tuple[bytes, str] | None, identities: bool) -> Model:
    """Give the model over periods in which it reproduces its histories."""

def swap(
    model: Model, indicator: str, residual: str, periods: str
) -> tuple[list[str], list[float], str | None]:
    """Give the periods and values on which an indicator is held, and what is solved for."""

def invert(
    model: Model,
    targets: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    instruments: Sequence[str],
    scenario: str | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give instruments and targets.

    Columns instrument, kind, period, before, after; and indicator, period, before, wanted, reached.
    """

def identity_check(
    program: Program,
    runs: Ensembles,
    scenario: str,
    further: Sequence[str],
    behavioural: bool,
    watch: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Give columns equation, kind, relative, largest, period, path, periods."""

def notes(model: Model) -> list[tuple[str, list[str], str, int | None, str]]:
    """Give notes: kind, indicators, message, line, text."""

def read_text(
    text: bytes, table: tuple[bytes, str] | None, periods: str | None, file: str
) -> Model:
    """Read a model in plain text."""

def read_eviews(text: bytes, table: tuple[bytes, str] | None, periods: str, file: str) -> Model:
    """Read a model in the manner of EViews."""

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

def required_paths(program: Program, ensemble: Ensemble) -> dict[str, Any]:
    """Give target, indicator, period, required, predicted."""

def requirements(
    program: Program,
    runs: Ensembles,
    scenario: str,
    of: str,
    by_period: bool = False,
    tracked: Tracked | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Give kind, name, periods, of_goal, met, missed, difference, error, distance, noise, clear."""

def most_likely(
    program: Program, runs: Ensembles, scenario: str, of: str
) -> tuple[float, dict[str, Any], list[tuple[str, float]]]:
    """Give the distance, columns kind, name, period, value, usual, and prices of targets."""

def seek(
    program: Program,
    *,
    probability: float,
    of: str,
    levers: Sequence[str],
    scenario: str,
    paths: int,
    seed: int | None = None,
    margin: float | None = None,
    most: int = 2000,
    threads: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Give what was found, a table of settings, and one of all that was tried."""

def frontier(
    program: Program,
    *,
    of: str,
    levers: Sequence[str],
    scenario: str,
    paths: int,
    seed: int | None = None,
    threads: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> tuple[list[str], dict[str, Any]]:
    """Give levers, and columns settings (a matrix), cost, probability."""

def isoquant(
    program: Program,
    *,
    of: str,
    levers: tuple[str, str],
    levels: Sequence[float],
    scenario: str,
    paths: int,
    seed: int | None = None,
    threads: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give columns a, b, cost, probability of all settings; and level, a, b of the curves."""

def at_means(model: Model) -> Model:
    """Give the model with every distribution at its mean."""

def response(a: Ensemble, b: Ensemble, indicators: Sequence[str]) -> dict[str, Any]:
    """Compare two scenarios.

    Columns indicator, period, baseline, level, difference, percent, error, q05, q95, percent_q05,
    percent_q95.
    """

def multipliers(
    model: Model, kind: str, name: str, size: float, indicators: Sequence[str]
) -> dict[str, Any]:
    """Give columns indicator, period, dynamic, cumulative, permanent."""

def contributions(
    model: Model, scenario: str | None, by: str, indicators: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """Give the method, and columns indicator, period, part, contribution."""

def stability(
    model: Model, period: str
) -> tuple[str, float, list[tuple[str, int]], dict[str, Any], NDArray[np.float64]]:
    """Give verdict, radius, states, columns modulus, real, imaginary, cycle, and the matrix."""

def drivers(
    model: Model, indicator: str, radius: int, side: str
) -> tuple[list[tuple[str, int, bool]], list[tuple[str, str, list[int]]], str, str, str]:
    """Give names with distance and whether exogenous, edges with lags, text, DOT and Mermaid."""

@final
class Model:
    """A model as written: names, equations, uncertainty, scenarios, targets."""

    @staticmethod
    def from_toml(text: bytes, file: str | None = None) -> Model: ...
    @staticmethod
    def from_json(text: str) -> Model: ...
    @staticmethod
    def read_frbus(xml: bytes, data: bytes, file: str, periods: str) -> Model: ...
    @staticmethod
    def read_modelflow(pcim: bytes, periods: str) -> Model: ...
    def to_toml(self) -> str: ...
    def to_json(self) -> str: ...
    def over(self, periods: str) -> Model: ...
    def residuals(self, periods: str) -> tuple[list[str], list[str], list[float]]:
        """Give indicators, periods and residuals."""
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
    def check(
        self, *, central: float = 0.9, rounding: float = 0.005
    ) -> list[tuple[str, list[str], list[str], str, list[str], str, list[tuple[str, float]]]]:
        """Give findings: kind, targets, indicators, message, sources, resolve, values."""
    def simulate(
        self,
        *,
        paths: int,
        seed: int | None = None,
        scenarios: Sequence[str] | None = None,
        keep: Sequence[str] | None = None,
        design: str = "random",
        threads: int | None = None,
        memory_limit: int | None = None,
        watch: Callable[[int, int], object] | None = None,
    ) -> Ensembles: ...
    def variance_split(
        self,
        *,
        paths: int,
        seed: int | None = None,
        scenario: str = "baseline",
        indicators: Sequence[str] | None = None,
        threads: int | None = None,
        watch: Callable[[int, int], object] | None = None,
    ) -> dict[str, Any]:
        """Split variances.

        Columns kind ("indicator" or "target"), name, period, part, first, first_error, total,
        total_error.
        """

@final
class Ensembles:
    """One ensemble for each scenario, and the mixture when scenarios have probabilities."""

    @property
    def names(self) -> list[str]: ...
    @property
    def info(self) -> dict[str, Any]:
        """Seed, paths, design, streams, version, hash of the model."""
    def ensemble(self, name: str) -> Ensemble: ...
    def attainment(self) -> dict[str, Any]:
        """Give attainment.

        Columns scenario, target, probability, low, high, h05, h25, h50, h75, h95 (quantiles of the
        headroom; NaN for sets).
        """
    def contrast(self, a: str, b: str, indicators: Sequence[str] | None = None) -> dict[str, Any]:
        """Compare two scenarios.

        Columns kind, name, period, difference (mean of b - a), error, independent_error, q05, q50,
        q95.
        """

@final
class Ensemble:
    """All paths of one scenario."""

    def subject(self, program: Program, target: str) -> Ensemble: ...
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
        """Give a read-only view, shape (periods of the span, paths), no copy."""
    def history(self, indicator: str) -> tuple[list[str], NDArray[np.float64]]:
        """Give known periods before the span and their values (the mean where drawn)."""
    def fan(self, indicators: Sequence[str], quantiles: Sequence[float]) -> dict[str, Any]:
        """Summarise indicators.

        Columns indicator, period, mean; and bands, of shape (rows, quantiles).
        """
    def failures(self) -> dict[str, Any]:
        """Count failures: columns indicator, period, paths (how many were not finite)."""

def evidence(ensemble: Ensemble) -> tuple[float | None, float]: ...
def attainment_given(
    tracked: Tracked,
    *,
    paths: int,
    seed: int | None = None,
    scenarios: Sequence[str] | None = None,
    design: str = "random",
    threads: int | None = None,
    basis: str | None = None,
) -> dict[str, Any]:
    """Give columns scenario, target, probability, low, high, effective_paths."""

@final
class Outturns:
    """A table of actual values with their vintages."""

    @staticmethod
    def from_csv(text: bytes, file: str) -> Outturns: ...
    @property
    def vintages(self) -> list[str]: ...
    def as_of(self, day: str) -> Outturns: ...
    def rows(self) -> dict[str, Any]:
        """Give columns indicator, period, value, vintage, basis, sd, source."""

@final
class Tracked:
    """A program held to outturns."""

    @property
    def model(self) -> Model: ...
    @property
    def known(self) -> Outturns: ...
    def simulate(
        self,
        *,
        paths: int,
        seed: int | None = None,
        scenarios: Sequence[str] | None = None,
        keep: Sequence[str] | None = None,
        design: str = "random",
        threads: int | None = None,
        memory_limit: int | None = None,
        basis: str | None = None,
        watch: Callable[[int, int], object] | None = None,
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
    *,
    paths: int,
    seed: int | None = None,
    dates: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    threads: int | None = None,
    basis: str | None = None,
    least_effective: float | None = None,
) -> dict[str, Any]:
    """Give columns as_of, scenario, target, probability, low, high, effective_paths."""
