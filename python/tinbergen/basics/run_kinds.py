"""Kinds of runs that keep no path in memory: what each is called, and what it says of its paths."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IN_FILES", "STREAMED", "TILED", "RunKind", "tiled_for"]


@dataclass(frozen=True, slots=True)
class RunKind:
    """A kind of run, with its words.

    Parameters
    ----------
    name
        What such a run is called in a sentence: ``"a tiled run"``.
    way_out
        Why what needs paths cannot be had, and how to get it.
    kept
        What is kept instead of paths, and where they are; ``{size}`` is the memory that it takes.

    Examples
    --------
    >>> STREAMED.name
    'a streamed run'
    >>> STREAMED.storage(2_500_000)
    'no path is kept, and what paths add up to takes 2.5 MB of memory, however many there are'
    """

    name: str
    way_out: str
    kept: str

    def storage(self, size: int) -> str:
        """Tell what is kept, and how much memory it takes.

        Examples
        --------
        >>> tiled_for("4 GB").storage(2_500_000)
        'no path is kept, for which memory_limit=4 GB left no room, and what is known of them takes 2.5 MB of memory'
        """
        return self.kept.format(size=f"{size / 1e6:,.1f} MB")


def _without(name: str, kept: str) -> RunKind:
    return RunKind(name, f'{name} keeps no path; simulate with store="stored", which does', kept)


_ADDED = "takes {size} of memory, however many there are"
STREAMED = _without("a streamed run", f"no path is kept, and what paths add up to {_ADDED}")
TILED = _without("a tiled run", "no path is kept and what is known of them takes {size} of memory")
IN_FILES = RunKind(
    "a run in files",
    'the paths of this run are in files, not in memory; read them (runs.paths("gdp"), runs.scan(), '
    'runs.to_xarray()), or simulate with store="stored"',
    f"paths are in files, and what they add up to {_ADDED}",
)


def tiled_for(limit: str) -> RunKind:
    """Return the kind of a run that is tiled since a memory limit left no room for paths.

    Examples
    --------
    >>> tiled_for("4 GB").name
    'a tiled run'
    """
    return RunKind(
        TILED.name,
        f"memory_limit={limit} left no room for paths and made this {TILED.name}, which keeps none; allow more "
        "memory, keep fewer indicators (keep=), or simulate fewer paths",
        f"no path is kept, for which memory_limit={limit} left no room, and what is known of them takes "
        "{size} of memory",
    )
