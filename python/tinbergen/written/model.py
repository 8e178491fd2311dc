"""The model: indicators, the equations between them, what is uncertain, scenarios and targets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen._core import Program as CompiledProgram
from tinbergen.basics.mapping import Names, Pairs
from tinbergen.basics.periods import Span, SpanLike
from tinbergen.basics.text import counted
from tinbergen.lazy import ModelQuestions
from tinbergen.written.copula import Copula
from tinbergen.written.display import model_html
from tinbergen.written.distribution import Distribution
from tinbergen.written.draws import Draws
from tinbergen.written.early_warning import EarlyWarning
from tinbergen.written.form import read_model, to_json, write
from tinbergen.written.model_parts import (
    correlations_of,
    each_part,
    parts_of,
    refuse_taken,
    target_list,
)
from tinbergen.written.parts import (
    Event,
    Indicator,
    Labelled,
    Lever,
    Link,
    Parameter,
    Shock,
    Stream,
)
from tinbergen.written.quantity import QuantityLike
from tinbergen.written.scenario import Scenario
from tinbergen.written.target import Target, TargetSet, TargetSetLike
from tinbergen.written.values import Label, Written, number
from tinbergen.written.values import label as _label

__all__ = ["Model"]

_FAILED_PATHS = 0.001


@dataclass(frozen=True, init=False, repr=False)
class Model(Labelled, ModelQuestions):
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
    draws
        Joint draws of parameters by name: `Draws`, or what they can be made of.
    shocks
        Shocks by name: a distribution, or a `Shock` with label and source.
    streams
        How the shocks of a stream follow each other in blocks of periods, by name of the stream.
    correlations
        Correlations of the normal scores between two shocks or two parameters:
        ``{("demand", "employment"): 0.5}``.
    copulas
        Dependence in the tails by name: `Copula`.
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
        no mistake, and equations are solved over the whole span, whatever is known there of
        indicators that have one.

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
    draws: Names[Draws]
    shocks: Names[Shock]
    streams: Names[Stream]
    correlations: Pairs[float]
    copulas: Names[Copula]
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
        draws: Mapping[str, Any] | None = None,
        shocks: Mapping[str, Shock | Distribution] | None = None,
        streams: Mapping[str, Stream] | None = None,
        correlations: Mapping[Any, float] | None = None,
        copulas: Mapping[str, Copula] | None = None,
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
            indicators=parts_of(Indicator, indicators),
            parameters=each_part("parameter", Parameter.of, parameters),
            draws=each_part("draw", Draws.of, draws),
            shocks=each_part("shock", Shock.of, shocks),
            streams=parts_of(Stream, streams),
            correlations=correlations_of(correlations or {}),
            copulas=parts_of(Copula, copulas),
            events=parts_of(Event, events),
            levers=parts_of(Lever, levers),
            links=parts_of(Link, links),
            warnings=parts_of(EarlyWarning, warnings),
            targets=target_list(targets),
            target_sets=each_part("target set", TargetSet.of, target_sets),
            scenarios=parts_of(Scenario, scenarios),
        )

    def _set(self, **values: Any) -> None:
        for key, value in values.items():
            object.__setattr__(self, key, value)

    @classmethod
    def from_toml(cls, text: str | bytes, *, file: str | None = None) -> Model:
        r"""Read a model from the text of a plan file.

        Parameters
        ----------
        text
            TOML, as text or as bytes in UTF-8.
        file
            Its name, for messages; in its folder stand tables of joint draws.

        Raises
        ------
        ModelError
            With every problem of the text, each with its line.

        Examples
        --------
        >>> Model.from_toml('schema = 1\nname = "empty"\nperiods = "2021..2025"').name
        'empty'
        """
        plan = text.encode() if isinstance(text, str) else bytes(text)
        return cls._from_core(_core.Model.from_toml(plan, file))

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Model:
        """Read a model from its written form, plain dictionaries as in a plan file.

        Examples
        --------
        >>> Model.from_dict({"schema": 1, "name": "empty", "periods": "2021..2025"}).periods
        Span('2021..2025')
        """
        return cls._from_core(_core.Model.from_json(to_json(written)))

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

    def over(self, periods: SpanLike) -> Model:
        """Return the model over other periods.

        Histories of indicators with an equation end before them; the others keep theirs.

        Examples
        --------
        >>> Model("empty", "2021..2025").over("2023..2030").periods
        Span('2023..2030')
        """
        return self._from_core(self._to_core().over(str(Span(periods))))

    def to_dict(self) -> Written:
        """Write the model as plain dictionaries; what is not given is left out.

        Examples
        --------
        >>> Model("empty", "2021..2025").to_dict()
        {'schema': 1, 'name': 'empty', 'periods': '2021..2025'}
        """
        written: Written = {"schema": 1, "name": self.name, "periods": str(self.periods)}
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
            When a part cannot be written: more than 1,000 rows of joint draws, which `save` can.

        Examples
        --------
        >>> model = Model("empty", "2021..2025")
        >>> Model.from_toml(model.to_toml()) == model
        True
        """
        return self._to_core().to_toml()

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
        made = Model(**{**kept, **changes})
        report = {key: value for key, value in self.__dict__.items() if key == "_fit_report"}
        made._set(_kept_notes=self._notes(), **report)
        return made

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
        refuse_taken("targets", ids & {target.id for target in self.targets}, replace=replace)
        kept = [target for target in self.targets if target.id not in ids]
        changes: dict[str, Any] = {"targets": [*kept, *targets]}
        for key, given in parts.items():
            present = getattr(self, key, None)
            if not isinstance(present, Names):
                raise TypeError(f"a model has no parts called {key}")
            new = correlations_of(given) if key == "correlations" else given
            refuse_taken(key, set(present) & set(new), replace=replace)
            changes[key] = {**present, **new}
        return self.with_(**changes)

    # Compiling and running

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

    def _to_core(self) -> _core.Model:
        core: _core.Model | None = self.__dict__.get("_core_model")
        if core is None:
            core = _core.Model.from_json(to_json(self.to_dict()), self._notes())
            self._set(_core_model=core)
        return core

    def _program(self) -> CompiledProgram:
        program: CompiledProgram | None = self.__dict__.get("_compiled")
        if program is None:
            program = self._to_core().compile()
            self._set(_compiled=program)
        return program

    def _notes(self) -> list[tuple[str, list[str], str, int | None, str]]:
        """Return what whoever read it had to say: no part of the model, and kept beside it."""
        core: _core.Model | None = self.__dict__.get("_core_model")
        kept: Any = self.__dict__.get("_kept_notes", [])
        return kept if core is None else _core.notes(core)

    def __getstate__(self) -> dict[str, Any]:
        state = {f.name: getattr(self, f.name) for f in fields(self)}
        return state | {"_kept_notes": self._notes()}

    def __repr__(self) -> str:
        counts = ", ".join(
            counted(len(getattr(self, f"{noun}s")), noun)
            for noun in ("indicator", "target", "scenario")
        )
        return f"<Model {self.name!r} {self.periods}: {counts}>"

    def _repr_html_(self) -> str:
        return model_html(self)
