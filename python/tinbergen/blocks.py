"""How a model computes a period: blocks of equations in order, and what is solved for in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tinbergen import _core

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Block", "Explanation", "explain"]


@dataclass(frozen=True)
class Block:
    """Equations that are computed together.

    Parameters
    ----------
    indicators
        Their indicators: those of a pass in order, then those that are solved for.
    feedback
        Those of them that are solved for; empty when nothing is.
    cycle
        One of the block's cycles, starting and ending with the same indicator.

    Examples
    --------
    >>> Block(("y", "c"), feedback=("c",), cycle=("c", "y", "c")).simultaneous
    True
    """

    indicators: tuple[str, ...]
    feedback: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()

    @property
    def simultaneous(self) -> bool:
        """Whether it is solved by iteration."""
        return bool(self.feedback)


@dataclass(frozen=True, repr=False)
class Explanation:
    """The order in which the equations of a period are computed.

    Parameters
    ----------
    blocks
        Blocks in the order in which they are computed.
    needs
        Pairs of an indicator and one that its equation uses in the same period.
    text
        The same for a reader.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.Model(
    ...     "m",
    ...     "2021..2021",
    ...     indicators={
    ...         "y": tb.Indicator(equation="y = c + 20"),
    ...         "c": tb.Indicator(equation="c = 0.6 * y"),
    ...     },
    ... )
    >>> model.explain()
    2 equations: 0 computed one after the other, 2 in 1 simultaneous block
    <BLANKLINE>
    block of 2 equations, solved for 1:
      solved for: c
      cycle: y -> c -> y
      then, in this order: y
    """

    blocks: tuple[Block, ...]
    needs: tuple[tuple[str, str], ...]
    text: str = field(compare=False)

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text.rstrip())}</pre>"

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw which equation uses which indicator, in the order of computation.

        Parameters
        ----------
        ax
            Axes to draw on; a new figure unless given.

        Returns
        -------
        matplotlib.axes.Axes
            The axes: blocks are framed, what is solved for is marked.

        Examples
        --------
        >>> import tinbergen as tb
        >>> ax = tb.plans.yuecheng().explain().plot()  # doctest: +SKIP
        """
        from tinbergen.plots._incidence import incidence

        return incidence(self, ax=ax)


def explain(program: _core.Program) -> Explanation:
    """Explain a compiled model."""
    blocks, needs, text = _core.explain_order(program)
    made = (Block(tuple(names), tuple(solved), tuple(cycle)) for names, solved, cycle in blocks)
    return Explanation(tuple(made), tuple((a, b) for a, b in needs), text)
