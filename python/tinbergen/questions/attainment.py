"""How likely targets are, alone and together, how far off they are, and what limits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.results.ensemble import quantile_name
from tinbergen.results.runs import each_scenario
from tinbergen.written.goal import GoalLike, goal_list, goal_text
from tinbergen.written.number_kinds import by_target

if TYPE_CHECKING:
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.runs import Runs

__all__ = [
    "first_met",
    "limiting",
    "pairs",
    "probability",
    "progress",
    "required_paths",
    "shortfall",
]

_PERCENT = ("probability", "low", "high")
_STANDING = (
    "target",
    "status",
    "probability",
    "bound",
    "due",
    "required_growth",
    "predicted_growth",
)


def _parts(ensemble: Ensemble) -> tuple[_core.Program, _core.Ensemble]:
    return ensemble.model._program(), ensemble._core


def probability(runs: Runs, *goals: GoalLike, given: GoalLike | None = None) -> Table:
    """Compute the probability of combinations of targets, also given that another one is met.

    Parameters
    ----------
    *goals
        Targets, sets or combinations: ``"gdp-2025 and not (rd or jobs)"``, `tb.goal`.
    given
        A combination on which they are conditional: only paths that meet it count.

    Returns
    -------
    Table
        Columns scenario, goal, given (when there is a condition), probability with its 95 %
        interval (low, high), its Monte Carlo error, and paths, the effective number of paths
        that it rests on. Where no path meets the condition the probability is not-a-number
        and its interval from 0 to 1.

    Raises
    ------
    ModelError
        When a goal cannot be read, or names what the model does not have.

    See Also
    --------
    Runs.attainment : Every target and set by itself.
    Runs.pairs : Targets two by two.

    Notes
    -----
    Intervals are Wilson's [1]_ for as many independent paths as would have the standard error; with
    weights never more than Kish's effective number, ``(sum w)**2 / sum w**2``.

    References
    ----------
    .. [1] E. B. Wilson (1927), Probable inference, the law of succession, and statistical
       inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> table = runs.probability("gdp-2025 and not rd-share-2025", given="investment")
    >>> str(table["goal"][0])
    'gdp-2025 and not rd-share-2025'
    """
    if not goals:
        raise ValueError("name a target, a set or a combination of them")
    texts = goal_list(goals)
    condition = None if given is None else goal_text(given)

    def likely(ensemble: Ensemble) -> Table:
        columns = _core.probabilities(*_parts(ensemble), texts, condition)
        names = columns["goal"]
        about = {} if condition is None else {"given": [_core.goal_text(condition)] * len(names)}
        return Table({"goal": names, **about, **columns}, percent=_PERCENT)

    return each_scenario(runs, likely)


def pairs(
    runs: Runs, names: str | Sequence[str] | None = None, scenario: str = "baseline"
) -> Table:
    """Compute joint and conditional probabilities of targets or sets, two by two.

    Parameters
    ----------
    names
        Targets and sets; all targets unless given.
    scenario
        The scenario.

    Returns
    -------
    Table
        Columns a, b; both: the probability that both are met; given: that of a, given that b
        is met; each with low, high, error and paths; lift, P(a and b) / (P(a) P(b));
        correlation (phi).

    See Also
    --------
    Runs.probability : Any combination, and any condition.

    Notes
    -----
    ``correlation = (P(ab) - P(a) P(b)) / sqrt(P(a) (1 - P(a)) P(b) (1 - P(b)))``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> len(runs.pairs(["gdp-2025", "people"]))
    4
    """
    columns = _core.pairs(*_parts(runs[scenario]), name_list(names))
    percent = ("both", "both_low", "both_high", "given", "given_low", "given_high")
    kept = ("a", "b", "both", "given", "lift", "correlation")
    return Table(columns, percent=percent, shown=kept)


def limiting(runs: Runs, of: GoalLike = "all") -> Table:
    """Find the targets that limit a set: what dropping each would bring, how often it fails alone.

    Parameters
    ----------
    of
        A set, or targets and sets joined by ``and``.

    Returns
    -------
    Table
        Columns scenario, target, gain (of the probability of all when this one is dropped) and
        gain_error; own (its own probability), without (that of the others together), alone (the
        share of failing paths in which it is the only one that fails) and missed (the share in
        which it fails), each with low, high, error and paths.

    Raises
    ------
    ModelError
        When the goal is no conjunction of targets and sets.

    See Also
    --------
    Runs.requirements : What sets the paths apart that meet a goal.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> table = runs.limiting("innovation")
    >>> table["target"][table["gain"].argmax()] in tb.plans.yuecheng().target_sets["innovation"]
    True
    """
    goal = goal_text(of)

    def limits(ensemble: Ensemble) -> Table:
        columns = _core.limiting(*_parts(ensemble), goal)
        percent = [name for name in columns if name != "target" and not name.endswith("paths")]
        kept = ("target", "gain", "own", "without", "alone", "missed")
        return Table(columns, percent=percent, shown=kept)

    return each_scenario(runs, limits)


def first_met(runs: Runs, *, distribution: bool = False) -> Table:
    """Find when the bound of each target is first reached, and whether it stays so.

    Parameters
    ----------
    distribution
        A row for each period, in place of one for each target.

    Returns
    -------
    Table
        Columns scenario, target; median (the first period by which half of the paths have
        reached it, empty when fewer do), at_start (is it reached by the last known value), never
        and stays (among paths that reach it in time, the share in which it holds until it is
        due), with intervals. Or period, first and by: the probability that it is reached in the
        period for the first time, and by it.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> str(runs.first_met().filter(target="pm25-every-year")["at_start"][0])
    'true'
    """
    return each_scenario(runs, _by_period if distribution else _by_target)


def _by_period(ensemble: Ensemble) -> Table:
    """Tabulate when targets are met first, period by period."""
    columns, _ = _core.first_met(*_parts(ensemble))
    return _first_met(columns)


def _by_target(ensemble: Ensemble) -> Table:
    """Tabulate when targets are met first, a row for each."""
    _, columns = _core.first_met(*_parts(ensemble))
    reached = ["" if known is None else str(known).lower() for known in columns["at_start"]]
    return _first_met({**columns, "at_start": reached}, "stays_paths")


def _first_met(columns: Mapping[str, Any], *also: str) -> Table:
    """Leave out errors and numbers of paths but those that are named."""
    hidden = ("_paths", "_error")
    kept = {name: v for name, v in columns.items() if not name.endswith(hidden)}
    kept |= {name: columns[name] for name in also}
    stems = ("first", "by", "never", "stays")
    percent = [f"{stem}{end}" for stem in stems for end in ("", "_low", "_high")]
    shown = [name for name in kept if not name.endswith(("_low", "_high"))]
    return Table(kept, percent=[name for name in percent if name in kept], shown=shown)


def shortfall(
    runs: Runs, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95), tail: float = 0.05
) -> Table:
    """Compute how far paths are from each target, in its unit.

    Parameters
    ----------
    quantiles
        Levels of the quantiles of the headroom.
    tail
        The share of paths with the least headroom that `worst` is the mean of.

    Returns
    -------
    Table
        Columns scenario, target, probability, low, high; mean of the headroom, worst (expected
        shortfall: its mean in the worst paths), missing (the mean of what is missing, 0 where it
        is met), missing_if_missed, each with its Monte Carlo error; undefined (the share of paths in
        which growth that it counts is not defined); quantiles h05, h50, ...; failed (paths without a
        number, left out). Where there are undefined paths, whose headroom is minus infinity, means
        are infinite too, without an error.

    See Also
    --------
    Runs.attainment : Quantiles of the headroom beside the probabilities.

    References
    ----------
    .. [1] R. T. Rockafellar and S. Uryasev (2002), Conditional value-at-risk for general loss
       distributions. Journal of Banking and Finance 26, 1443-1471.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> row = next(runs.shortfall().filter(target="gdp-2025").rows())
    >>> row["worst"] <= row["h05"] <= row["mean"]
    True
    """
    levels = [float(level) for level in quantiles]
    names = [quantile_name(level).replace("q", "h", 1) for level in levels]

    def misses(ensemble: Ensemble) -> Table:
        columns = _core.shortfall(*_parts(ensemble), levels, float(tail))
        left_out = ("error", "paths", "bands", "failed")
        kept = {name: v for name, v in columns.items() if name not in left_out}
        headroom = {name: columns["bands"][:, k] for k, name in enumerate(names)}
        percent = (*_PERCENT, "undefined")
        numbers = {"mean", "worst", "missing", "missing_if_missed", *headroom}
        numbers |= {f"{name}_error" for name in numbers}
        shown = (
            "target",
            "probability",
            "mean",
            "worst",
            "missing",
            "missing_if_missed",
            *[name for name in headroom if name == "h50"],
        )
        return Table(
            {**kept, **headroom, "failed": columns["failed"]},
            percent=percent,
            row_kinds=by_target(ensemble.model, numbers),
            shown=shown,
        )

    return each_scenario(runs, misses)


def progress(
    runs: Runs,
    *,
    on_track: float = 0.66,
    off_track: float = 0.33,
    interval: bool = True,
    base: Any = None,
) -> Table:
    """Compute where each target stands: status, growth required from now, indices of ESCAP.

    Parameters
    ----------
    on_track, off_track
        On track where the whole interval of the probability is at `on_track` or above, off track
        where the whole of it is below `off_track`, else at risk.
    interval
        False to compare the estimate itself with the thresholds.
    base
        The period from which ESCAP's indices count; the first known one unless given.

    Returns
    -------
    Table
        Columns scenario, target, status, probability, low, high; last and value (the last
        actual), due, bound, predicted (median of the paths when due); required_growth,
        predicted_growth and past_growth (per period), required_change; current_status and
        anticipated (ESCAP's indices), outlook. What is required is not-a-number where the last
        actual value meets the bound already.

    See Also
    --------
    Runs.required_paths : The way to each target, period by period.

    References
    ----------
    .. [1] United Nations ESCAP, Asia and the Pacific SDG Progress Report, technical notes;
       ``docs/targets.md`` has the formulas.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> row = next(runs.progress().filter(target="gdp-2025").rows())
    >>> f"{row['required_growth']:.4f}"
    '0.0826'
    """
    period = None if base is None else str(Period(base))

    def stands(ensemble: Ensemble) -> Table:
        columns = _core.progress(*_parts(ensemble), on_track, off_track, interval, period)
        kept = {name: v for name, v in columns.items() if name not in ("error", "paths")}
        levels = ("value", "bound", "predicted", "required_change")
        return Table(
            kept,
            percent=_PERCENT,
            rates=("required_growth", "predicted_growth", "past_growth"),
            row_kinds=by_target(ensemble.model, levels, levels=True),
            shown=_STANDING,
        )

    return each_scenario(runs, stands)


def required_paths(runs: Runs) -> Table:
    """Compute the way each indicator has to go from its last actual value to its target.

    The same growth in every period (``required_growth`` of `progress`), or the same change where
    levels are not positive. What has to be met in every period is reached by the first. Targets
    without such a way are left out: bounds that move with another indicator, the smallest or
    largest of several periods, and what is due by the last actual value or met by it already.

    Returns
    -------
    Table
        Columns scenario, target, indicator, period, required, predicted (median of the paths).

    See Also
    --------
    Runs.progress : The same as one rate of growth for each target.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> table = runs.required_paths().filter(target="gdp-2025")
    >>> [round(level) for level in table["required"].tolist()]
    [1092, 1182, 1280, 1386, 1500]
    """

    def ways(ensemble: Ensemble) -> Table:
        columns = _core.required_paths(*_parts(ensemble))
        levels = ("required", "predicted")
        return Table(columns, row_kinds=by_target(ensemble.model, levels, levels=True))

    return each_scenario(runs, ways)
