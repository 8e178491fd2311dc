"""The model: indicators, the equations between them, what is uncertain, scenarios and targets."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen._core import Program as CompiledProgram
from tinbergen.distribution import Distribution
from tinbergen.errors import ModelError
from tinbergen.files import write_atomically
from tinbergen.mapping import Names, Pairs
from tinbergen.parts import Event, Indicator, Labelled, Lever, Link, Parameter, Shock, Stream
from tinbergen.periods import Span, SpanLike
from tinbergen.progress import reporting
from tinbergen.quantity import QuantityLike
from tinbergen.scenario import Change, Scenario
from tinbergen.settings import memory_bytes, name_list, path_count, seed_number, threads_setting
from tinbergen.target import Target, TargetSet, TargetSetLike
from tinbergen.values import Label, label, number
from tinbergen.warning import EarlyWarning
from tinbergen.written import not_finite, read_model, write

if TYPE_CHECKING:
    from datetime import date

    from tinbergen.analysis import Contributions, Drivers, Multipliers, Responses, Stability
    from tinbergen.blocks import Explanation
    from tinbergen.findings import Findings
    from tinbergen.frames import Table
    from tinbergen.goal import GoalLike
    from tinbergen.imports import DataLike
    from tinbergen.levers import Frontier, Isoquant, Seek
    from tinbergen.outturns import Tracked
    from tinbergen.runs import Runs
    from tinbergen.simulation_plans import Inversion, TargetLike

__all__ = ["Design", "Model", "read_plan", "schema"]

Design: TypeAlias = Literal["random", "antithetic", "lhs", "sobol"]

_FAILED_PATHS = 0.001

_Correlations: TypeAlias = "Mapping[Any, float]"


@dataclass(frozen=True, init=False, repr=False)
class Model(Labelled):
    """A model as written: plain, frozen parts with names in them.

    Nothing is checked here. `check` and `simulate` compile the model, and report every mistake at
    once, each with its address.

    Parameters
    ----------
    name
        Name of the plan or model.
    periods
        The periods that are simulated: ``"2021..2035"``, ``"2021-Q1..2035-Q4"``.
    indicators
        Indicators by name.
    parameters
        Parameters by name: a number, a distribution, or a `Parameter` with label and source.
    shocks
        Shocks by name: a distribution, or a `Shock` with label and source.
    streams
        How the shocks of a stream follow each other in blocks of periods, by name of the stream.
    correlations
        Correlations of the normal scores between two shocks or two parameters:
        ``{("demand", "employment"): 0.5}``.
    events
        Event risks by name.
    levers
        Levers by name.
    links
        Series breaks by name.
    warnings
        Early warnings by name.
    targets
        Targets, in the order of the plan.
    target_sets
        Named sets of target ids, or `TargetSet` with a label.
    scenarios
        Scenarios by name.
    requires
        The oldest version of tinbergen that reads the plan, such as ``"0.2"``; an older one says
        that it is too old.
    label
        What a reader sees.
    description
        A few sentences on what it is.
    source
        Where its figures come from.
    failed_paths
        The largest share of paths that may fail (a value that is not finite) before a run is an
        error.
    stochastic
        The behavioural equations whose residuals are taken for random when residuals are redrawn;
        all of them unless given.
    imported
        Whether it comes from elsewhere: then a behavioural equation without a declared shock is
        no mistake.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.Model(
    ...     "first plan",
    ...     periods="2021..2025",
    ...     indicators={
    ...         "gdp": tb.Indicator(
    ...             unit="CNY 100 million",
    ...             history={2020: 1008.5},
    ...             process=tb.process.growth("trend", shock="demand"),
    ...         )
    ...     },
    ...     parameters={"trend": tb.normal(0.075, 0.012)},
    ...     shocks={"demand": tb.normal(0, 0.02)},
    ...     targets=[tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=1500)],
    ... )
    >>> model.indicators["gdp"].unit
    'CNY 100 million'
    >>> runs = model.simulate(paths=1000, seed=1)
    >>> runs["baseline"]["gdp"].shape
    (5, 1000)
    """

    name: str
    periods: Span
    requires: str | None
    label: Label | None
    description: str | None
    source: str | None
    failed_paths: float
    imported: bool
    stochastic: tuple[str, ...]
    indicators: Names[Indicator]
    parameters: Names[Parameter]
    shocks: Names[Shock]
    streams: Names[Stream]
    correlations: Pairs[float]
    events: Names[Event]
    levers: Names[Lever]
    links: Names[Link]
    warnings: Names[EarlyWarning]
    targets: tuple[Target, ...]
    target_sets: Names[TargetSet]
    scenarios: Names[Scenario]

    def __init__(
        self,
        name: str,
        periods: SpanLike,
        *,
        indicators: Mapping[str, Indicator] | None = None,
        parameters: Mapping[str, Parameter | QuantityLike] | None = None,
        shocks: Mapping[str, Shock | Distribution] | None = None,
        streams: Mapping[str, Stream] | None = None,
        correlations: _Correlations | None = None,
        events: Mapping[str, Event] | None = None,
        levers: Mapping[str, Lever] | None = None,
        links: Mapping[str, Link] | None = None,
        warnings: Mapping[str, EarlyWarning] | None = None,
        targets: Iterable[Target] = (),
        target_sets: Mapping[str, TargetSetLike] | None = None,
        scenarios: Mapping[str, Scenario] | None = None,
        requires: str | None = None,
        label: Label | None = None,
        description: str | None = None,
        source: str | None = None,
        failed_paths: float = _FAILED_PATHS,
        imported: bool = False,
        stochastic: Iterable[str] = (),
    ) -> None:
        self._set(
            name=name,
            periods=Span(periods),
            requires=requires,
            label=_label(label),
            description=description,
            source=source,
            failed_paths=number(failed_paths),
            imported=imported,
            stochastic=tuple(stochastic),
            indicators=Names("indicator", indicators),
            parameters=_each("parameter", Parameter.of, parameters),
            shocks=_each("shock", Shock.of, shocks),
            streams=Names("stream", streams),
            correlations=_correlations(correlations or {}),
            events=Names("event", events),
            levers=Names("lever", levers),
            links=Names("link", links),
            warnings=Names("warning", warnings),
            targets=tuple(targets),
            target_sets=_each("target set", TargetSet.of, target_sets),
            scenarios=Names("scenario", scenarios),
        )

    def _set(self, **values: Any) -> None:
        for key, value in values.items():
            object.__setattr__(self, key, value)

    # Reading and writing

    @classmethod
    def from_toml(cls, text: str | bytes, *, file: str | None = None) -> Model:
        r"""Read a model from the text of a plan file.

        Parameters
        ----------
        text
            TOML, as text or as bytes in UTF-8.
        file
            Its name, for messages.

        Raises
        ------
        ModelError
            With every problem of the text, each with its line.

        Examples
        --------
        >>> Model.from_toml('schema = 1\nname = "empty"\nperiods = "2021..2025"').name
        'empty'
        """
        raw = text.encode() if isinstance(text, str) else bytes(text)
        return cls._from_core(_core.Model.from_toml(raw, file))

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Model:
        """Read a model from its written form, plain dictionaries as in a plan file.

        Examples
        --------
        >>> Model.from_dict({"schema": 1, "name": "empty", "periods": "2021..2025"}).periods
        Span('2021..2025')
        """
        return cls._from_core(_core.Model.from_json(_json(written)))

    @classmethod
    def _from_core(cls, core: _core.Model) -> Model:
        model = cls.__new__(cls)
        model._set(_core_model=core)  # it knows the lines of its file
        return model

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Read the parts of a model that came from the core when the first is asked for."""
            core = self.__dict__.get("_core_model")
            if core is None or name not in type(self).__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            Model.__init__(self, **read_model(json.loads(core.to_json())))
            return self.__dict__[name]

    # Held against data

    def over(self, periods: SpanLike) -> Model:
        """Give the model over other periods.

        Histories of indicators with an equation end before them; the others keep theirs.

        Examples
        --------
        >>> Model("empty", "2021..2025").over("2023..2030").periods
        Span('2023..2030')
        """
        return self._from_core(self._to_core().over(str(Span(periods))))

    def track(
        self, periods: SpanLike, *, data: DataLike | None = None, identities: bool = True
    ) -> Model:
        r"""Give the model over periods in which it reproduces its histories, or other data.

        The residuals of equations become add factors, and histories of indicators with an equation
        end before the periods. What a scenario changes is then a change to the data. Where an
        equation carries its add factor itself (``y = ... + y_a ...``, as in World Bank models),
        ``y_a`` takes the value with which the equation holds.

        Parameters
        ----------
        periods
            The periods.
        data
            A table whose series take the place of what was known of the indicators of their names:
            a file in CSV whose first column is the period, or a pandas DataFrame with periods as
            its index.
        identities
            Whether identities that the data do not obey get an add factor too, so that the baseline
            is the data to rounding; `notes` tell how many, and by how much they miss. False leaves
            them exact.

        Raises
        ------
        ModelError
            When an equation needs a value that the histories do not have.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text("periods 2021..2021\ndata a 2021 = 2\ndata b 2021 = 7\nb ~ 3 * a")
        >>> tracked = model.track("2021..2021")
        >>> tracked.indicators["b"].add_factors["2021"]
        1.0
        >>> tracked.simulate(1, seed=1)["baseline"]["b"]
        array([[7.]])
        """
        from tinbergen.simulation_plans import track

        return track(self, periods, data=data, identities=identities)

    def swap(self, indicator: str, residual: str, periods: SpanLike | None = None) -> Change:
        r"""Give a change that holds an indicator on its path by solving for another one.

        Put into a scenario with a shock, the shock cannot move the indicator: the add factor of the
        equation of `residual` does what it takes, or `residual` itself when it is exogenous.

        Parameters
        ----------
        indicator
            What is held on the path of the baseline, with everything random at its mean.
        residual
            What is solved for: a behavioural indicator, by its add factor, or an exogenous one. An
            indicator that is swapped for its own residual is just ``set``.
        periods
            When; all periods unless given.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text(
        ...     "periods 2021..2022\ndata g 2021 = 20, 2022 = 20\nc ~ 0.5 * y\ny = c + g"
        ... )
        >>> hold = model.swap("y", "c", 2022)
        >>> hold.by, round(hold.set[2022], 9)
        ('c', 40.0)
        >>> more = tb.Change(indicator="g", add=5)
        >>> held = model.add(scenarios={"held": tb.Scenario([more, hold])})
        >>> held.simulate(1, seed=1)["held"]["y"].ravel().round(9)
        array([50., 40.])
        """
        from tinbergen.simulation_plans import swap

        return swap(self, indicator, residual, periods)

    def invert(
        self,
        targets: Mapping[str, TargetLike],
        instruments: str | Iterable[str],
        *,
        scenario: str | None = None,
    ) -> Inversion:
        r"""Give the paths of instruments with which indicators take wanted values.

        With nothing random, the equations of the instruments are exchanged for the wanted values
        and the model is solved, many targets and instruments at once.

        Parameters
        ----------
        targets
            Wanted values by indicator: by period, one for each period, or one for all.
        instruments
            As many as targets: behavioural indicators, by their add factors, or exogenous ones. The
            k-th stands for the k-th target where these are wanted in different periods; which one
            belongs to which makes no difference else.
        scenario
            On top of which scenario; the baseline unless given.

        Returns
        -------
        Inversion
            A table of the instruments; ``.targets`` says what is reached with them, ``.scenario``
            moves them.

        Raises
        ------
        ModelError
            With every mistake at once: unknown names, numbers that do not match, instruments that
            cannot move a target.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text(
        ...     "periods 2021..2021\ndata g 2021 = 20\nc ~ 0.5 * y\ny = c + g\ns = y - c"
        ... )
        >>> found = model.invert({"y": 50, "s": 24}, ["c", "g"])
        >>> dict(zip(found["instrument"].tolist(), found["after"].round(9).tolist()))
        {'c': 1.0, 'g': 24.0}
        """
        from tinbergen.simulation_plans import invert

        return invert(self, targets, instruments, scenario=scenario)

    def residuals(self, periods: SpanLike) -> Table:
        """Give left side less right side of every equation on the histories.

        Returns
        -------
        Table
            With columns indicator, period and residual, in the space of the left side; not a
            number where a value is missing.

        Examples
        --------
        >>> import tinbergen as tb
        >>> b = tb.Indicator(equation="b ~ 3", history={2021: 3.5})
        >>> tb.Model("m", "2021..2021", indicators={"b": b}).residuals("2021..2021")
        indicator  period  residual
        b          2021      0.5000
        """
        from tinbergen.frames import Table

        indicators, names, values = self._to_core().residuals(str(Span(periods)))
        columns = {"indicator": indicators, "period": names, "residual": np.array(values)}
        return Table(columns)

    def import_check(self, periods: SpanLike) -> Table:
        """Hold every equation against the histories: the best test that an import is right.

        Worst first: identities that do not hold, equations with missing data, behavioural equations
        by the relative size of their residuals, identities that hold.

        Returns
        -------
        Table
            With columns indicator, verdict (``"does not hold"``, ``"missing data"``, ``"behavioural
            residual"``, ``"identity holds"``), relative (the largest residual over the root mean
            square of the left side), largest (that residual, in the space of the left side), at (its
            period), size (root mean square of the residuals), periods (how many have a residual) and
            missing (names without data and the first period they are needed in).

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.Model(
        ...     "m",
        ...     "2021..2021",
        ...     indicators={
        ...         "a": tb.Indicator(equation="a ~ 2", history={2021: 2.5}),
        ...         "b": tb.Indicator(equation="b = 2 * a", history={2021: 5.0}),
        ...     },
        ... )
        >>> [(row["indicator"], row["verdict"]) for row in model.import_check("2021..2021").rows()]
        [('a', 'behavioural residual'), ('b', 'identity holds')]
        """
        from tinbergen.frames import Table

        return Table(_core.import_check(self._to_core(), str(Span(periods))))

    @property
    def notes(self) -> Findings:
        """What an importer could not map, with line and text, and how residuals are redrawn.

        Examples
        --------
        >>> Model("empty", "2021..2025").notes
        no findings
        """
        from tinbergen.imports import notes

        return notes(self)

    # Uncertainty from data

    def with_residuals(
        self,
        periods: SpanLike,
        *,
        draw: Literal["iid", "moving", "stationary", "normal"] = "iid",
        block: float | None = None,
        demean: bool = True,
        of: Iterable[str] | None = None,
    ) -> Model:
        """Give the model with shocks that draw the residuals of its own past again.

        Whole periods are drawn, so the residuals of different equations keep all that ties them.
        `notes` of the model tell which equations were taken and why others were left out.

        Parameters
        ----------
        periods
            The periods whose residuals are drawn.
        draw
            ``"iid"``: periods independently. ``"moving"``: in blocks of one length.
            ``"stationary"``: in blocks of random length (Politis and Romano 1994). ``"normal"``:
            from a normal distribution with their covariances, which are shrunk where there are more
            equations than periods.
        block
            Periods of a block: exactly, or on average.
        demean
            Whether what is drawn has mean zero.
        of
            Names of the indicators whose equations are taken; those the model calls stochastic
            unless given, else all that have residuals in all the periods: behavioural ones, and those
            that carry an add factor (``y = ... + y_a ...``, as in World Bank models), whose shock
            is called ``y_a``.

        Raises
        ------
        ModelError
            When an equation that is named has no residuals, or none has any.

        Examples
        --------
        >>> import tinbergen as tb
        >>> y = tb.Indicator(equation="y ~ 0.5 * y[-1]", history={2018: 1, 2019: 1, 2020: 0.25})
        >>> model = tb.Model("m", "2021..2025", indicators={"y": y})
        >>> drawn = model.with_residuals("2019..2020", draw="stationary", block=2)
        >>> drawn.shocks["y"].distribution.values
        (0.375, -0.375)
        >>> drawn.simulate(100, seed=1)["baseline"]["y"].shape
        (5, 100)
        """
        from tinbergen.uncertainty import with_residuals

        return with_residuals(self, periods, draw=draw, block=block, demean=demean, of=of)

    def with_coefficients(self, names: Sequence[str], covariance: Any) -> Model:
        """Give the model with parameters that are as uncertain as their estimates.

        They are drawn once per path from a normal distribution around their present values.

        Parameters
        ----------
        names
            Names of parameters.
        covariance
            The covariance matrix of their estimates, in the order of the names.

        Raises
        ------
        ModelError
            When a name is unknown or the matrix is no covariance.

        Examples
        --------
        >>> model = Model("m", "2021..2025", parameters={"a": 1, "b": 2})
        >>> drawn = model.with_coefficients(["a", "b"], [[0.25, -0.5], [-0.5, 4.0]])
        >>> drawn.parameters["a"].value, dict(drawn.correlations)
        (Normal(mean=1.0, sd=0.5), {Pair(a='a', b='b'): -0.5})
        """
        from tinbergen.uncertainty import with_coefficients

        return with_coefficients(self, names, covariance)

    def to_dict(self) -> dict[str, Any]:
        """Write the model as plain dictionaries; what is not given is left out.

        Examples
        --------
        >>> Model("empty", "2021..2025").to_dict()
        {'schema': 1, 'name': 'empty', 'periods': '2021..2025'}
        """
        written = {"schema": 1, "name": self.name, "periods": str(self.periods)}
        for f in fields(self):
            value = getattr(self, f.name)
            empty = value is None or (isinstance(value, (Names, tuple, bool)) and not value)
            default = f.name == "failed_paths" and value == _FAILED_PATHS
            if f.name not in written and not empty and not default:
                written[f.name] = write(value)
        return written

    def to_toml(self) -> str:
        """Write the model as the text of a plan file, without loss.

        Raises
        ------
        ModelError
            When a part cannot be written.

        Examples
        --------
        >>> model = Model("empty", "2021..2025")
        >>> Model.from_toml(model.to_toml()) == model
        True
        """
        return self._to_core().to_toml()

    def to_text(self) -> str:
        r"""Write the model as plain text, one equation a line (``docs/text-format.md``).

        What is for readers only and has no words there, such as the description of the model, is
        told in a comment at the top.

        Raises
        ------
        ModelError
            With the parts that plain text cannot say: distributions, shocks, targets, scenarios.

        Examples
        --------
        >>> import tinbergen as tb
        >>> print(tb.read_text("periods 2021..2022\nparameter a = 0.5\ny = a * y[-1]").to_text())
        model "model"
        periods 2021..2022
        <BLANKLINE>
        parameter a = 0.5
        <BLANKLINE>
        y = a * y[-1]
        <BLANKLINE>
        <BLANKLINE>
        """
        return _core.to_text(self._to_core())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model to a plan file, and give its path.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Model("empty", "2021..2025").save(pathlib.Path(folder) / "plan.toml").name
        'plan.toml'
        """
        return write_atomically(path, self.to_toml())

    # Making another one

    def with_(self, **changes: Any) -> Model:
        """Make the same model with other fields.

        Parameters
        ----------
        **changes
            Any arguments of `Model`; each replaces the whole field.

        Examples
        --------
        >>> Model("a", "2021..2025").with_(periods="2021..2030").periods.last
        Period('2030')
        """
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        unknown = changes.keys() - kept.keys()
        if unknown:
            raise TypeError(f"a model has no field {', '.join(sorted(unknown))}")
        return Model(**{**kept, **changes})

    def add(self, *targets: Target, replace: bool = False, **parts: Mapping[str, Any]) -> Model:
        """Make the same model with more parts.

        Parameters
        ----------
        *targets
            Targets to append.
        replace
            Whether a part may take the place of one with the same name.
        **parts
            Parts by name for each field: ``indicators={...}``, ``scenarios={...}``.

        Raises
        ------
        ValueError
            When a name is taken and `replace` is not set.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = Model("a", "2021..2025").add(shocks={"demand": tb.normal(0, 0.02)})
        >>> list(model.shocks)
        ['demand']
        """
        ids = {target.id for target in targets}
        _refuse("targets", ids & {target.id for target in self.targets}, replace=replace)
        kept = [target for target in self.targets if target.id not in ids]
        changes: dict[str, Any] = {"targets": [*kept, *targets]}
        for key, given in parts.items():
            present = getattr(self, key, None)
            if not isinstance(present, Names):
                raise TypeError(f"a model has no parts called {key}")
            new = _correlations(given) if key == "correlations" else given
            _refuse(key, set(present) & set(new), replace=replace)
            changes[key] = {**present, **new}
        return self.with_(**changes)

    def diff(self, after: Model) -> Table:
        """Give what differs between this model and a later one.

        Returns
        -------
        Table
            Columns address, kind, before, after; see `tinbergen.diff`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> len(model.diff(model))
        0
        """
        from tinbergen.explanation import diff

        return diff(self, after)

    def warning_readings(self, outturns: Any = None) -> Table:
        """Say what early warnings on indicators say of the periods that are known.

        Parameters
        ----------
        outturns
            Outturns as `observe` takes them: of each value the newest vintage counts, figures on
            another basis are left out. Or a table with columns indicator, period and value alone.
            They come before the histories.

        Returns
        -------
        Table
            Columns warning, severity, target, period, excess (how far it is from firing, in the
            unit of the indicator; at or above 0 it fires), fires, afterwards (was the target
            ``met`` or ``missed`` where that is known).

        Examples
        --------
        >>> import tinbergen as tb
        >>> slow = tb.EarlyWarning(indicator="gdp", below=900)
        >>> len(tb.plans.yuecheng().add(warnings={"slow": slow}).warning_readings())
        1
        """
        from tinbergen.warning import readings

        return readings(self, outturns)

    # Compiling and running

    def check(self, *, central: float = 0.9, rounding: float = 0.005) -> Findings:
        """Find what does not fit in the plan, before anything is simulated.

        Targets are held against the equations by interval arithmetic; no random number is drawn.
        ``docs/consistency.md`` has the rules.

        Parameters
        ----------
        central
            The share of the probability, around the centre, within which a number is what the
            plan's own equations give.
        rounding
            By how much figures of the plan are rounded, as a share of themselves.

        Returns
        -------
        Findings
            Targets that cannot be met, alone or together; numbers that targets imply and the plan
            does not say; figures that disagree or come twice; indicators without a base; targets
            that are met already; warnings of the compiler. Empty when nothing was found.

        Raises
        ------
        ModelError
            With every problem of a model that does not compile.

        Examples
        --------
        >>> import tinbergen as tb
        >>> found = tb.plans.yuecheng().check().of("tension")
        >>> [round(finding.values["implied"]) for finding in found if "implied" in finding.values]
        [882, 694]
        >>> tb.Model("empty", "2021..2025").add(
        ...     indicators={"gdp": tb.Indicator(equation="gdp = gpd[-1]")}
        ... ).check()
        Traceback (most recent call last):
            ...
        tinbergen.errors.ModelError: ...
        """
        from tinbergen.findings import Finding, Findings

        for name, share in (("central", central), ("rounding", rounding)):
            if not 0 <= share < 1:
                raise ValueError(f"{name} must be a share from 0 to 1, found {share}")
        found = self._program().check(central=float(central), rounding=float(rounding))
        return Findings(Finding.of(*parts) for parts in found)

    def equations(self) -> dict[str, str]:
        """Print the equation of each indicator; that of a process is the one it stands for.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.plans.yuecheng().equations()["gdp_per_capita"]  # doctest: +SKIP
        'gdp_per_capita = gdp / population * 1e8'
        """
        equations: dict[str, str] = self._program().equations()
        return equations

    def simulate(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenarios: str | Sequence[str] | None = None,
        keep: str | Sequence[str] | None = None,
        design: Design = "random",
        threads: int | None = None,
        memory_limit: int | str | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
        until: float | None = None,
        until_of: GoalLike | Iterable[GoalLike] | None = None,
        most_paths: int = 2**22,
    ) -> Runs:
        """Simulate every scenario under the same luck.

        Parameters
        ----------
        paths
            Number of paths.
        seed
            A whole number from 0; without one, a seed is drawn and recorded in ``runs.info``. The
            same seed gives the same numbers on every computer.
        scenarios
            Names of the scenarios to run; all of them unless given.
        keep
            Indicators whose paths are kept; all of them unless given.
        design
            ``"random"``, ``"antithetic"``, ``"lhs"`` (Latin hypercube) or ``"sobol"``.
        threads
            Number of threads; ``TINBERGEN_THREADS``, else all processors. Results do not depend
            on it.
        memory_limit
            The most memory that results may take: bytes, or text such as ``"4 GB"``.
        progress
            Show a progress bar: always, never, or (None) when a person watches and it takes long.
            A function is called with the paths done and their total.
        until
            Double the paths until the half-width of the 95 % interval of every probability is at
            most this, such as 0.005; ``runs.info["until"]`` says how far it got.
        until_of
            Targets, sets or combinations whose probability counts for `until`; every target and
            ``all`` unless given.
        most_paths
            Paths at most when doubling.

        Returns
        -------
        Runs
            One ensemble for each scenario.

        Raises
        ------
        ModelError
            With every problem of the model or of the question put to it.
        NumericalError
            When more paths fail than the model tolerates.
        MemoryLimitError
            When the result would need more than `memory_limit`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=200, seed=1)
        >>> runs["baseline"]["gdp"].shape
        (15, 200)
        """
        from tinbergen.runs import Runs

        program = self._program()
        settings: dict[str, Any] = {
            "paths": path_count(paths),
            "seed": seed_number(seed),
            "scenarios": name_list(scenarios),
            "keep": name_list(keep),
            "design": design,
            "threads": threads_setting(threads),
            "memory_limit": memory_bytes(memory_limit),
        }
        with reporting(progress) as watch:
            if until is None:
                return Runs(self, program.simulate(**settings, watch=watch))
            from tinbergen.attain import simulate_until

            settings["watch"] = watch
            most = path_count(most_paths)
            return Runs(self, *simulate_until(self, until, until_of, most, settings))

    def seek(
        self,
        probability: float = 0.8,
        *,
        of: GoalLike = "all",
        levers: str | Sequence[str] | None = None,
        scenario: str = "baseline",
        paths: int = 10_000,
        seed: int | None = None,
        margin: float | None = None,
        most: int = 2_000,
        threads: int | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
    ) -> Seek:
        """Find the cheapest setting of levers with which a goal is met with a wanted probability.

        Parameters
        ----------
        probability
            The probability that is wanted.
        of
            A target, a set or a combination of them.
        levers
            Names of levers; all of the model unless given.
        scenario
            The scenario in which they are moved.
        paths, seed, threads, progress
            As in `simulate`; all settings see the same luck, and what is found is confirmed under
            other luck.
        margin
            How far above `probability` the estimate has to be; so far that other luck confirms it
            19 times in 20 unless given.
        most
            Settings tried at most.

        Examples
        --------
        >>> import tinbergen as tb
        >>> plan = tb.plans.yuecheng()
        >>> found = plan.seek(0.6, of="rd-share-2025", levers="rd_subsidy", paths=1000, seed=1)
        >>> found.reached, found.settings["lever"].tolist()
        (True, ['rd_subsidy'])
        """
        from tinbergen import levers as search

        return search.seek(
            self,
            probability,
            of=of,
            levers=levers,
            scenario=scenario,
            paths=paths,
            seed=seed,
            margin=margin,
            most=most,
            threads=threads,
            progress=progress,
        )

    def frontier(
        self,
        of: GoalLike = "all",
        levers: str | Sequence[str] | None = None,
        *,
        scenario: str = "baseline",
        paths: int = 10_000,
        seed: int | None = None,
        threads: int | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
    ) -> Frontier:
        """Say what each probability of a goal costs: the frontier of cost against probability.

        Parameters
        ----------
        of, levers, scenario, paths, seed, threads, progress
            As in `seek`.

        Returns
        -------
        Frontier
            A table with a column for each lever, cost, probability, low, high; ``.plot()`` draws it.

        Examples
        --------
        >>> import tinbergen as tb
        >>> plan = tb.plans.yuecheng()
        >>> table = plan.frontier("rd-share-2025", "rd_subsidy", paths=500, seed=1)
        >>> table.columns
        ('rd_subsidy', 'cost', 'probability', 'low', 'high')
        """
        from tinbergen import levers as search

        return search.frontier(
            self,
            of=of,
            levers=levers,
            scenario=scenario,
            paths=paths,
            seed=seed,
            threads=threads,
            progress=progress,
        )

    def isoquant(
        self,
        levers: Sequence[str],
        of: GoalLike = "all",
        *,
        levels: Sequence[float] = (0.2, 0.4, 0.5, 0.6, 0.8, 0.9),
        scenario: str = "baseline",
        paths: int = 10_000,
        seed: int | None = None,
        threads: int | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
    ) -> Isoquant:
        """Say with which settings of two levers a goal is met with the same probability.

        Parameters
        ----------
        levers
            The names of the two.
        levels
            The probabilities whose curves are wanted.
        of, scenario, paths, seed, threads, progress
            As in `seek`.

        Returns
        -------
        Isoquant
            A table of all settings with cost and probability; ``.curves`` has the curves, and
            ``.plot()`` draws them.

        Examples
        --------
        >>> import tinbergen as tb
        >>> plan = tb.plans.yuecheng()
        >>> found = plan.isoquant(["firms", "talent"], "high-tech-firms-2025", paths=200, seed=1)
        >>> found.curves.columns
        ('probability', 'firms', 'talent')
        """
        from tinbergen import levers as search

        return search.isoquant(
            self,
            levers,
            of=of,
            levels=levels,
            scenario=scenario,
            paths=paths,
            seed=seed,
            threads=threads,
            progress=progress,
        )

    def observe(
        self,
        outturns: Any,
        *,
        as_of: str | date | None = None,
        least_effective: float | None = None,
    ) -> Tracked:
        """Hold the model to what was known on a day.

        Parameters
        ----------
        outturns
            `Outturns`, or what they are made of: a CSV file, a data frame, a mapping of columns.
        as_of
            The day, such as ``"2023-04-14"``: of each value the newest vintage that is not later.
            All vintages unless given.
        least_effective
            Refuse results that rest on fewer effective paths; 100 unless given, or a tenth of the
            paths when there are less than 1000.

        Raises
        ------
        ModelError
            With everything that is wrong with the outturns, each with its file and line.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> tracked = model.observe(tb.plans.outturns(), as_of="2023-04-14")
        >>> len(tracked.known)
        6
        """
        from tinbergen.outturns import observe

        return observe(self, outturns, as_of=as_of, least_effective=least_effective)

    def rounds(self, outturns: Any, **options: Any) -> Table:
        """Say how the probability of each target moved, vintage by vintage.

        Parameters
        ----------
        outturns
            As in `observe`.
        options
            paths, seed, scenarios, basis, threads, least_effective as in `Tracked.simulate` and
            `observe`; dates, the days to look as of (every vintage unless given).

        Returns
        -------
        Table
            Columns as_of (empty before anything was known), scenario, target, probability, low,
            high, effective_paths.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> table = model.rounds(tb.plans.outturns(), paths=4000, seed=1, scenarios="baseline")
        >>> sorted(set(table["as_of"].tolist()))
        ['', '2023-04-14']
        """
        from tinbergen.outturns import attainment_by_round

        return attainment_by_round(self, outturns, **options)

    def variance_split(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenario: str = "baseline",
        indicators: str | Sequence[str] | None = None,
        threads: int | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
    ) -> Table:
        """Say how much of the uncertainty comes from parameters, shocks, events and the start.

        Parameters
        ----------
        paths
            Number of paths in each of the samples that are compared.
        seed, threads, progress
            As in `simulate`.
        scenario
            The scenario to look at.
        indicators
            Indicators to split; all of them unless given. Targets are always split.

        Returns
        -------
        Table
            Columns kind, name, period, part, first (share of the variance that this part explains
            alone), first_error, total (with its interactions), total_error.

        Examples
        --------
        >>> import tinbergen as tb
        >>> split = tb.plans.yuecheng().variance_split(200, seed=1, indicators=["gdp"])
        >>> sorted(set(split["kind"].tolist()))
        ['indicator', 'target']
        """
        from tinbergen.frames import Table

        program = self._program()
        with reporting(progress) as watch:
            columns = program.variance_split(
                paths=path_count(paths),
                seed=seed_number(seed),
                scenario=scenario,
                indicators=name_list(indicators),
                threads=threads_setting(threads),
                watch=watch,
            )
        return Table(columns)

    # What the model does

    def response(
        self,
        changes: str | Change | Iterable[Change],
        *,
        of: str | Sequence[str] | None = None,
        paths: int | None = None,
        seed: int = 0,
    ) -> Responses:
        r"""Give what a change does to indicators, in levels, differences and per cent.

        Parameters
        ----------
        changes
            Name of a scenario, a change, or several.
        of
            The indicators; all of them unless given.
        paths
            How many paths, under the same luck with and without the change; one with everything at
            its mean unless given.
        seed
            Seed of the paths.

        Returns
        -------
        Responses
            A table, with a chart by ``.plot("gdp", measure="percent")``.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text(
        ...     "periods 2021..2023\ndata g 2021 = 20, 2022 = 20, 2023 = 20\ny = 2 * g"
        ... )
        >>> found = model.response(tb.Change(indicator="g", periods="2022", add=1), of="y")
        >>> found["difference"].tolist(), found["percent"].tolist()
        ([0.0, 2.0, 0.0], [0.0, 5.0, 0.0])
        """
        from tinbergen.analysis import responses

        return responses(self, changes, of=of, paths=paths, seed=seed)

    def multipliers(
        self, instrument: str, *, of: str | Sequence[str] | None = None, size: float = 1.0
    ) -> Multipliers:
        r"""Give effects per unit of an instrument, with everything random at its mean.

        Parameters
        ----------
        instrument
            An exogenous indicator, one with an equation (by its add factor), a shock or a parameter.
        of
            The indicators; all of them unless given.
        size
            By how much the instrument is moved; effects are divided by it.

        Returns
        -------
        Multipliers
            A table: ``dynamic`` (one unit in the first period), ``cumulative`` (its sum so far),
            ``permanent`` (one unit in every period).

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text("periods 2021..2023\ndata y 2020 = 1\ny ~ 0.5 * y[-1]")
        >>> model.multipliers("y")["cumulative"].round(6).tolist()
        [1.0, 1.5, 1.75]
        """
        from tinbergen.analysis import multipliers

        return multipliers(self, instrument, of=of, size=size)

    def contributions(
        self,
        scenario: str | None = None,
        *,
        of: str | Sequence[str] | None = None,
        by: Literal["subject", "change"] = "subject",
    ) -> Contributions:
        r"""Split what a scenario does over its parts, or history over the residuals of equations.

        Up to eight parts: Shapley values. More: the average over the order as written and its
        reverse. Both add up to the whole change exactly; ``.method`` says which it was.

        Parameters
        ----------
        scenario
            Its name; unless given, what the add factors of a tracked model contribute, equation by
            equation: history less what the model alone would have given.
        of
            The indicators; all of them unless given.
        by
            Whether all changes to one indicator are one part, or each change is.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text("periods 2021..2021\ndata a 2021 = 2\ndata b 2021 = 3\ny = a * b")
        >>> more = tb.Scenario([tb.Change(indicator="a", add=1), tb.Change(indicator="b", add=2)])
        >>> found = model.add(scenarios={"more": more}).contributions("more", of="y")
        >>> dict(zip(found["part"].tolist(), found["contribution"].round(6).tolist()))
        {'a': 4.0, 'b': 5.0}
        """
        from tinbergen.analysis import contributions

        return contributions(self, scenario, of=of, by=by)

    def stability(self, period: Any = None) -> Stability:
        r"""Give the eigenvalues of the model, linearised around its baseline in a period.

        Parameters
        ----------
        period
            The period; the first one unless given.

        Returns
        -------
        Stability
            A table of eigenvalues with ``.spectral_radius``, ``.verdict`` and the companion
            ``.matrix``, and a chart by ``.plot()``.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text("periods 2021..2023\ndata y 2020 = 1\ny ~ 0.5 * y[-1]")
        >>> found = model.stability()
        >>> round(found.spectral_radius, 6), found.verdict
        (0.5, 'stable')
        """
        from tinbergen.analysis import stability

        return stability(self, period)

    def drivers(
        self,
        indicator: str,
        *,
        radius: int = 1,
        side: Literal["both", "causes", "effects"] = "both",
    ) -> Drivers:
        r"""Give who drives whom around an indicator.

        Parameters
        ----------
        indicator
            The indicator in the middle.
        radius
            How many steps away from it.
        side
            What drives it, what it drives, or both.

        Returns
        -------
        Drivers
            Prints as a text; ``.dot``, ``.mermaid``, ``.table()`` and ``.plot()``.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.read_text("periods 2021..2022\nexogenous g\nc = 0.6 * y[-1]\ny = c + g")
        >>> model.drivers("y")
        y
          driven by
            c
            g  (exogenous)
        """
        from tinbergen.analysis import drivers

        return drivers(self, indicator, radius=radius, side=side)

    def _to_core(self) -> _core.Model:
        core: _core.Model | None = self.__dict__.get("_core_model")
        if core is None:
            core = _core.Model.from_json(_json(self.to_dict()))
            self._set(_core_model=core)
        return core

    def explain(self) -> Explanation:
        """Say in which order equations are computed, and what is solved for.

        Returns
        -------
        Explanation
            Blocks, feedback variables and order, as text; `Explanation.plot` draws them.

        Raises
        ------
        ModelError
            With every problem of a model that does not compile.

        Examples
        --------
        >>> import tinbergen as tb
        >>> print(str(tb.plans.yuecheng().explain()).splitlines()[0])
        51 equations: 51 computed one after the other, 0 in 0 simultaneous blocks
        """
        from tinbergen.blocks import explain

        return explain(self._program())

    def _program(self) -> CompiledProgram:
        program: CompiledProgram | None = self.__dict__.get("_compiled")
        if program is None:
            program = self._to_core().compile()
            self._set(_compiled=program)
        return program

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{len(getattr(self, key))} {key}" for key in ("indicators", "targets", "scenarios")
        )
        return f"<Model {self.name!r} {self.periods}: {counts}>"

    def _repr_html_(self) -> str:
        from tinbergen.display import model_html

        return model_html(self)


_label = label


def _refuse(parts: str, taken: set[str], *, replace: bool) -> None:
    """Refuse names that are taken, unless their parts may be replaced."""
    if taken and not replace:
        names = ", ".join(sorted(taken))
        raise ValueError(f"{parts}: {names} is there already (use replace=True)")


def _each(kind: str, make: Callable[[Any], Any], items: Mapping[str, Any] | None) -> Names[Any]:
    return Names(kind, {name: make(item) for name, item in (items or {}).items()})


def _correlations(pairs: _Correlations) -> Pairs[float]:
    return Pairs("correlation", {pair: number(value) for pair, value in pairs.items()})


def _json(written: Mapping[str, Any]) -> str:
    try:
        return json.dumps(written, allow_nan=False, ensure_ascii=False)
    except ValueError:
        problems = not_finite(written)
        if problems:
            raise ModelError(problems) from None
        raise
    except TypeError as error:
        raise ModelError(f"a part of the model cannot be written: {error}") from None


def read_plan(path: str | os.PathLike[str]) -> Model:
    """Read a plan file.

    Parameters
    ----------
    path
        A model in TOML, in UTF-8.

    Raises
    ------
    ModelError
        With every problem of the file, each with its line.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.read_plan(tb.plans.path("yuecheng")).periods
    Span('2021..2035')
    """
    path = Path(path)
    return Model.from_toml(path.read_bytes(), file=str(path))


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a plan file, made from the types that read it.

    Examples
    --------
    >>> schema()["title"]
    'Model'
    """
    loaded: dict[str, Any] = json.loads(_core.schema())
    return loaded
