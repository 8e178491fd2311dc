"""What other processes are asked for: they import it, as they can import no test."""

import time

import numpy as np

import tinbergen as tb


def median_and_back(runs):
    return float(np.median(runs["baseline"]["gdp"])), runs["baseline"]


def naive(origin, known, periods=2):
    """Forecast what was known last, with what changed from a period to the next."""
    rows = []
    for name in known.names:
        values = np.array([v for v in known[name].values() if v is not None], dtype=float)
        moves = np.random.default_rng(2).choice(np.diff(values), (periods, 50))
        paths = values[-1] + np.cumsum(moves, axis=0)
        rows += [
            (name, str(origin + 1 + h), k, x)
            for h in range(periods)
            for k, x in enumerate(paths[h])
        ]
    names, when, path, value = zip(*rows, strict=True)
    return {"indicator": names, "period": when, "path": path, "value": value}


def fails(origin, known):
    """Forecast nothing before 2003, what is no model in 2003, and break in 2008."""
    if origin.year < 2003:
        return None
    if origin.year == 2003:
        raise tb.ModelError("so little is known")
    if origin.year == 2008:
        raise ZeroDivisionError("by no one")
    return naive(origin, known)


def begin_and_sleep(file, seconds):
    """Say that it began, and take a while."""
    file.touch()
    time.sleep(seconds)
