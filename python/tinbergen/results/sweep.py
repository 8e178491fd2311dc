"""What a sweep gives: the attainment and the fans of many settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.model_columns import SweptAttainmentColumns, SweptFanColumns
from tinbergen.basics.periods import Period
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.errors import UnknownNameError
from tinbergen.results.ensemble import quantile_name
from tinbergen.written.goal import GoalLike, goal_text
from tinbergen.written.number_kinds import by_indicator, by_target

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["Sweep"]

_PERCENT = ("probability", "low", "high", "undefined")
_HEADROOM = ("h05", "h25", "h50", "h75", "h95")


class Sweep:
    """Settings of a model, and what each gives; made by `Model.sweep`.

    Arrays have a number for each setting, in the order of `settings`: what an optimiser, a surrogate or a
    design of experiments takes. Tables are tidy, with the numbers of the setting in each row.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> found = model.sweep({"trend_growth": [0.05, 0.08]}, paths=200, seed=1, indicators="gdp")
    >>> len(found), found.settings.columns
    (2, ('scenario', 'trend_growth'))
    >>> found.fan("gdp").columns
    ('setting', 'scenario', 'trend_growth', 'indicator', 'period', 'mean', 'q05', 'q25', 'q50', 'q75', 'q95')
    """

    __slots__ = ("_attainment", "_fans", "_levels", "_model", "_names", "_rows", "_scenarios")

    def __init__(
        self,
        model: Model,
        scenarios: Sequence[str],
        points: tuple[Sequence[str], NDArray[np.float64]],
        attainment: SweptAttainmentColumns,
        fans: Mapping[str, SweptFanColumns],
        levels: Sequence[float],
    ) -> None:
        self._model = model
        self._scenarios = list(scenarios)
        self._names, self._rows = list(points[0]), points[1]
        self._attainment = attainment
        self._fans = dict(fans)
        self._levels = list(levels)

    def __len__(self) -> int:
        return len(self._scenarios)

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @property
    def settings(self) -> Table:
        """The settings: the scenario, and the number of each parameter and lever."""
        return Table({"scenario": self._scenarios, **self._numbers()})

    def _numbers(self) -> dict[str, NDArray[np.float64]]:
        return {name: self._rows[:, k] for k, name in enumerate(self._names)}

    def probability(self, target: GoalLike = "all") -> NDArray[np.float64]:
        """Return how likely a target or a set is in each setting.

        Parameters
        ----------
        target
            A target or a set; all targets together unless given. A combination of targets, where it was asked about.
        """
        return self._attainment["probability"][:, self._place(target)]

    def interval(self, target: GoalLike = "all") -> tuple[NDArray[np.float64], ...]:
        """Return how likely a target or a set is in each setting, with the ends of the 95 % interval.

        Parameters
        ----------
        target
            As in `probability`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> either = "gdp-2025 or rd-share-2025"
        >>> found = model.sweep({"trend_growth": [0.05, 0.08]}, of=either, paths=200, seed=1)
        >>> value, low, high = found.interval(either)
        >>> bool(((low < value) & (value < high)).all())
        True
        """
        place, found = self._place(target), self._attainment
        return found["probability"][:, place], found["low"][:, place], found["high"][:, place]

    def headroom(self, target: str) -> NDArray[np.float64]:
        """Return the median headroom of a target in each setting, in the unit of what counts.

        Parameters
        ----------
        target
            A target.
        """
        return self._attainment["h50"][:, self._place(target)]

    def mean(self, indicator: str, period: Any) -> NDArray[np.float64]:
        """Return the mean of an indicator in a period, in each setting.

        Parameters
        ----------
        indicator
            One of the indicators that were asked for.
        period
            The period.
        """
        fan = self._fan(indicator)
        wanted = str(Period(period))
        if wanted not in fan["period"]:
            raise UnknownNameError("period", wanted, fan["period"])
        return fan["mean"][:, fan["period"].index(wanted)]

    def attainment(self) -> Table:
        """Summarise how likely targets and sets are.

        Returns
        -------
        Table
            Columns setting (its place), scenario, the numbers of the setting, target, probability, low and
            high (95 % interval), undefined, and quantiles of the headroom h05 to h95.
        """
        found = self._attainment
        names = found["target"]
        columns = {name: found[name].ravel() for name in (*_PERCENT, *_HEADROOM)}  # type: ignore[literal-required]
        shown = ("scenario", *self._names, "target", "probability", "low", "high", "h50")
        return Table(
            {**self._repeated(len(names)), "target": names * len(self), **columns},
            percent=_PERCENT,
            row_kinds=by_target(self._model, _HEADROOM),
            shown=shown,
        )

    def fan(self, indicator: str) -> Table:
        """Summarise mean and quantiles of an indicator by period.

        Parameters
        ----------
        indicator
            One of the indicators that were asked for.

        Returns
        -------
        Table
            Columns setting (its place), scenario, the numbers of the setting, indicator, period, mean, and
            one for each quantile.
        """
        fan = self._fan(indicator)
        periods, count = fan["period"], len(self) * len(fan["period"])
        bands = fan["bands"].reshape(count, len(self._levels))
        quantiles = {quantile_name(level): bands[:, k] for k, level in enumerate(self._levels)}
        return Table(
            {
                **self._repeated(len(periods)),
                "indicator": [indicator] * count,
                "period": periods * len(self),
                "mean": fan["mean"].ravel(),
                **quantiles,
            },
            row_kinds=by_indicator(self._model, ("mean", *quantiles)),
        )

    def _repeated(self, times: int) -> dict[str, Any]:
        numbers = {name: np.repeat(column, times) for name, column in self._numbers().items()}
        places = np.repeat(np.arange(len(self)), times)
        return {"setting": places, "scenario": np.repeat(self._scenarios, times), **numbers}

    def _place(self, target: GoalLike) -> int:
        names, wanted = self._attainment["target"], goal_text(target)
        if wanted not in names:
            wanted = _core.goal_text(wanted)
        if wanted not in names:
            raise UnknownNameError("target", wanted, names)
        return names.index(wanted)

    def _fan(self, indicator: str) -> SweptFanColumns:
        if indicator not in self._fans:
            raise UnknownNameError("indicator", indicator, self._fans)
        return self._fans[indicator]

    def __repr__(self) -> str:
        of = ", ".join(["scenario", *self._names])
        return f"<Sweep of {self._model.name!r}: {counted(len(self), 'setting')} of {of}>"
