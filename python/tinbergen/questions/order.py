"""How a model computes a period: blocks of equations in order, and what is solved for in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.written.model import Model

__all__ = ["Block", "ComputationOrder", "explain"]


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
class ComputationOrder:
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
      solved for: y
      cycle: c -> y -> c
      then, in this order: c
    """

    blocks: tuple[Block, ...]
    needs: tuple[tuple[str, str], ...]
    text: str = field(compare=False)

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text.rstrip())}</pre>"

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw which equation uses which indicator, in the order of computation.

        Parameters
        ----------
        ax
            Axes to draw on; a new figure unless given.
        figsize
            Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
        theme
            The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

        Returns
        -------
        matplotlib.axes.Axes
            The axes: blocks are framed, what is solved for is marked.

        Examples
        --------
        >>> import tinbergen as tb
        >>> ax = tb.plans.yuecheng().explain().plot()  # doctest: +SKIP
        """
        return charts.incidence(self, language=language, ax=ax, figsize=figsize, theme=theme)


def explain(model: Model) -> ComputationOrder:
    """Return the order in which equations are computed, and what is solved for.

    Returns
    -------
    ComputationOrder
        Blocks, feedback variables and order, as text; `ComputationOrder.plot` draws them.

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
    blocks, needs, text = _core.explain_order(model._program())
    made = (Block(tuple(names), tuple(solved), tuple(cycle)) for names, solved, cycle in blocks)
    return ComputationOrder(tuple(made), tuple((a, b) for a, b in needs), text)
