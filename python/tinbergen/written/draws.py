"""Joint draws: rows of numbers for several parameters, of which a path takes one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen.basics.text import counted
from tinbergen.errors import UnknownNameError, wrong_type
from tinbergen.written.parts import Labelled
from tinbergen.written.values import Label, Written, label

__all__ = ["Draws", "in_draws"]

_EXPECTED = (
    "draws of parameters: a data frame, a dictionary of columns, a two-dimensional array with "
    "parameters=[...], or what PyMC, ArviZ, Stan or NumPyro give"
)
# What samplers write beside the parameters.
_OF_SAMPLERS = {"chain", "draw", ".chain", ".iteration", ".draw", "iter", "iteration"}


class Draws(Labelled):
    """Joint draws of several parameters: each path takes one row, the same for all of them.

    What a sampler gives is a table with a column for each parameter. Its columns hang together in ways
    that no list of correlations tells, so they are drawn together: path by path a row, each as likely
    as the other. The parameters are then parameters of the model like any others: equations name them,
    scenarios and levers change them.

    Parameters
    ----------
    data
        A data frame (pandas, polars), a dictionary of columns, a two-dimensional array with a row for
        each draw, ArviZ's InferenceData or DataTree (its group ``posterior``, chains one after the
        other), a fit of CmdStanPy or PyStan, NumPyro's samples. A parameter with several elements gives
        a column for each: ``beta[0]`` becomes ``beta_0``.
    parameters
        Which columns, in this order; or a dictionary from their names to those in the model,
        ``{"beta_0": "gdp_mean"}``. Needed with an array; else all columns unless given, without those
        that a sampler keeps for itself (``lp__``, ``chain``, ``draw``).
    label
        What a reader sees.
    source
        The page or section they are from.
    assumption
        Why they were assumed, when no source has them.

    Raises
    ------
    ValueError
        Columns of different lengths, names that occur twice, numbers that are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> draws = Draws({"mean": [0.06, 0.07, 0.08], "persistence": [0.3, 0.5, 0.4]})
    >>> draws
    <Draws: 3 rows of mean, persistence>
    >>> draws["mean"]
    array([0.06, 0.07, 0.08])
    >>> Draws(np.array([[0.06, 0.3], [0.07, 0.5]]), parameters=["mean", "persistence"]) == draws
    False
    """

    __slots__ = ("assumption", "label", "parameters", "rows", "source")

    parameters: tuple[str, ...]
    rows: NDArray[np.float64]
    label: Label | None
    source: str | None
    assumption: str | None

    def __init__(
        self,
        data: Any,
        *,
        parameters: Iterable[str] | Mapping[str, str] | None = None,
        label: Label | None = None,
        source: str | None = None,
        assumption: str | None = None,
    ) -> None:
        columns = _chosen(_columns(data, parameters), parameters)
        names = tuple(columns)
        rows = _table(columns)
        rows.flags.writeable = False
        for key, value in (
            ("parameters", names),
            ("rows", rows),
            ("label", _label(label)),
            ("source", source),
            ("assumption", assumption),
        ):
            object.__setattr__(self, key, value)

    @staticmethod
    def of(data: Any) -> Draws:
        """Make draws of what is given, unless they are such already.

        Examples
        --------
        >>> Draws.of({"a": [1.0, 2.0]})
        <Draws: 2 rows of a>
        """
        return data if isinstance(data, Draws) else Draws(data)

    def thinned(self, rows: int) -> Draws:
        """Keep so many rows, evenly spaced.

        A plan file has room for 1,000 rows; more stand in a table beside it.

        Examples
        --------
        >>> Draws({"a": range(4000)}).thinned(1000)["a"][:3]
        array([0., 4., 8.])
        """
        if not 1 <= rows <= len(self):
            raise ValueError(f"rows: expected a number from 1 to {len(self)}, found {rows}")
        places = np.arange(rows) * len(self) // rows
        return Draws(
            self.rows[places],
            parameters=self.parameters,
            label=self.label,
            source=self.source,
            assumption=self.assumption,
        )

    def written(self) -> Written:
        """Write them as a plan file has them.

        Examples
        --------
        >>> Draws({"a": [1.0, 2.0]}).written()
        {'parameters': ['a'], 'rows': [[1.0], [2.0]]}
        """
        about = {"label": self.label, "source": self.source, "assumption": self.assumption}
        given = {key: value for key, value in about.items() if value is not None}
        if isinstance(self.label, Mapping):
            given["label"] = dict(self.label)
        return {"parameters": list(self.parameters), "rows": self.rows.tolist(), **given}

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in self.parameters:
            raise UnknownNameError("parameter", name, self.parameters)
        column: NDArray[np.float64] = self.rows[:, self.parameters.index(name)]
        return column

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"draws never change; make others (cannot set {name})")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"draws never change; make others (cannot remove {name})")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Draws):
            return NotImplemented
        about = ("parameters", "label", "source", "assumption")
        return all(getattr(self, key) == getattr(other, key) for key in about) and np.array_equal(
            self.rows, other.rows
        )

    def __hash__(self) -> int:
        return hash((self.parameters, self.rows.tobytes()))

    def __repr__(self) -> str:
        names = ", ".join(self.parameters[:6]) + (", ..." if len(self.parameters) > 6 else "")
        return f"<Draws: {counted(len(self), 'row')} of {names}>"

    def __reduce__(self) -> tuple[Any, ...]:
        about = (self.label, self.source, self.assumption)
        return _again, (np.array(self.rows), self.parameters, *about)


def in_draws(model: Any) -> dict[str, str]:
    """Return the parameters of a model that are drawn in rows, each with the name of its draws."""
    return {name: block for block, draws in model.draws.items() for name in draws}


_label = label


def _again(
    rows: NDArray[np.float64], parameters: Sequence[str], text: Any, source: Any, assumption: Any
) -> Draws:
    return Draws(rows, parameters=parameters, label=text, source=source, assumption=assumption)


def _columns(data: Any, parameters: Any) -> dict[str, ArrayLike]:
    """Read the columns of whatever has draws."""
    posterior = _posterior(data)
    if posterior is not None:
        return _of_arviz(posterior)
    for samples in ("stan_variables", "get_samples"):  # CmdStanPy; NumPyro
        if callable(getattr(data, samples, None)):
            return _of_mapping(getattr(data, samples)())
    if hasattr(data, "param_names") and callable(getattr(data, "to_frame", None)):  # PyStan
        data = data.to_frame()
    if hasattr(data, "columns"):
        return {str(name): data[name] for name in data.columns}
    if isinstance(data, Mapping):
        return _of_mapping(data)
    if isinstance(data, (str, bytes)) or not hasattr(data, "__len__"):
        raise wrong_type("draws", _EXPECTED, data)
    try:
        array = np.asarray(data, dtype=float)
    except (TypeError, ValueError):
        raise wrong_type("draws", _EXPECTED, data) from None
    if array.ndim != 2:
        raise ValueError(
            f"draws: expected a row for each draw and a column for each parameter, found an array of "
            f"shape {array.shape}"
        )
    if parameters is None:
        raise ValueError(
            "parameters: an array has no names; pass parameters=[...], one for each column"
        )
    names = list(parameters)
    if len(names) != array.shape[1]:
        raise ValueError(
            f"parameters: {len(names)} names for {array.shape[1]} columns; pass one for each column"
        )
    _once(names)
    return dict(zip(names, array.T, strict=True))


def _posterior(data: Any) -> Any:
    """Return the posterior of ArviZ's InferenceData, of a DataTree, or of a result that holds one."""
    group = getattr(data, "posterior", None)
    if (
        group is None
        and hasattr(data, "data_vars")
        and {"chain", "draw"} <= set(getattr(data, "dims", ()))
    ):
        group = data
    return group if hasattr(group, "data_vars") else None


def _of_arviz(group: Any) -> dict[str, ArrayLike]:
    """Read each variable of a dataset over chains and draws, one chain after the other."""
    found: dict[str, ArrayLike] = {}
    for name, variable in group.data_vars.items():
        dims = [str(dim) for dim in variable.dims]
        if not {"chain", "draw"} <= set(dims):
            continue
        values = np.asarray(variable.values)
        values = np.moveaxis(values, (dims.index("chain"), dims.index("draw")), (0, 1))
        _elements(str(name), values.reshape(-1, *values.shape[2:]), found)
    return found


def _of_mapping(data: Mapping[Any, Any]) -> dict[str, ArrayLike]:
    """Read columns by name; of what has more dimensions the first counts draws."""
    found: dict[str, ArrayLike] = {}
    for name, values in data.items():
        _elements(str(name), np.asarray(values), found)
    return found


def _elements(name: str, values: NDArray[Any], found: dict[str, ArrayLike]) -> None:
    """Put each element of a parameter into a column."""
    for place in np.ndindex(*values.shape[1:]):
        column = "_".join([name, *map(str, place)])
        _once([*found, column])
        found[column] = values[(slice(None), *place)]


def _chosen(columns: dict[str, ArrayLike], parameters: Any) -> dict[str, ArrayLike]:
    """Return the columns that are wanted, by the names that they have in the model."""
    if isinstance(parameters, str):
        raise wrong_type("parameters", "a list of names", parameters, f"[{parameters!r}]")
    plain = {_plain(name): values for name, values in columns.items()}
    if len(plain) < len(columns):
        _once([_plain(name) for name in columns])
    if parameters is None:
        own = [
            name for name in plain if not name.endswith("__") and name.lower() not in _OF_SAMPLERS
        ]
        wanted = {name: name for name in own}
    elif isinstance(parameters, Mapping):
        wanted = {str(theirs): str(ours) for theirs, ours in parameters.items()}
        _once(list(wanted.values()))
    else:
        names = [str(name) for name in parameters]
        _once(names)
        wanted = {name: name for name in names}
    chosen = {}
    for theirs, ours in wanted.items():
        values = columns.get(theirs, plain.get(_plain(theirs)))
        if values is None:
            raise UnknownNameError("column", theirs, plain)
        chosen[ours] = values
    return chosen


def _plain(name: str) -> str:
    """Return the name that an equation can have: ``beta[0,1]`` and ``beta.1`` have indices in them."""
    return (
        re.sub(r"_+$", "", re.sub(r"[\[\](),. ]+", "_", name))
        if re.search(r"[\[(.]", name)
        else name
    )


def _once(names: list[str]) -> None:
    for k, name in enumerate(names):
        if name in names[:k]:
            raise ValueError(f"parameters: {name!r} is there twice; give one of them another name")


def _table(columns: dict[str, ArrayLike]) -> NDArray[np.float64]:
    """Put columns side by side, each a finite number for every draw."""
    if not columns:
        raise ValueError("draws: there is no parameter in them")
    made: list[NDArray[np.float64]] = []
    for name, values in columns.items():
        try:
            column = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"draws[{name!r}]: not all of them are numbers") from None
        if column.ndim != 1:
            raise ValueError(f"draws[{name!r}]: expected one number for each draw")
        bad = np.flatnonzero(~np.isfinite(column))
        if len(bad):
            raise ValueError(
                f"draws[{name!r}]: expected finite numbers, found {column[bad[0]]} in row {bad[0]}"
            )
        if made and len(column) != len(made[0]):
            first = next(iter(columns))
            raise ValueError(
                f"draws[{name!r}]: {len(column)} numbers, and {len(made[0])} of {first!r}"
            )
        made.append(column)
    if not len(made[0]):
        raise ValueError("draws: there is no row in them")
    return np.ascontiguousarray(np.column_stack(made))
