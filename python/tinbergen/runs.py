"""Runs: what a simulation gives, one ensemble for each scenario."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.ensemble import QUANTILES, Ensemble
from tinbergen.errors import UnknownNameError
from tinbergen.frames import Table
from tinbergen.goal import GoalLike
from tinbergen.optional import load
from tinbergen.plotting import RunsPlots
from tinbergen.settings import name_list

if TYPE_CHECKING:
    import xarray as xr

    from tinbergen.attain import MostLikely
    from tinbergen.model import Model
    from tinbergen.outturns import Outturns
    from tinbergen.rounds import Round

__all__ = ["Runs"]


class Runs(Mapping[str, Ensemble]):
    """One ensemble for each scenario, by name; made by `Model.simulate`.

    All scenarios see the same luck. When scenarios have probabilities there is one more ensemble,
    ``mixture``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
    >>> "baseline" in runs
    True
    >>> runs.info["seed"]
    1
    """

    def __init__(
        self,
        model: Model,
        core: _core.Ensembles,
        until: Mapping[str, Any] | None = None,
        held: tuple[Outturns, str | None] | None = None,
    ) -> None:
        self._model = model
        self._core = core
        self._until = until
        self._held = held
        self._ensembles: dict[str, Ensemble] = {}

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @cached_property
    def info(self) -> dict[str, Any]:
        """How the numbers came about: seed, paths, design, streams, version, threads.

        After ``simulate(until=...)`` also ``until``: the largest half-width, whose it is, and whether
        it is as small as wanted.
        """
        return self._core.info | ({} if self._until is None else {"until": dict(self._until)})

    def __getitem__(self, scenario: str) -> Ensemble:
        if scenario not in self._ensembles:
            if scenario not in self._core.names:
                raise UnknownNameError("scenario", scenario, self._core.names)
            self._ensembles[scenario] = Ensemble(self._model, self._core.ensemble(scenario))
        return self._ensembles[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.names)

    def __len__(self) -> int:
        return len(self._core.names)

    def attainment(self) -> Table:
        """Say how likely each target is, and how likely they are together.

        Returns
        -------
        Table
            Columns scenario, target, probability with its 95 % interval (low, high), and quantiles
            of the headroom, the distance to the bound in the target's unit (h05 to h95; positive
            when met). Rows besides the targets: ``all``, ``binding`` and ``expected`` where there
            are such, and each named set; these have no headroom.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> table = runs.attainment().filter(scenario="baseline", target="all")
        >>> bool(0 <= table["low"][0] <= table["probability"][0] <= table["high"][0] <= 1)
        True
        """
        return Table(self._core.attainment(), percent=("probability", "low", "high"))

    def probability(self, *goals: GoalLike, given: GoalLike | None = None) -> Table:
        """Say how likely combinations of targets are, also given that another one holds.

        Parameters
        ----------
        *goals
            Targets, sets or combinations: ``"gdp-2025 and not (rd or jobs)"``, `tb.goal`.
        given
            A combination on which they are conditional: only paths where it holds count.

        Returns
        -------
        Table
            Columns scenario, goal, given (when there is a condition), probability with its 95 %
            interval (low, high), its Monte Carlo error, and paths, the effective number of paths
            that it rests on. Where no path meets the condition the probability is not-a-number
            and its interval from 0 to 1.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> table = runs.probability("gdp-2025 and not rd-share-2025", given="investment")
        >>> str(table["goal"][0])
        'gdp-2025 and not rd-share-2025'
        """
        from tinbergen import attain

        return attain.each_scenario(self, lambda one: attain.probability(one, goals, given))

    def pairs(self, names: str | Sequence[str] | None = None, scenario: str = "baseline") -> Table:
        """Hold targets or sets of a scenario against each other, two by two.

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

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> len(runs.pairs(["gdp-2025", "people"]))
        4
        """
        from tinbergen import attain

        return attain.pairs(self[scenario], names)

    def limiting(self, of: GoalLike = "all") -> Table:
        """Say which targets limit a set: what dropping each would bring, and how often it fails alone.

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

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> table = runs.limiting("innovation")
        >>> table["target"][table["gain"].argmax()] in tb.plans.yuecheng().target_sets["innovation"]
        True
        """
        from tinbergen import attain

        return attain.each_scenario(self, lambda one: attain.limiting(one, of))

    def first_met(self, *, distribution: bool = False) -> Table:
        """Say when the bound of each target is first reached, and whether it stays so.

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
        from tinbergen import attain

        return attain.each_scenario(
            self, lambda one: attain.first_met(one, distribution=distribution)
        )

    def shortfall(
        self, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95), tail: float = 0.05
    ) -> Table:
        """Say how far paths are from each target, in its unit.

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
            is met), missing_if_missed, each with its Monte Carlo error; quantiles h05, h50, ...;
            failed (paths without a number, left out).

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> row = next(runs.shortfall().filter(target="gdp-2025").rows())
        >>> row["worst"] <= row["h05"] <= row["mean"]
        True
        """
        from tinbergen import attain

        return attain.each_scenario(self, lambda one: attain.shortfall(one, quantiles, tail))

    def progress(
        self,
        *,
        on_track: float = 0.66,
        off_track: float = 0.33,
        interval: bool = True,
        base: Any = None,
    ) -> Table:
        """Say where each target stands: status, growth required from now, indices of ESCAP.

        Parameters
        ----------
        on_track, off_track
            On track where the whole interval of the probability is at `on_track` or above, off track
            where the whole of it is below `off_track`, else at risk.
        interval
            False to hold the estimate itself against the thresholds.
        base
            The period from which ESCAP's indices count; the first known one unless given.

        Returns
        -------
        Table
            Columns scenario, target, status, probability, low, high; last and value (the last
            actual), due, bound, predicted (median of the paths when due); required_growth,
            predicted_growth and past_growth (per period), required_change; current_status and
            anticipated (ESCAP's indices), outlook.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> row = next(runs.progress().filter(target="gdp-2025").rows())
        >>> f"{row['required_growth']:.4f}"
        '0.0826'
        """
        from tinbergen import attain

        return attain.each_scenario(
            self,
            lambda one: attain.progress(
                one, on_track=on_track, off_track=off_track, interval=interval, base=base
            ),
        )

    def required_paths(self) -> Table:
        """Give the way each indicator has to go from its last actual value to its target.

        The same growth in every period (``required_growth`` of `progress`), or the same change where
        levels are not positive. What has to be met in every period is reached by the first. Targets
        without such a way are left out: bounds that move with another indicator, the smallest or
        largest of several periods, and what is due by the last actual value.

        Returns
        -------
        Table
            Columns scenario, target, indicator, period, required, predicted (median of the paths).

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> table = runs.required_paths().filter(target="gdp-2025")
        >>> [round(level) for level in table["required"].tolist()]
        [1092, 1182, 1280, 1386, 1500]
        """
        from tinbergen import attain

        return attain.each_scenario(self, attain.required_paths)

    def requirements(
        self, of: GoalLike = "all", *, scenario: str = "baseline", by_period: bool = False
    ) -> Table:
        """Say what would have to be true: how paths that meet a goal differ from the others.

        Parameters
        ----------
        of
            A target, a set or a combination of them; some paths must meet it, and some not.
        scenario
            The scenario.
        by_period
            Shocks period by period, in place of their mean up to the last period of the goal.

        Returns
        -------
        Table
            Columns kind (parameter, start, shock, event, growth), name, periods, of_goal (the goal is
            about this indicator), met and missed (the means of the two), difference (standardised)
            with its Monte Carlo error, distance (of Kolmogorov and Smirnov), noise (a distance that
            chance alone gives any row in 5 % of cases), clear. The furthest apart first; what may be
            noise comes last.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> table = runs.requirements("rd-share-2025").filter(kind="parameter", clear=True)
        >>> str(table["name"][0])
        'rd_drift'
        """
        from tinbergen import attain

        return attain.requirements(self, of, scenario=scenario, by_period=by_period)

    def most_likely(self, of: GoalLike = "all", *, scenario: str = "baseline") -> MostLikely:
        """Find the most likely path that meets a goal, also where no path of the run does.

        Parameters
        ----------
        of
            A target, a set or a combination of them.
        scenario
            The scenario.

        Returns
        -------
        MostLikely
            Its distance from the median of all luck in standard deviations, a table of indicators
            period by period and of what is drawn (value, beside usual, the median of all luck), and
            the targets that hold it away, with their prices.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=200, seed=1, scenarios=["baseline"])
        >>> path = runs.most_likely("rd-share-2025")
        >>> share = path.table.filter(kind="indicator", name="rd_share", period="2025")
        >>> bool(3.5 <= share["value"][0] < 3.501)
        True
        """
        from tinbergen import attain

        return attain.most_likely(self, of, scenario=scenario)

    def identity_check(
        self, *further: str, scenario: str | None = None, behavioural: bool = False
    ) -> Table:
        """Hold identities against every path and period.

        Their sides are worked out again from the text, on the paths. What is left is rounding, and
        what the iterations of simultaneous equations leave open.

        Parameters
        ----------
        *further
            Equations that ought to follow from the others, such as the one that a stock-flow model
            leaves out: ``"hh = hs"``.
        scenario
            The scenario; all of them unless given.
        behavioural
            Behavioural equations too, with the shocks and add factors of each path.

        Returns
        -------
        Table
            Columns scenario, equation (its indicator, or the text), kind, relative (the largest
            difference of the two sides over the largest term), largest (the largest difference),
            period and path (where the relative one is; -1 where there is none) and periods (in how
            many it was checked: not where the indicator is known, set or solved for, or something it
            needs was not kept). The worst first.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios="baseline")
        >>> bool(runs.identity_check()["relative"].max() < 1e-12)
        True
        """
        from tinbergen.simulation_plans import identity_check

        return identity_check(self, further, scenario, behavioural=behavioural)

    def contrast(self, a: str, b: str, indicators: str | Sequence[str] | None = None) -> Table:
        """Compare two scenarios path by path, under the same luck.

        Parameters
        ----------
        a, b
            Names of scenarios; differences are b - a.
        indicators
            Indicators to compare; all kept ones unless given. Targets are always compared.

        Returns
        -------
        Table
            Columns kind, name, period, difference (its mean), error (the Monte Carlo error),
            independent_error (what it would be without common luck), q05, q50, q95.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> runs = model.simulate(paths=500, seed=1)
        >>> table = runs.contrast("baseline", list(model.scenarios)[0])
        >>> bool(table["difference"].size > 0)
        True
        """
        for name in (a, b):
            self[name]
        return Table(self._core.contrast(a, b, name_list(indicators)))

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators of all scenarios by their mean and quantiles in each period.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> runs.fan("gdp").columns[:4]
        ('scenario', 'indicator', 'period', 'mean')
        """
        return Table.stack(
            [_with_scenario(name, self[name].fan(indicators, quantiles)) for name in self]
        )

    def alerts(self, before: Table | None = None, *, scenario: str = "baseline") -> Table:
        """Say which early warnings on probabilities fire.

        Parameters
        ----------
        before
            The attainment of the round before (``round.attainment``), for falls.
        scenario
            The scenario to look at.

        Returns
        -------
        Table
            Columns warning, severity, target, value, limit, fires, message.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng().add(
        ...     warnings={"unlikely": tb.EarlyWarning(probability_below=0.5)}
        ... )
        >>> model.simulate(100, seed=1).alerts()["fires"].tolist()
        [True]
        """
        from tinbergen.warning import alerts

        return alerts(self.model, self.attainment(), before, scenario)

    def archive(
        self,
        folder: str | os.PathLike[str],
        *,
        name: str | None = None,
        outturns: Any = None,
        note: str | None = None,
        replace: bool = False,
    ) -> Round:
        """Archive the run as one folder that can be verified to the bit.

        Parameters
        ----------
        folder
            Where; it must not be there yet, or be empty.
        name
            Name of the round; that of the folder unless given.
        outturns
            Outturns with vintages that were known: a table, a data frame, columns by name, or the
            path of a CSV file. Those that a tracked model is held to are archived without being
            given.
        note
            A note of judgement.
        replace
            Whether a round of that name may be replaced.

        Raises
        ------
        FileExistsError
            When there is something already.

        Examples
        --------
        >>> import tempfile, pathlib, tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, keep="gdp")
        >>> with tempfile.TemporaryDirectory() as place:
        ...     runs.archive(pathlib.Path(place) / "2021").name
        '2021'
        """
        from tinbergen.rounds import archive

        return archive(self, folder, name=name, outturns=outturns, note=note, replace=replace)

    @property
    def plot(self) -> RunsPlots:
        """Charts of all scenarios: ``runs.plot.attainment()`` (needs matplotlib)."""
        return RunsPlots(self)

    def to_xarray(self) -> xr.DataTree:
        """Convert to an xarray tree with one dataset for each scenario.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tree = tb.plans.yuecheng().simulate(paths=10, seed=1).to_xarray()
        >>> dict(tree["baseline"].sizes)
        {'period': 15, 'path': 10}
        """
        tree: xr.DataTree = load("xarray").DataTree.from_dict(
            {name: self[name].to_xarray() for name in self}, name=self._model.name
        )
        return tree

    def __repr__(self) -> str:
        return f"<Runs of {self._model.name!r}: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return self.attainment()._repr_html_()


def _with_scenario(name: str, table: Table) -> Table:
    columns = {column: table[column] for column in table.columns}
    return Table({"scenario": [name] * len(table), **columns})
