"""What a check of a plan finds before anything is simulated."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tinbergen.frames import Table

__all__ = ["Finding", "Findings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a plan should be asked about.

    Parameters
    ----------
    kind
        ``"out_of_reach"``, ``"infeasible"``, ``"tension"``, ``"disagreement"``, ``"overlap"``,
        ``"duplicate"``, ``"no_base"``, ``"already_met"`` or ``"warning"``.
    targets
        Ids of the targets that it takes; none of them can be left out of it.
    indicators
        The indicators it is about.
    message
        What was found, in plain words with numbers.
    sources
        Sections of the text that the targets are from.
    resolve
        What would resolve it.
    values
        The numbers of the message by name, in the unit of what they are about; growth as a
        fraction.

    Examples
    --------
    >>> print(Finding("already_met", ("pm25",), ("pm25",), "it stands at 27 in 2020"))
    already_met: pm25: it stands at 27 in 2020
    """

    kind: str
    targets: tuple[str, ...]
    indicators: tuple[str, ...]
    message: str
    sources: tuple[str, ...] = ()
    resolve: str = ""
    values: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @classmethod
    def of(
        cls,
        kind: str,
        targets: Iterable[str],
        indicators: Iterable[str],
        message: str,
        sources: Iterable[str],
        resolve: str,
        values: Iterable[tuple[str, float]],
    ) -> Finding:
        """Make a finding from lists.

        Examples
        --------
        >>> Finding.of("warning", [], ["gdp"], "no unit", [], "", []).indicators
        ('gdp',)
        """
        return cls(
            kind, tuple(targets), tuple(indicators), message, tuple(sources), resolve, dict(values)
        )

    def __str__(self) -> str:
        about = ", ".join(self.targets)
        return ": ".join(part for part in (self.kind, about, self.message) if part)

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.kind, self.targets, self.indicators, self.message, self.sources)
        return Finding, (*parts, self.resolve, dict(self.values))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain lists, texts and numbers.

        Examples
        --------
        >>> Finding("warning", (), ("gdp",), "no unit").to_dict()["indicators"]
        ['gdp']
        """
        return {
            "kind": self.kind,
            "targets": list(self.targets),
            "indicators": list(self.indicators),
            "message": self.message,
            "sources": list(self.sources),
            "resolve": self.resolve,
            "values": dict(self.values),
        }


class Findings(Table):
    """Findings, the gravest first: a table, and a sequence of `Finding`.

    Parameters
    ----------
    findings
        The findings.

    Examples
    --------
    >>> found = Findings([Finding("warning", (), ("gdp",), "no unit")])
    >>> found
    warning: no unit
    >>> found["kind"].tolist(), [finding.message for finding in found]
    (['warning'], ['no unit'])
    """

    __slots__ = ("_findings",)

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings = tuple(findings)
        super().__init__(
            {
                "kind": [f.kind for f in self],
                "targets": [", ".join(f.targets) for f in self],
                "indicators": [", ".join(f.indicators) for f in self],
                "message": [f.message for f in self],
                "sources": ["; ".join(f.sources) for f in self],
                "resolve": [f.resolve for f in self],
            }
        )

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __reduce__(self) -> tuple[Any, ...]:
        return Findings, (self._findings,)

    def of(self, *kinds: str) -> Findings:
        """Keep the findings of some kinds.

        Examples
        --------
        >>> import tinbergen as tb
        >>> for finding in tb.plans.yuecheng().check().of("tension"):
        ...     print(", ".join(finding.targets))
        gdp-2025, gdp-per-capita-2025
        investment-2021-2025
        high-tech-firms-yearly, high-tech-firms-2025
        """
        return Findings(finding for finding in self if finding.kind in kinds)

    def to_dict(self) -> dict[str, Any]:
        """Write all findings as plain lists, texts and numbers, for JSON.

        Examples
        --------
        >>> Findings([]).to_dict()
        {'findings': []}
        """
        return {"findings": [finding.to_dict() for finding in self]}

    def to_text(self) -> str:
        """Print every finding with the sections of the text and what would resolve it.

        Examples
        --------
        >>> finding = Finding("warning", (), ("gdp",), "no unit", ("1.1",), "say its unit")
        >>> print(Findings([finding]).to_text())
        warning: no unit
            text: 1.1
            to resolve it: say its unit
        """
        lines = []
        for finding in self:
            lines.append(str(finding))
            if finding.sources:
                lines.append(f"    text: {'; '.join(finding.sources)}")
            if finding.resolve:
                lines.append(f"    to resolve it: {finding.resolve}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "no findings"

    def _repr_html_(self) -> str:
        if not self._findings:
            return "<p>no findings</p>"
        names = ("kind", "targets", "message", "sources", "resolve")
        header = "".join(f'<th style="text-align:left">{name}</th>' for name in names)
        rows = (
            "".join(
                f'<td style="text-align:left;vertical-align:top">{html.escape(str(row[name]))}</td>'
                for name in names
            )
            for row in self.rows()
        )
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
