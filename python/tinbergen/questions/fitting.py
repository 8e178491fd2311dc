"""From a column of figures to a model, and the parameters of a plan from figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from tinbergen import _core
from tinbergen.basics.columns import columns_of
from tinbergen.basics.fit_columns import FitOptions, FitReportParts
from tinbergen.basics.periods import Period, PeriodLike, Span
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError, Problem
from tinbergen.results.fit_report import FitReport
from tinbergen.written.data import Data, DataLike
from tinbergen.written.model import Model
from tinbergen.written.target import Target

__all__ = ["Covariates", "Kind", "Peers", "fit", "options_of", "places_of", "with_report"]

Kind: TypeAlias = Literal["growth", "change", "level", "share", "count"]
"""Which process a series is."""

Peers: TypeAlias = "Mapping[str, DataLike] | DataLike"
"""Other places: a table for each, or one table with a column that names the place."""

Covariates: TypeAlias = "Mapping[str, Mapping[str, float]]"
"""What may explain the means of places: ``{"log_income": {"Lyon": 10.4, ...}}``."""

_PLACES = (
    "entity", "country", "region", "province", "city", "district", "state", "place", "geo", "iso3",
    "iso", "code", "area", "name", "地区", "省份", "城市", "国家",
)  # fmt: skip


def fit(
    data: DataLike,
    *,
    targets: Iterable[Target] = (),
    periods: int | PeriodLike | Span | None = None,
    kinds: Mapping[str, Kind] | None = None,
    units: Mapping[str, str] | None = None,
    peers: Peers | None = None,
    entity: str | None = None,
    identities: Iterable[str] | None = None,
    events: Iterable[PeriodLike] = (),
    prior: Mapping[str, float | Sequence[float]] | None = None,
    pool: bool = True,
    covariates: Covariates | None = None,
    rows: int = 1000,
    seed: int = 1,
    name: str = "fitted",
) -> Model:
    """Make a model of a table of figures, which simulates from the period after the last.

    Every column becomes an indicator with the process that fits it, its parameters drawn together
    from their posterior: draws ``fit`` have a row for each draw, and a path takes one. Columns of one kind
    are pooled when there are five or more of them; `peers` are pooled with the column of their name.
    Identities among columns hold in every path. docs/fitting.md has the method and its limits.

    Parameters
    ----------
    data
        A column for each indicator and one of periods (a file, a data frame, a mapping of columns, a
        `Data`). Ends may be ragged, and years may be missing. ``"R&D share (%)"`` is read as the
        indicator ``rd_share`` with a unit.
    targets
        Targets of the model; it reaches as far as they do.
    periods
        How many periods to simulate, or the last one; 5, or up to the last target, unless given.
    kinds
        The kind of a column where it is another than its figures suggest: ``{"x": "share"}``. One of
        ``"growth"``, ``"change"``, ``"level"``, ``"share"`` and ``"count"``.
    units
        Units by column.
    peers
        Other places with the same indicators, from which is learnt: a table for each
        (``{"Hangzhou": frame, ...}``), or one table with a column that names the place.
    entity
        The place of a long table that is the one to fit, or, of `peers`, the column that names them.
        A table with a column of places needs it.
    identities
        Identities that hold (``"gdp = primary + secondary"``, ``"a + b + c = 100"``), and no others; found
        unless given. ``[]`` for none.
    events
        Periods of declared events, such as ``[2020]``: they say nothing of ordinary years.
    prior
        Numbers of the prior that are to be others, by name: ``{"persistence": (0.8, 0.1)}``.
    pool
        Whether columns learn from each other and from peers.
    covariates
        What may explain why means differ: ``{"log_income": {"Lyon": 10.4, ..., "self": 10.1}}``, a number for every
        peer, and for the place that is fitted under its `entity`, or under ``"self"``. Without peers, a number for
        every column of a kind that is pooled, under its name. What the mean of a place is expected to be then
        follows them, as far as the panel shows that it does.
    rows
        Draws of the posterior.
    seed
        Of these draws: the same seed, the same model, to the bit.
    name
        Name of the model.

    Returns
    -------
    Model
        With `Model.fit_report`: what the data said and what the prior said.

    Raises
    ------
    ModelError
        For columns that do not move, are multiples of one another, have figures that their kind
        cannot have, change their unit or are too short; each with what to do.

    Examples
    --------
    >>> import tinbergen as tb
    >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
    >>> target = tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=190)
    >>> model = fit({"year": range(2013, 2021), "gdp": gdp}, targets=[target])
    >>> model.periods
    Span('2021..2025')
    >>> runs = model.simulate(paths=1000, seed=1)
    >>> runs["baseline"]["gdp"].shape
    (5, 1000)
    """
    chosen = tuple(targets)
    table, others = places_of(data, peers, entity)
    core, report = _core.fit(
        Data(data)._core if table is None else table._core,
        [(place, other._core) for place, other in others],
        options_of(
            name=name,
            periods=periods,
            targets=chosen,
            kinds=kinds,
            units=units,
            identities=identities,
            events=events,
            prior=prior,
            pool=pool,
            covariates=covariates,
            entity=entity,
            rows=rows,
            seed=seed,
        ),
    )
    model = Model._from_core(core)
    if chosen:
        model = model.add(*chosen)
    return with_report(model, report)


def with_report(model: Model, report: FitReportParts) -> Model:
    """Return the model with what was found when it was fitted."""
    parameters, weights, beside, sentences = report
    found = FitReport(
        Table(dict(parameters), percent=["own"]),
        Table(dict(weights)),
        Table(dict(beside), percent=["own"]),
        sentences,
    )
    model._set(_fit_report=found)
    return model


def options_of(
    *,
    name: str,
    events: Iterable[PeriodLike],
    prior: Mapping[str, float | Sequence[float]] | None,
    pool: bool,
    covariates: Covariates | None,
    entity: str | None,
    rows: int,
    seed: int,
    periods: int | PeriodLike | Span | None = None,
    targets: Sequence[Target] = (),
    kinds: Mapping[str, Kind] | None = None,
    units: Mapping[str, str] | None = None,
    identities: Iterable[str] | None = None,
) -> FitOptions:
    """Return what is said of a fit as the core takes it."""
    horizon, until = _until(periods, targets)
    if rows < 1:
        raise ValueError(f"rows: expected at least 1, found {rows}")
    return {
        "name": name,
        "horizon": horizon,
        "until": until,
        "kinds": [(column, str(kind)) for column, kind in (kinds or {}).items()],
        "units": list((units or {}).items()),
        "identities": None if identities is None else list(identities),
        "events": [str(Period(event)) for event in events],
        "pooled": pool,
        "rows": rows,
        "seed": seed,
        "prior": [(key, _numbers(value)) for key, value in (prior or {}).items()],
        "covariates": [
            (key, _by_place_of(key, value)) for key, value in (covariates or {}).items()
        ],
        "place": entity if any(entity in of for of in (covariates or {}).values()) else None,
    }


def _by_place_of(covariate: str, numbers: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the numbers of a covariate, by place."""
    if not hasattr(numbers, "items"):
        raise TypeError(
            f"covariates.{covariate}: expected a number for each place ({{place: number}}), found "
            f"{type(numbers).__name__}"
        )
    found = []
    for place, number in numbers.items():
        try:
            found.append((str(place), float(number)))
        except (TypeError, ValueError):
            raise TypeError(
                f"covariates.{covariate}.{place}: expected a number, found {number!r}"
            ) from None
    return found


def _numbers(value: float | Sequence[float]) -> list[float]:
    return (
        [float(value)] if isinstance(value, (int, float)) else [float(number) for number in value]
    )


def _until(
    periods: int | PeriodLike | Span | None, targets: Sequence[Target]
) -> tuple[int, str | None]:
    """Return how many periods to simulate at least, and until when."""
    last = [Span(target.period).last for target in targets if target.period is not None]
    if isinstance(periods, int) and not isinstance(periods, bool) and periods < 1000:
        if periods < 1:
            raise ValueError(f"periods: expected at least 1, found {periods}")
        return periods, str(max(last)) if last else None
    if periods is None:
        return (1 if last else 5), (str(max(last)) if last else None)
    end = periods.last if isinstance(periods, Span) else Span(periods).last
    return 1, str(max([end, *last]))


def places_of(
    data: DataLike | None, peers: Peers | None, entity: str | None
) -> tuple[Data | None, list[tuple[str, Data]]]:
    """Return the figures to fit, and those of each peer."""
    if data is None:
        return None, _peers(peers, entity)
    split = None if isinstance(data, Data) else _by_place(data, entity)
    if split is None:
        return Data(data), _peers(peers, entity)
    if entity is None or entity not in split:
        known = ", ".join(list(split)[:5])
        raise ModelError(
            [
                Problem(
                    None,
                    None,
                    "entity",
                    "the table has several places; say which one to fit, and the others are its peers: "
                    f'entity="{next(iter(split), "")}" (there are {known}, ...)',
                )
            ]
        )
    own = split.pop(entity)
    return own, [*split.items(), *_peers(peers, None)]


def _peers(peers: Peers | None, entity: str | None) -> list[tuple[str, Data]]:
    if peers is None:
        return []
    if isinstance(peers, Mapping) and all(_is_table(value) for value in peers.values()):
        return [(str(place), Data(table)) for place, table in peers.items()]
    split = _by_place(peers, entity)
    if split is None:
        raise ModelError(
            [
                Problem(
                    None,
                    None,
                    "peers",
                    "expected a table for each place ({name: table}), or one table with a column of places "
                    f"(called {_PLACES[0]}, {_PLACES[1]}, {_PLACES[2]} or the like, or entity=...)",
                )
            ]
        )
    return list(split.items())


def _is_table(value: Any) -> bool:
    """Tell a table from a column of numbers."""
    if isinstance(value, Mapping):
        return True
    return (
        isinstance(value, (str, Data)) or hasattr(value, "columns") or hasattr(value, "__fspath__")
    )


def _has_names(cells: Sequence[Any]) -> bool:
    """Tell a column of names from one of numbers, such as an area in square kilometres."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    return len(texts) == len(cells) and not all(text.replace(".", "").isdigit() for text in texts)


def _by_place(table: DataLike, entity: str | None) -> dict[str, Data] | None:
    """Split a table by the column that names places; none where it has no such column."""
    if isinstance(table, Data):
        return None
    if isinstance(table, str) or hasattr(table, "__fspath__"):
        return _by_place_in_file(table, entity)
    columns = columns_of(table)
    names = [name.strip().lower() for name, _ in columns]
    wanted = [
        place
        for place, name in enumerate(names)
        if name in _PLACES and _has_names(columns[place][1])
    ]
    if entity is not None and entity.strip().lower() in names:
        wanted = [names.index(entity.strip().lower())]
    if not wanted or len(names) < 3:
        return None
    at = wanted[0]
    cells = columns[at][1]
    if len(set(cells)) < 2 and (entity is None or entity not in {str(cell) for cell in cells}):
        return None
    rest = [(name, column) for place, (name, column) in enumerate(columns) if place != at]
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        rows.setdefault(str(cell), []).append(row)
    return {
        place: Data({name: [column[row] for row in picked] for name, column in rest})
        for place, picked in rows.items()
    }


def _by_place_in_file(file: Any, entity: str | None) -> dict[str, Data] | None:
    import csv  # a small file of a panel; everything else is read in the core
    from pathlib import Path

    path = Path(file)
    if path.suffix.lower() not in {".csv", ".txt"}:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    if len(rows) < 2 or len(rows[0]) < 3 or any(len(row) != len(rows[0]) for row in rows[1:]):
        return None
    names = [name.strip().lower() for name in rows[0]]
    if not any(name in _PLACES for name in names) and (entity or "").lower() not in names:
        return None
    return _by_place(
        {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}, entity
    )
