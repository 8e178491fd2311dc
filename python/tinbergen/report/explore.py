"""Levers in a notebook: a page of the report's front end that the kernel answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from markupsafe import Markup
from numpy.typing import NDArray

from tinbergen.basics.language import language_tag
from tinbergen.basics.settings import Design
from tinbergen.report.actual import outturns_with
from tinbergen.report.live import LEVELS, LiveLike, live_in_notebook, met_bits
from tinbergen.report.page import HERE, page_language, template
from tinbergen.report.parts import sections
from tinbergen.report.picture import HEIGHT, WIDTH
from tinbergen.report.told import Told
from tinbergen.written.language import model_language
from tinbergen.written.scenario import Change, Scenario

if TYPE_CHECKING:
    from tinbergen.questions.conditioning import Tracked
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model
    from tinbergen.written.outturns import Outturns

__all__ = ["Explorer", "explore"]

_LIMITING = ("gain", "gain_error", "without", "own", "own_low", "own_high", "missed")
_WORD = 32
"""Paths in a number that tells which of them meet a target."""


def explore(
    model: Model | Tracked,
    paths: int = 10_000,
    *,
    seed: int | None = None,
    scenario: str | None = None,
    design: Design = "random",
    language: str | None = None,
    live: LiveLike = "auto",
) -> Explorer:
    """Move levers, parameters, bounds and scenarios of a plan in a notebook (needs anywidget, Jinja2 and matplotlib).

    Sentences, bars and fans (of a plan without targets, fans alone) follow under the same random numbers, computed by the kernel; a button gives
    the setting back to Python as a scenario. Where the notebook is only viewed, without a kernel, the
    engine of the package answers in the page, to the same bits.

    Parameters
    ----------
    paths, seed, design
        As in `Model.simulate`.
    scenario
        The scenario to begin with; the first one unless given.
    language
        ``"en"``, ``"zh"``, ``"de"``; that of the plan's labels unless given.
    live
        Whether the engine is among what the widget keeps in the notebook (about 1.2 MB): ``"auto"``, as far as the
        package and the plan allow; ``"yes"``, else an error; ``"no"``: only a kernel answers.

    Returns
    -------
    Explorer
        It shows itself in a notebook; ``.scenario`` is the setting.

    Raises
    ------
    ValueError
        When the engine is wanted and cannot be inside.

    See Also
    --------
    Model.sweep : Many settings at once.
    Runs.report : The same page as a file for others.

    Examples
    --------
    >>> import tinbergen as tb
    >>> levers = tb.plans.yuecheng().explore(paths=200, seed=1, live="no")
    >>> levers.setting["scenario"], len(levers.scenario.changes)
    ('baseline', 0)
    """
    plan = model.model if hasattr(model, "model") else model
    targets = [*dict.fromkeys(t.indicator for t in plan.targets if t.indicator)]
    runs = model.simulate(paths, seed=seed, design=design, keep=targets or None)
    known = next(iter(runs)) if scenario is None else scenario
    runs[known]  # an unknown name offers the nearest one
    told = Told(runs, language_tag(language or model_language(runs.model)), known)
    return Explorer(told, live)


class Explorer:
    """A plan whose levers move in a notebook; made by `Model.explore`.

    Parameters
    ----------
    told
        The run that it begins with.
    live
        Whether the engine is inside.

    Examples
    --------
    >>> import tinbergen as tb
    >>> levers = tb.plans.yuecheng().explore(paths=200, seed=1, live="no")
    >>> levers.setting = {"levers": {"rd_subsidy": 0.05}}
    >>> levers.scenario.changes[0].set
    0.05
    """

    def __init__(self, told: Told, live: LiveLike = "auto") -> None:
        moving = live_in_notebook(told, live)
        wanted = told.fans
        self._runs = told.runs
        self._fans = [name for name in told.model.indicators if name in wanted]
        data = json.loads(moving.data)
        self._name, known = data["name"], told.runs.recipe.outturns
        day = data["as_of"]
        self._known = (None if known is None or day is None else known.as_of(day)), day
        self._levers = {lever["name"]: lever for lever in moving.levers}
        self._kept: dict[str, Scenario] = {}
        self._page = _Page(
            _data=json.dumps({**data, "few": data["paths"]}),
            _page=_html(told, moving),
            _engine=moving.engine.text if moving.engine else "",
            setting=_setting({}, told.scenario),
        )
        self._page.on_msg(self._heard)

    @property
    def widget(self) -> Any:
        """The widget, for layouts of ipywidgets."""
        return self._page

    @property
    def setting(self) -> dict[str, Any]:
        """What is moved: ``scenario``, and numbers by name for ``levers``, ``parameters``, ``bounds`` and ``actual``.

        ``actual`` has values that are taken for known, by indicator and period, such as ``"gdp 2022"``. It can be set, and the
        page follows; what is left out stands as in the plan.
        """
        return _setting(self._page.setting, self._page.setting["scenario"])

    @setting.setter
    def setting(self, wanted: Mapping[str, Any]) -> None:
        found = _setting(wanted, "baseline")
        plan = self._moved(found)
        plan._program()  # names that the plan does not have are an error here
        if found["actual"]:
            known, day = outturns_with(*self._known, found["actual"])
            plan.observe(known, as_of=day)
        self._page.setting = found

    @property
    def scenario(self) -> Scenario:
        """The setting as a scenario; bounds are no part of it, see `model`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> levers = tb.plans.yuecheng().explore(paths=200, seed=1, live="no")
        >>> levers.setting = {"scenario": "trade_friction", "levers": {"rd_subsidy": 0.05}}
        >>> levers.scenario.extends
        'trade_friction'
        """
        return self._scenario(self.setting)

    @property
    def outturns(self) -> Outturns | None:
        """The actual values as they stand, for `Model.observe`: those of the plan, and those that were typed in.

        Examples
        --------
        >>> import tinbergen as tb
        >>> levers = tb.plans.yuecheng().explore(paths=200, seed=1, live="no")
        >>> levers.setting = {"actual": {"gdp 2022": 1150}}
        >>> levers.outturns.vintages
        ('2023-01-01',)
        """
        typed = self.setting["actual"]
        return outturns_with(*self._known, typed)[0] if typed else self._known[0]

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """The settings that the button of the page gave to Python, ``"setting_1"`` the first."""
        return dict(self._kept)

    @property
    def model(self) -> Model:
        """The plan with the bounds as they stand, and with the setting and every kept one among its scenarios.

        Examples
        --------
        >>> import tinbergen as tb
        >>> levers = tb.plans.yuecheng().explore(paths=200, seed=1, live="no")
        >>> levers.setting = {"levers": {"rd_subsidy": 0.05}}
        >>> runs = levers.model.simulate(paths=200, seed=1, scenarios=["baseline", "setting"])
        >>> list(runs)
        ['baseline', 'setting']
        """
        return self._moved(self.setting).add(scenarios=self._kept)

    def answer(
        self, setting: Mapping[str, Any], paths: int, wish: Mapping[str, str | None] | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Compute a setting, and give what the page is told: what the numbers are, and the numbers.

        Both are as the engine of a report gives them. A wish is a ``goal`` whose probability is told too, and what it is
        ``given``.
        """
        found = _setting(setting, "baseline")
        model = self._moved(found)
        name = self._name if self._name in model.scenarios else found["scenario"]
        recipe = replace(self._runs.recipe, model=model)
        asked = {**recipe.settings, "paths": paths, "scenarios": [name], "keep": self._fans or None}
        if found["actual"]:
            known, day = outturns_with(*self._known, found["actual"])
            recipe = replace(recipe, outturns=known, as_of=day)
        given = model if recipe.outturns is None else recipe.observe()
        return self._told(given.simulate(**asked), name, wish)

    def _told(
        self, runs: Runs, name: str, wish: Mapping[str, str | None] | None
    ) -> tuple[dict[str, Any], bytes]:
        """Lay out what is told of a run."""
        ensemble, rows = runs[name], runs.attainment()
        limiting = runs.limiting() if runs.model.targets else None
        fans = ensemble.fan(self._fans, quantiles=LEVELS)
        arrays = {
            "effective_paths": np.array(ensemble.effective_paths),
            "attainment": _columns(rows, ("probability", "low", "high")),
            "fans": _columns(fans, fans.columns[2:]).reshape(len(self._fans), -1, 1 + len(LEVELS)),
        }
        if limiting is not None:
            arrays["limiting"] = _columns(limiting, _LIMITING)
        if limiting is not None and ensemble.weights is None:
            arrays["met"] = _words(met_bits(runs, name))
        if wish is not None:
            table = runs.probability(str(wish["goal"]), given=wish["given"])
            arrays["goals"] = _columns(table, ("probability", "low", "high", "paths"))
        places, at = {}, 0
        for key, numbers in arrays.items():
            places[key] = {"at": at, "shape": [1, *numbers.shape]}
            at += numbers.size
        said = {
            "scenarios": [name],
            "indicators": self._fans,
            "targets": rows["target"].tolist(),
            "limiting": [] if limiting is None else limiting["target"].tolist(),
            "arrays": places,
        }
        flat = np.concatenate([numbers.ravel() for numbers in arrays.values()])
        return said, flat.astype("<f8").tobytes()

    def _heard(self, _: Any, asked: Any, buffers: Any = None) -> None:
        """Answer what the page asks."""
        if "keep" in asked:
            setting = _setting(asked["keep"], "baseline")
            self._kept[self._free_name()] = self._scenario(setting)
            return
        try:
            said, numbers = self.answer(asked["setting"], int(asked["paths"]), asked.get("wish"))
        except (ValueError, ArithmeticError, MemoryError, KeyError) as error:
            self._page.send({"id": asked["id"], "wrong": str(error)})
        else:
            self._page.send({"id": asked["id"], "said": said}, [numbers])

    def _free_name(self) -> str:
        taken = {*self._kept, *self._runs.model.scenarios}
        number = 1 + len(self._kept)
        while f"setting_{number}" in taken:
            number += 1
        return f"setting_{number}"

    def _scenario(self, setting: Mapping[str, Any]) -> Scenario:
        changes = []
        for (
            name,
            lever,
        ) in self._levers.items():  # in the order of the plan, as the page writes them
            if name in setting["levers"]:
                value = setting["levers"][name]
                moved = {"add": value - lever["now"]} if lever["keeps"] else {"set": value}
                changes.append(Change(parameter=lever["parameter"], **moved))
        changes += [Change(parameter=n, set=value) for n, value in setting["parameters"].items()]
        base = setting["scenario"]
        return Scenario(changes, extends=None if base == "baseline" else base)

    def _moved(self, setting: Mapping[str, Any]) -> Model:
        """Return the plan at a setting: its bounds, and the scenario if anything is moved."""
        model, bounds = self._runs.recipe.model, dict(setting["bounds"])
        unknown = setting["levers"].keys() - self._levers.keys()
        unknown |= bounds.keys() - {target.id for target in model.targets}
        if unknown:
            raise ValueError(f"setting: the plan has no lever or target {min(unknown)!r}")
        if bounds:
            model = model.with_(
                targets=[
                    replace(target, **{target.bound[0]: bounds[target.id]})
                    if target.id in bounds
                    else target
                    for target in model.targets
                ]
            )
        scenario = self._scenario(setting)
        return model.add(scenarios={self._name: scenario}) if scenario.changes else model

    def __repr__(self) -> str:
        return f"Explorer({self.setting})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self._page._repr_mimebundle_(**options)


class _Page(anywidget.AnyWidget):
    """What the page and Python share."""

    _esm = f"{(HERE / 'front.js').read_text(encoding='utf-8')}\nexport default {{ render: tinbergen.render }};"
    _script = traitlets.Unicode((HERE / "front.js").read_text(encoding="utf-8")).tag(sync=True)
    _data = traitlets.Unicode().tag(sync=True)
    _page = traitlets.Unicode().tag(sync=True)
    _engine = traitlets.Unicode().tag(sync=True)
    _patience = traitlets.Int(3000).tag(sync=True)
    setting = traitlets.Dict().tag(sync=True)


def _html(told: Told, moving: Any) -> str:
    parts = sections(told, ("answer", "targets"))
    page: str = template("notebook").render(
        language=page_language(told.language),
        title=told.label({"": told.model}, "") or told.model.name,
        say=told.say,
        told=told,
        paths=told.count(told.ensemble.paths),
        sections=parts,
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        live=moving,
        width=WIDTH,
        height=HEIGHT,
    )
    return page


def _setting(wanted: Mapping[str, Any], scenario: str) -> dict[str, Any]:
    """Return a setting with every part of it, numbers as numbers."""
    unknown = wanted.keys() - {"scenario", "levers", "parameters", "bounds", "actual"}
    if unknown:
        known = "scenario, levers, parameters, bounds, actual"
        raise ValueError(f"setting: has {known}, and no {min(unknown)!r}")
    parts = {
        part: {str(name): float(number) for name, number in dict(wanted.get(part, {})).items()}
        for part in ("levers", "parameters", "bounds", "actual")
    }
    return {"scenario": wanted.get("scenario", scenario), **parts}


def _columns(table: Any, names: Sequence[str]) -> NDArray[np.float64]:
    return np.column_stack([np.asarray(table[name], np.float64) for name in names])


def _words(bits: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Put 32 paths into a number, the first in the lowest bit."""
    room = -bits.shape[1] % (_WORD // 8)
    padded = np.pad(bits, ((0, 0), (0, room)))
    return np.ascontiguousarray(padded).view("<u4").astype(np.float64)
