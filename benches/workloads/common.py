"""What workloads are made of, and what their peers have in common."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

# Threads of the linear algebra would compete with those of the simulation.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "2")

import numpy as np

LEVELS = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95])
COLUMNS = [f"q{100 * q:02.0f}" for q in LEVELS]
OURS, BY_HAND = "tinbergen", "Rust by hand"

Run = Callable[[int], Any]
"""From a seed to an answer."""


@dataclass
class Competitor:
    """Somebody who can do the work."""

    name: str
    build: Callable[[], Run]
    """Makes it ready: what it compiles is not measured."""
    needs: tuple[str, ...] = ()
    """Packages."""
    share: float = 1.0
    """The part of the work that it does; its time is divided by it, which the table says."""
    note: str = ""


@dataclass
class Workload:
    """Work that several can do."""

    id: str
    title: str
    competitors: list[Competitor]
    agree: Callable[[str, Any, Any, float], None]
    """Raises `DisagreementError` unless an answer, by name, is the same as a reference, for the part of the work done."""
    reference: Callable[[dict[str, Run]], Any]
    """What all are held against."""
    rounds: int | None = None
    """How often, where the work is long."""
    numbers: int = 0
    """How many numbers are simulated."""
    memory: bool = False
    """Is the peak of memory told too?"""


class DisagreementError(Exception):
    """Two that should give the same do not."""


def within(who: str, what: str, gap: Any, tolerance: float) -> None:
    """Refuse a gap that is larger than is allowed."""
    worst = float(np.max(np.abs(gap)))
    if not worst <= tolerance:
        raise DisagreementError(
            f"{who}: the {what} is off by {worst:.4g}, and may be by {tolerance:.4g}"
        )


def bands_of(ordered: np.ndarray) -> np.ndarray:
    """Return the quantiles of sorted rows, interpolated linearly."""
    h = (ordered.shape[-1] - 1) * LEVELS
    low = h.astype(int)
    below = ordered[..., low]
    above = ordered[..., np.minimum(low + 1, ordered.shape[-1] - 1)]
    return below + (h - low) * (above - below)


def on_two_threads(work: Callable[[int], Any], count: int) -> None:
    """Do work for each number."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(count)))


def summarised(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the quantiles and means along the last axis, sorted row by row on two threads."""
    rows = values.reshape(-1, values.shape[-1])
    bands, means = np.empty((len(rows), len(LEVELS))), np.empty(len(rows))

    def one(k: int) -> None:
        bands[k], means[k] = bands_of(np.sort(rows[k])), rows[k].mean()

    on_two_threads(one, len(rows))
    return bands.reshape(*values.shape[:-1], -1), means.reshape(values.shape[:-1])


def drawn(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return standard normal numbers: SFC64 on two threads, a stream for each row."""
    out = np.empty(shape)
    seeds = np.random.SeedSequence(seed).spawn(len(out))

    def one(k: int) -> None:
        np.random.Generator(np.random.SFC64(seeds[k])).standard_normal(out=out[k])

    on_two_threads(one, len(out))
    return out


def fan_of(fan: Any, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the quantiles and means of a fan by period and indicator."""
    columns = np.array([np.asarray(fan[name]) for name in [*COLUMNS, "mean"]])
    found = columns.reshape(len(columns), len(names), -1)
    return np.moveaxis(found[:-1], (0, 1, 2), (2, 1, 0)), found[-1].T


def same_fans(who: str, found: Any, wanted: Any, share: float, most: float = 0.006) -> None:
    """Refuse quantiles off by more than 0.6 % of the spread from 5 to 95 %, those of the tails by more than 1.2 %."""
    (bands, means), (known, centre) = found[:2], wanted[:2]
    if bands.shape != known.shape or means.shape != centre.shape:
        raise DisagreementError(f"{who}: other shapes")
    spread = known[..., -1] - known[..., 0]
    most = most / share**0.5
    within(who, "mean, in spreads,", (means - centre) / spread, most)
    gap = (bands - known) / spread[..., None]
    within(who, "quantile, in spreads,", gap[..., 2:5], most)
    within(who, "quantile of a tail, in spreads,", gap, 2 * most)
