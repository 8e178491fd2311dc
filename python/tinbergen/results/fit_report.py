"""What a fit found: what the data said, what the prior said, and which years counted."""

from __future__ import annotations

import html
from collections.abc import Iterable

from tinbergen.basics.table import Table
from tinbergen.results.fit_words import Said, told

__all__ = ["FitReport"]


class FitReport:
    """What the data said and what the prior said.

    Parameters
    ----------
    parameters
        One row for each parameter: indicator, process, parameter, estimate (the median of the
        posterior), low and high (one chance in ten of less, and of more), own (how much of it the
        series itself says, the rest being peers and prior), prior (what was known before its figures).
    weights
        indicator, period, value, weight: 1 counts in full, what is unusual counts less, 0 is left out.
    beside
        Of a plan that was fitted, its own numbers beside the fitted ones: parameter, indicator, what
        (mean, persistence, sd), figures (how many of its own the indicator has), by_hand (the median of what was
        written, of a shock its standard deviation), by_hand_low and by_hand_high, fitted, fitted_low and
        fitted_high (one chance in ten of less, and of more), own. No rows where there was no plan.
    said
        The same in sentences, as the core gives them.

    Examples
    --------
    >>> import tinbergen as tb
    >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
    >>> model = tb.fit({"year": range(2013, 2021), "gdp": gdp})
    >>> model.fit_report.parameters["parameter"].tolist()
    ['mean', 'persistence', 'sd']
    >>> print(model.fit_report.sentences[0])  # doctest: +ELLIPSIS
    gdp: 8 figures from 2013 to 2020; process growth, because its figures are above 0...
    """

    __slots__ = ("_said", "beside", "parameters", "weights")

    def __init__(
        self, parameters: Table, weights: Table, beside: Table, said: Iterable[Said]
    ) -> None:
        self.parameters = parameters
        self.weights = weights
        self.beside = beside
        self._said = tuple(said)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in plain words."""
        return tuple(told(sentence) for sentence in self._said)

    def in_words(self, language: str = "en") -> str:
        """Return what was found as a text, a sentence a line.

        Parameters
        ----------
        language
            ``"en"``, ``"zh"``, ``"de"``. What was found when a table was read is said in English.
        """
        return "\n".join(told(sentence, language) for sentence in self._said)

    def __repr__(self) -> str:
        tables = [self.parameters, self.beside] if len(self.beside) else [self.parameters]
        return "\n".join(
            [*(text for table in tables for text in (repr(table), "")), *self.sentences]
        )

    def _repr_html_(self) -> str:
        sentences = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences)
        beside = self.beside._repr_html_() if len(self.beside) else ""
        return f"{self.parameters._repr_html_()}{beside}<ul>{sentences}</ul>"
