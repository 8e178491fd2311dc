"""Distributions of SciPy as those of a model: the same distribution by kind, not by its draws.

A frozen distribution of SciPy draws from a generator of its own; what a run draws follows from its seed.
So a distribution is taken where there is one here that is exactly it, and an error names it elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from tinbergen.written.distribution import Distribution
from tinbergen.written.values import Written, number

__all__ = ["drawn", "from_scipy"]


def drawn(value: Any) -> Any:
    """Return a number as a float, a distribution of SciPy as one of a model, all else as it is.

    Examples
    --------
    >>> drawn(np.float32(0.5)), drawn("trend")
    (0.5, 'trend')
    """
    if hasattr(value, "rvs") or hasattr(value, "icdf"):
        return from_scipy(value)
    return number(value)


def from_scipy(value: Any) -> Distribution:
    """Make a distribution of a model of one of SciPy.

    Parameters
    ----------
    value
        A frozen distribution, such as ``scipy.stats.norm(0, 1)``, one made of values and
        probabilities, or (from SciPy 1.15 on) a ``scipy.stats.Normal`` or ``Uniform``.

    Raises
    ------
    TypeError
        When there is none here that is exactly it; it says what to pass instead.

    Examples
    --------
    >>> from scipy import stats
    >>> from_scipy(stats.norm(0.02, 0.05))
    Normal(mean=0.02, sd=0.05)
    >>> from_scipy(stats.expon(scale=3.0))
    Gamma(shape=1.0, scale=3.0)
    """
    name, found = _found(value)
    reader = _KINDS.get(name)
    if reader is None or found is None:
        raise TypeError(_refused(name, value))
    written = reader(found)
    if isinstance(written, str):
        raise TypeError(f"SciPy's {name}: {written}")
    made = Distribution.take(written)
    assert made is not None, name
    return made


_Parameters: TypeAlias = dict[str, float]


def _found(value: Any) -> tuple[str, _Parameters | None]:
    """Return the name of a distribution of SciPy, and its parameters by SciPy's names."""
    if hasattr(value, "xk") and hasattr(value, "pk"):
        return "rv_discrete", {"xk": value.xk, "pk": value.pk}
    if not hasattr(value, "rvs"):  # the classes of SciPy 1.15
        name = type(value).__name__
        names = {"Normal": ("mu", "sigma"), "StandardNormal": (), "Uniform": ("a", "b")}.get(name)
        if names is None:
            return name, None
        return name, _numbers(name, {key: getattr(value, key) for key in names})
    dist = getattr(value, "dist", value)
    name = getattr(dist, "name", type(value).__name__)
    if hasattr(dist, "xk") and hasattr(dist, "pk"):
        return "rv_discrete", {"xk": dist.xk, "pk": dist.pk, **dict(getattr(value, "kwds", {}))}
    if not hasattr(value, "dist"):  # not frozen: without its parameters
        return name, None
    shapes = [shape.strip() for shape in (dist.shapes or "").split(",") if shape.strip()]
    given = dict(zip([*shapes, "loc", "scale"], value.args, strict=False)) | dict(value.kwds)
    return name, _numbers(name, {"loc": 0.0, "scale": 1.0, **given})


def _numbers(name: str, given: dict[str, Any]) -> _Parameters:
    """Return parameters as numbers: one distribution is one, and no array of them."""
    found = {}
    for key, value in given.items():
        if np.ndim(value) != 0:
            raise TypeError(
                f"SciPy's {name} has an array for {key}, which makes it several distributions; pass one"
            )
        found[key] = float(value)
    return found


def _refused(name: str, value: Any) -> str:
    """Return why a distribution of SciPy is none of a model, and what to pass."""
    if hasattr(value, "rvs") and not hasattr(value, "dist") and name in _KINDS:
        instead = f"it with its parameters, scipy.stats.{name}(...)"
    else:
        instead = (
            "one of tinbergen, such as tb.elicited(q10=..., q50=..., q90=...) through its quantiles, or "
            "tb.empirical(values) with draws of it"
        )
    return (
        f"expected a number or a distribution of tinbergen, found SciPy's {name}, which has no exact "
        f"counterpart here; pass {instead}"
    )


_Reader: TypeAlias = Callable[[_Parameters], "Written | str"]


def _unshifted(read: _Reader) -> _Reader:
    """Refuse one that is shifted, where there is no such here."""

    def reader(p: _Parameters) -> Written | str:
        if p.get("loc", 0.0) != 0.0:
            return (
                f"it is shifted by loc = {p['loc']:g}, and there is no such distribution here; take loc = 0 and "
                "add the shift in the equation that uses it"
            )
        return read(p)

    return reader


def _student_t(p: _Parameters) -> Written | str:
    if not p["df"] > 2:
        return f"df = {p['df']:g} has no standard deviation; pass tb.student_t(mean, sd, df) with df above 2"
    sd = p["scale"] * math.sqrt(p["df"] / (p["df"] - 2))
    return {"student_t": {"mean": p["loc"], "sd": sd, "df": p["df"]}}


def _lognormal(p: _Parameters) -> Written:
    mean = p["scale"] * math.exp(p["s"] ** 2 / 2)
    return {"lognormal": {"mean": mean, "sd": mean * math.sqrt(math.expm1(p["s"] ** 2))}}


def _between(kind: str, **shares: str) -> _Reader:
    """Read one between ``loc`` and ``loc + scale``."""

    def reader(p: _Parameters) -> Written:
        inside = {ours: p["loc"] + p["scale"] * p[theirs] for ours, theirs in shares.items()}
        return {kind: {"min": p["loc"], **inside, "max": p["loc"] + p["scale"]}}

    return reader


def _beta(p: _Parameters) -> Written:
    ends = {"min": p["loc"], "max": p["loc"] + p["scale"]}
    return {"beta": {"alpha": p["a"], "beta": p["b"], **ends}}


def _truncated(p: _Parameters) -> Written:
    ends = {"min": p["loc"] + p["scale"] * p["a"], "max": p["loc"] + p["scale"] * p["b"]}
    given = {key: end for key, end in ends.items() if math.isfinite(end)}
    normal = {"mean": p["loc"], "sd": p["scale"]}
    return {"truncated": {"normal": normal, **given}} if given else {"normal": normal}


def _values(p: Any) -> Written | str:
    if p.get("loc", 0) != 0:
        return f"it is shifted by loc = {p['loc']:g}; add that to the values"
    values, probabilities = (np.ravel(p[key]).tolist() for key in ("xk", "pk"))
    return {"discrete": {"values": values, "probabilities": probabilities}}


_KINDS: dict[str, _Reader] = {
    "Normal": lambda p: {"normal": {"mean": p["mu"], "sd": p["sigma"]}},
    "StandardNormal": lambda _: {"normal": {"mean": 0.0, "sd": 1.0}},
    "Uniform": lambda p: {"uniform": {"min": p["a"], "max": p["b"]}},
    "norm": lambda p: {"normal": {"mean": p["loc"], "sd": p["scale"]}},
    "t": _student_t,
    "lognorm": _unshifted(_lognormal),
    "uniform": _between("uniform"),
    "triang": _between("triangular", mode="c"),
    "beta": _beta,
    "gamma": _unshifted(lambda p: {"gamma": {"shape": p["a"], "scale": p["scale"]}}),
    "erlang": _unshifted(lambda p: {"gamma": {"shape": p["a"], "scale": p["scale"]}}),
    "expon": _unshifted(lambda p: {"gamma": {"shape": 1.0, "scale": p["scale"]}}),
    "chi2": _unshifted(lambda p: {"gamma": {"shape": p["df"] / 2, "scale": 2 * p["scale"]}}),
    "weibull_min": _unshifted(lambda p: {"weibull": {"shape": p["c"], "scale": p["scale"]}}),
    "rayleigh": _unshifted(
        lambda p: {"weibull": {"shape": 2.0, "scale": p["scale"] * math.sqrt(2)}}
    ),
    "poisson": _unshifted(lambda p: {"poisson": {"mean": p["mu"]}}),
    "bernoulli": _unshifted(lambda p: {"bernoulli": {"probability": p["p"]}}),
    "truncnorm": _truncated,
    "halfnorm": lambda p: {
        "truncated": {"normal": {"mean": p["loc"], "sd": p["scale"]}, "min": p["loc"]}
    },
    "randint": lambda p: {
        "empirical": {"values": [p["loc"] + k for k in range(int(p["low"]), int(p["high"]))]}
    },
    "rv_discrete": _values,
}
