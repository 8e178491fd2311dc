"""What a backtest found, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen.basics.words import commas, number_text, percent_sign, say

if TYPE_CHECKING:
    from tinbergen.results.backtest import Backtest

__all__ = ["sentences"]

_BLOCKS = 3
"""Blocks of origins that an interval takes at least."""


def sentences(found: Backtest, language: str = "en") -> tuple[str, ...]:
    """Write what a backtest found."""
    told = _Told(found, language)
    lines = [told.about(), *told.coverage(), told.places(), *told.comparisons(), *told.targets()]
    lines += [told.recalibration(), told.known(), told.kinds()]
    lines += [told.say("left out", message=message) for message in found.info.messages]
    return tuple(line for line in lines if line)


class _Told:
    """The sentences of a backtest in a language."""

    def __init__(self, found: Backtest, language: str) -> None:
        self._found, self._language = found, language
        needed = _BLOCKS * found.block(found.info.horizons)
        self._too_few = len(found.info.origins) < needed

    def say(self, key: str, **values: object) -> str:
        return say(f"backtest {key}", self._language, **values)

    def about(self) -> str:
        info = self._found.info
        ahead = self.say("period ahead")
        if info.horizons > 1:
            ahead = self.say("periods ahead", n=info.horizons)
        return self.say(
            "about",
            origins=self._many("origin", len(info.origins)),
            first=info.origins[0],
            last=info.origins[-1],
            indicators=self._many("indicator", len(info.indicators)),
            ahead=ahead,
            figures=self._many("figure", len(self._found.figures)),
        )

    def coverage(self) -> list[str]:
        lines = []
        for row in self._found.coverage().filter(method=self._found.methods[0]).rows():
            if not row["figures"]:
                continue
            band, told = row["band"], "band"
            verdict = "narrow" if row["high"] < band else "wide" if row["low"] > band else "honest"
            interval = self.say(
                "interval",
                low=self._percent(row["low"], sign=False),
                high=self._percent(row["high"]),
            )
            if self._too_few:
                told, interval = "band alone", self.say("no interval")
            lines.append(
                self.say(
                    told,
                    band=self._percent(band),
                    held=self._percent(row["held"]),
                    interval=interval,
                    verdict=self.say(verdict),
                )
            )
        return lines

    def places(self) -> str:
        places = self._found.figures["pit"]
        places = places[np.isfinite(places)]
        if not len(places):
            return ""
        mean = float(places.mean())
        where = "below" if mean < 0.45 else "above" if mean > 0.55 else "middle"
        return self.say(
            f"place {where}", mean=self._number(f"{mean:.2f}"), even=self._number("0.50")
        )

    def comparisons(self) -> list[str]:
        lines = []
        for row in self._found.comparison().rows():
            change = row["change"]
            if not np.isfinite(change):
                continue
            test = self.say("no test")
            if np.isfinite(row["p_value"]):
                test = self.say("p", p=self._number(f"{row['p_value']:.2g}"))
            interval = self.say("no interval")
            if not self._too_few:
                low, high = (_signed(row[end]) for end in ("low", "high"))
                interval = self.say("interval", low=low, high=high + percent_sign(self._language))
            lines.append(
                self.say(
                    "lower" if change < 0 else "higher",
                    loss=self.say(self._found.loss_name),
                    change=self._percent(abs(change)),
                    other=self.say(row["against"]),
                    interval=interval,
                    test=test,
                )
            )
        return lines

    def targets(self) -> list[str]:
        if not self._found.has_targets:
            return []
        lines = []
        for row in self._found.brier().rows():
            beside = [
                f"{self.say(m)} {self._number(f'{row[m]:.3f}')}" for m in self._found.methods[1:]
            ]
            lines.append(
                self.say(
                    "brier",
                    target=self.say("all") if row["target"] == "all" else row["target"],
                    share=self._percent(row["happened"]),
                    origins=self._many("origin", row["origins"]),
                    score=self._number(f"{row['forecast']:.3f}"),
                    beside=commas(beside, self._language),
                )
            )
        return lines

    def recalibration(self) -> str:
        return self.say("mended" if "recalibrated" in self._found.methods else "as made")

    def known(self) -> str:
        return self.say("vintages" if self._found.info.vintages else "no vintages")

    def kinds(self) -> str:
        names: dict[str, list[str]] = {}
        for name, kind in self._found.info.kinds.items():
            names.setdefault(kind, []).append(name)
        parts = [
            self.say("kind", names=self._some(each), kind=self.say(f"kind {kind}"))
            for kind, each in names.items()
        ]
        return self.say("kinds", parts=commas(parts, self._language))

    def _some(self, names: list[str]) -> str:
        if len(names) <= 4:
            return commas(names, self._language)
        return self.say("more", names=commas(names[:3], self._language), n=len(names) - 3)

    def _many(self, what: str, count: int) -> str:
        return self.say(what) if count == 1 else self.say(f"{what}s", n=self._number(f"{count:,}"))

    def _number(self, text: str) -> str:
        return number_text(text, self._language)

    def _percent(self, share: Any, *, sign: bool = True) -> str:
        return f"{100 * float(share):.0f}" + (percent_sign(self._language) if sign else "")


def _signed(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "\N{MINUS SIGN}")
